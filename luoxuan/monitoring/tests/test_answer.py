"""An alert is told, answered once, and late when nobody answers."""

import csv
import io
from datetime import datetime, timedelta

import openpyxl
import pytest
from django.test import Client

from luoxuan.campus.queries import Rights
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import AuditEntry, Notice
from luoxuan.improvement.actions import PlanIncomplete
from luoxuan.improvement.models import Improvement
from luoxuan.improvement.rules import ImprovementState
from luoxuan.monitoring.actions import (
    AlertAlreadyRecovered,
    answer_alert,
    remind_overdue,
    run_watches,
)
from luoxuan.monitoring.blocks import alert_story, shown_alerts
from luoxuan.monitoring.models import Alert, Watch
from luoxuan.monitoring.queries import alerts, names_behind, readings_of, recipients, todos
from luoxuan.testing.college import NOW, Passes, open_user

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
LATE = NOW + timedelta(days=8)


@pytest.fixture
def leader(college):
    return open_user("math")


@pytest.fixture
def alert(leader):
    return alerts(EVERYTHING).get()


def answer(alert, leader, **changed):
    values = {
        "cause_categories": ["pace"], "cause": "", "measure": "加一次习题课",
        "responsible": leader, "due_on": TODAY, "is_in_place": False, "by": leader, "at": NOW,
        **changed,
    }  # fmt: skip
    return answer_alert(alert=alert, **values)


def test_an_answer_is_one_improvement_with_the_numbers_of_the_alert(alert, leader):
    first = answer(alert, leader)
    assert answer(alert, leader, measure="另一条") == first
    found = Improvement.objects.get()
    assert (found.state, found.measure) == (ImprovementState.UNDER_WAY, "加一次习题课")
    assert (found.baseline_value, found.baseline_period) == (alert.value, alert.period)
    assert (found.warning_value, str(found.standard_value)) == (alert.warning_value, "0.800000000")
    assert found.origin_url == f"/alerts/{alert.pk}/"
    assert AuditEntry.objects.filter(action="answer_alert").count() == 1


def test_an_incomplete_answer_leaves_nothing(alert, leader):
    with pytest.raises(PlanIncomplete):
        answer(alert, leader, measure=" ")
    assert not Improvement.objects.exists()
    assert Alert.objects.get().improvement is None


def test_a_recovered_alert_takes_no_answer(alert, leader, new_scores):
    new_scores(Passes("MATH-2", 9, 1))
    with pytest.raises(AlertAlreadyRecovered):
        answer(alert, leader)


def test_the_holders_of_the_role_are_told_once_of_opening_lateness_and_recovery(leader, new_scores):
    open_user("east")
    Alert.objects.all().delete()
    Watch.objects.update(compared="")
    run_watches(by=None, at=NOW)
    alert = Alert.objects.get()
    for _ in range(2):
        remind_overdue(at=LATE)
    new_scores(Passes("MATH-2", 9, 1))
    told = list(Notice.objects.order_by("id").values_list("user__username", "key"))
    assert told == [
        ("math", f"alert:{alert.pk}:open"),
        ("math", f"alert:{alert.pk}:overdue"),
        ("math", f"alert:{alert.pk}:recovered"),
    ]


def test_an_answered_alert_is_never_overdue(alert, leader):
    answer(alert, leader)
    assert remind_overdue(at=LATE) == 0


def test_the_recipients_are_the_holders_of_the_role_there(alert, leader):
    open_user("other", "course_leader", "COURSE:WELD")
    open_user("east")
    assert recipients([alert], on=TODAY) == {alert.pk: [leader]}
    assert recipients([alert], on=TODAY - timedelta(days=9)) == {alert.pk: []}


def test_a_late_answer_says_by_how_many_days(alert):
    (shown,) = shown_alerts([alert], on=LATE.date())
    assert (shown.is_late, shown.days_late, shown.days_left) == (True, 1, -1)
    (shown,) = shown_alerts([alert], on=TODAY)
    assert (shown.is_late, shown.days_left) == (False, 7)


def test_todos_are_the_unanswered_alerts_of_ones_role(alert, leader):
    (item,) = todos(Rights(leader, on=TODAY), on=LATE.date())
    assert (item.url, item.is_late) == (f"/alerts/{alert.pk}/", True)
    assert todos(Rights(open_user("east"), on=TODAY), on=TODAY) == []
    answer(alert, leader)
    assert todos(Rights(leader, on=TODAY), on=TODAY) == []


def test_the_names_behind_are_the_rows_that_the_numerator_leaves_out(alert):
    own = readings_of(EVERYTHING, alert).own
    assert names_behind(EVERYTHING, alert, own) is None, "this watch shows no names"
    Watch.objects.update(names=["student_id", "score"])
    alert = alerts(EVERYTHING).get()
    behind = names_behind(EVERYTHING, alert, own)
    assert len(behind.rows) == 5
    assert {str(values[0]) for _, _, values in behind.rows} == {"40.0"}


def test_names_stand_only_where_the_reader_may_see_rows(alert):
    Watch.objects.update(names=["student_id"])
    alert = alerts(EVERYTHING).get()
    for scope, n in ((EVERYTHING, 5), (Scope(), 0), (None, 0)):
        assert alert_story(EVERYTHING, alert, rows_scope=scope, on=TODAY).n_names == n


# --- the page --------------------------------------------------------------------------------


@pytest.fixture
def page(leader):
    client = Client()
    client.force_login(leader)
    return client


def test_the_page_answers_and_a_double_submit_leads_to_the_same_improvement(page, alert, leader):
    address = f"/alerts/{alert.pk}/"
    assert "50.00 %（5/10），低于预警值 60.00 %" in page.get(address).content.decode()
    data = {
        "cause_categories": ["pace"], "measure": "加一次习题课", "responsible": leader.pk,
        "due_on": "2026-03-23", "is_in_place": "on",
    }  # fmt: skip
    assert page.post(address, {**data, "cause_categories": []}).status_code == 422
    places = {page.post(address, data).headers["Location"] for _ in range(2)}
    assert places == {f"/improvements/{Improvement.objects.get().pk}/"}
    assert "已答复" in page.get(address).content.decode()


def test_who_only_reads_alerts_gets_no_form_and_no_answer_through(alert):
    client = Client()
    client.force_login(open_user("eastdata"))
    answer = client.get(f"/alerts/{alert.pk}/")
    assert answer.context["form"] is None
    assert client.post(f"/alerts/{alert.pk}/", {}).status_code == 404


def test_reading_the_names_is_audited_once_a_view(page, alert):
    page.get(f"/alerts/{alert.pk}/")
    assert not AuditEntry.objects.filter(action="read_names").exists(), "no names, no entry"
    Watch.objects.update(names=["student_id"])
    page.get(f"/alerts/{alert.pk}/")
    entry = AuditEntry.objects.get(action="read_names")
    assert (entry.object_key, entry.facts["n_names"]) == (str(alert.pk), 5)


@pytest.mark.parametrize("status", ["open", "all", "unanswered", "mine"])
def test_the_list_leaves_as_a_file_with_the_filter_of_the_page(page, alert, status):
    n = page.get(f"/alerts/?status={status}").context["page_obj"].paginator.count
    book = openpyxl.load_workbook(
        io.BytesIO(page.get(f"/alerts/?status={status}&format=xlsx").content)
    )
    note, header, *rows = book.active.iter_rows(values_only=True)
    assert len(rows) == n == 1
    assert str(note[0]).startswith("筛选：")
    cells = dict(zip(header, rows[0], strict=True))
    assert (cells["代码"], cells["现实值"], cells["预警值"]) == ("MATH-2", 0.5, 0.6)
    assert isinstance(cells["开出日期"], datetime)
    lines = page.get(f"/alerts/?status={status}&format=csv").content.decode("utf-8-sig")
    assert len(list(csv.reader(lines.splitlines()))) == n + 1
    assert page.get("/alerts/?format=exe").status_code == 404


def test_the_list_separates_the_unanswered(page, alert, leader):
    assert len(page.get("/alerts/?status=unanswered").context["page_obj"].object_list) == 1
    answer(alert, leader)
    assert len(page.get("/alerts/?status=unanswered").context["page_obj"].object_list) == 0
