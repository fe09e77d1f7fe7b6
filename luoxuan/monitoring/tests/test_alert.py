"""Watches open, confirm and recover alerts, each change once."""

from dataclasses import astuple
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from luoxuan.campus.actions import assign_role
from luoxuan.campus.models import Subject
from luoxuan.campus.queries import Rights, subject_at
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import AuditEntry
from luoxuan.indicators.models import Indicator, Threshold
from luoxuan.monitoring.actions import run_watches
from luoxuan.monitoring.models import Alert, Watch
from luoxuan.monitoring.queries import (
    alerts,
    alerts_of,
    mine_open,
    my_alerts,
    open_alerts_by_subject,
    watches,
)
from luoxuan.monitoring.rules import AlertState
from luoxuan.testing.college import NOW, Passes, open_user

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=5)
TODAY = NOW.date()


def states() -> dict[str, str]:
    """Return the state of every alert by its subject; one alert each."""
    found = list(Alert.objects.order_by("id").values_list("subject__code", "state"))
    assert len(found) == len(dict(found))
    return dict(found)


def stored() -> list[tuple]:
    return list(Alert.objects.order_by("id").values_list())


def n_audits() -> int:
    return AuditEntry.objects.filter(object_kind="Alert").count()


def threshold(warning: str, *, subject: str = "", **values: object) -> Threshold:
    """Add a newer threshold of the pass share of teaching classes."""
    found = Subject.objects.get(kind="TEACHING_CLASS", code=subject) if subject else None
    number = Threshold.objects.filter(kind="TEACHING_CLASS", subject=found).count() + 1
    return Threshold.objects.create(
        indicator=Indicator.objects.get(code="course.pass_share"), kind="TEACHING_CLASS",
        subject=found, warning_value=Decimal(warning), number=number, created_at=NOW, **values,
    )  # fmt: skip


def test_a_reading_beyond_its_warning_value_opens_one_alert_with_its_numbers(college):
    assert astuple(college.watches) == (1, 0, 0)
    alert = Alert.objects.get()
    assert (alert.subject.code, alert.state, alert.period) == ("MATH-2", AlertState.OPEN, "2025-1")
    assert (alert.value, alert.warning_value) == (Decimal("0.5"), Decimal("0.6"))
    assert (alert.numerator, alert.denominator) == (5, 10)
    assert (alert.opened_at, alert.last_seen_at, alert.recovered_at) == (NOW, NOW, None)
    assert (alert.run, alert.indicator_version.number) == (college.refresh.run, 1)


def test_opening_an_alert_is_audited_with_its_reading(college):
    entry = AuditEntry.objects.get(action="open_alert")
    assert (entry.object_kind, entry.object_key) == ("Alert", str(Alert.objects.get().pk))
    assert entry.facts["reading"].endswith("/course.pass_share/TEACHING_CLASS/MATH-2/2025-1")


def test_running_again_on_the_same_readings_changes_nothing(college):
    before, n = stored(), n_audits()
    assert astuple(run_watches(by=None, at=LATER)) == (0, 0, 0)
    assert (stored(), n_audits()) == (before, n)


def test_even_a_lost_watermark_opens_no_second_alert(college):
    before, n = stored(), n_audits()
    Watch.objects.update(compared="")
    assert astuple(run_watches(by=None, at=LATER)) == (0, 0, 0)
    assert (stored(), n_audits()) == (before, n)


def test_data_that_stay_in_warning_confirm_the_open_alert(new_scores):
    report = new_scores(Passes("MATH-1", 9, 1), Passes("MATH-2", 4, 6))
    assert astuple(report.watches) == (0, 1, 0)
    alert = Alert.objects.get()
    assert (alert.value, alert.numerator, alert.opened_at) == (Decimal("0.4"), 4, NOW)
    assert alert.last_seen_at == NOW + timedelta(hours=1)
    assert AuditEntry.objects.filter(action="confirm_alert").count() == 1


@pytest.mark.parametrize("passed", [6, 7, 10])
def test_better_data_recover_the_alert_from_the_warning_value_on(new_scores, passed):
    report = new_scores(Passes("MATH-1", 9, 1), Passes("MATH-2", passed, 10 - passed))
    assert astuple(report.watches) == (0, 0, 1)
    alert = Alert.objects.get()
    assert (alert.state, alert.recovered_at) == (AlertState.RECOVERED, NOW + timedelta(hours=1))
    assert alert.recovered_value == Decimal(passed) / 10
    assert alert.value == Decimal("0.5"), "the value it was opened on stays"
    assert AuditEntry.objects.filter(action="recover_alert").count() == 1


def test_a_relapse_opens_a_new_alert_beside_the_recovered_one(new_scores):
    new_scores(Passes("MATH-2", 9, 1))
    report = new_scores(Passes("MATH-2", 3, 7))
    assert astuple(report.watches) == (1, 0, 0)
    assert list(Alert.objects.order_by("id").values_list("state", flat=True)) == [
        AlertState.RECOVERED,
        AlertState.OPEN,
    ]


def test_data_that_are_gone_neither_open_nor_recover(new_scores):
    before = stored()
    report = new_scores(Passes("MATH-1", 9, 1))
    assert astuple(report.watches) == (0, 0, 0)
    assert stored() == before
    assert states() == {"MATH-2": AlertState.OPEN}


def test_the_newest_period_decides(new_scores):
    report = new_scores(Passes("MATH-2", 2, 8), Passes("MATH-2", 9, 1, "2025-2"))
    assert astuple(report.watches) == (0, 0, 1)
    report = new_scores(Passes("MATH-2", 9, 1), Passes("MATH-2", 2, 8, "2025-2"))
    assert astuple(report.watches) == (1, 0, 0)
    assert Alert.objects.get(state=AlertState.OPEN).period == "2025-2"


def test_a_stricter_threshold_opens_without_new_data(college):
    threshold("0.85")
    assert astuple(run_watches(by=None, at=LATER))[0] == 1
    assert states() == {"MATH-2": "OPEN", "WELD-1": "OPEN"}


def test_a_milder_threshold_recovers_without_new_data(college):
    threshold("0.4")
    assert astuple(run_watches(by=None, at=LATER)) == (0, 0, 1)
    assert states() == {"MATH-2": "RECOVERED"}


def test_a_threshold_of_the_subject_goes_before_that_of_the_kind(college):
    threshold("0.95", subject="MATH-1")
    threshold("0.1", subject="MATH-2")
    assert astuple(run_watches(by=None, at=LATER)) == (1, 0, 1)
    assert states() == {"MATH-2": "RECOVERED", "MATH-1": "OPEN"}


def test_a_threshold_is_judged_from_the_day_it_is_in_force(college):
    threshold("0.85", valid_from=TODAY + timedelta(days=2))
    assert astuple(run_watches(by=None, at=LATER)) == (0, 0, 0)
    assert astuple(run_watches(by=None, at=LATER + timedelta(days=2)))[0] == 1


def test_a_threshold_that_ended_gives_way_to_the_one_before(college):
    threshold("0.85", valid_from=date(2026, 1, 1), valid_to=TODAY + timedelta(days=2))
    run_watches(by=None, at=LATER)
    assert states() == {"MATH-2": "OPEN", "WELD-1": "OPEN"}
    assert astuple(run_watches(by=None, at=LATER + timedelta(days=2)))[2] == 1
    assert states() == {"MATH-2": "OPEN", "WELD-1": "RECOVERED"}


def test_a_watch_that_is_off_neither_opens_nor_recovers(new_scores):
    Watch.objects.update(is_on=False)
    assert astuple(new_scores(Passes("MATH-2", 9, 1)).watches) == (0, 0, 0)
    assert astuple(new_scores(Passes("MATH-1", 1, 9)).watches) == (0, 0, 0)
    assert not watches().exists()


def test_only_the_watches_of_the_asked_indicators_run(college):
    threshold("0.85")
    assert astuple(run_watches(by=None, at=LATER, indicator_codes=["course.mean_score"])) == (
        0,
        0,
        0,
    )
    assert list(watches(indicator_codes=["course.mean_score"])) == []


def test_a_watch_of_an_indicator_without_readings_does_nothing(college):
    Watch.objects.create(
        code="other", indicator=Indicator.objects.get(code="course.mean_score"), kind="UNIT",
        role="leader", title="没有数值",
    )  # fmt: skip
    assert astuple(run_watches(by=None, at=LATER)) == (0, 0, 0)


def test_two_open_alerts_of_one_watch_and_subject_are_impossible(college):
    alert = Alert.objects.get()
    alert.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        alert.save(force_insert=True)
    alert.state, alert.recovered_at = AlertState.RECOVERED, LATER
    alert.save(force_insert=True)
    assert Alert.objects.count() == 2


@pytest.mark.parametrize(
    ("state", "recovered_at"), [(AlertState.OPEN, NOW), (AlertState.RECOVERED, None)]
)
def test_an_alert_is_recovered_with_a_time_and_open_without(college, state, recovered_at):
    with pytest.raises(IntegrityError, match="alert_recovered_has_time"):
        Alert.objects.update(state=state, recovered_at=recovered_at)


# --- who sees and who receives --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "n_visible", "n_mine"),
    [("math", 1, 1), ("east", 1, 0), ("teacher", 0, 0), ("west", 0, 0), ("office", 1, 0)],
)
def test_an_alert_goes_to_the_holders_of_its_role_at_its_subject(
    college, username, n_visible, n_mine
):
    user = open_user(username)
    scope = {
        "math": Scope(
            subject_ids=frozenset(
                Subject.objects.filter(code__startswith="MATH").values_list("pk", flat=True)
            )
        ),
        "east": Scope(unit_prefixes=(Subject.objects.get(code="EAST").unit_path,)),
        "teacher": Scope(subject_ids=frozenset({Subject.objects.get(code="MATH-1").pk})),
        "west": Scope(unit_prefixes=(Subject.objects.get(code="WEST").unit_path,)),
        "office": EVERYTHING,
    }[username]
    assert alerts(scope).count() == n_visible
    assert my_alerts(scope, Rights(user, on=TODAY)).count() == n_mine


def test_the_role_at_another_subject_receives_nothing(college):
    user = open_user("other", "course_leader", "COURSE:WELD")
    assign_role(user=user, role="leader", by=None, at=NOW, is_whole_institution=True)
    assert alerts(EVERYTHING).count() == 1
    assert not my_alerts(EVERYTHING, Rights(user, on=TODAY)).exists()


def test_the_role_received_later_is_held_from_its_day_only(college):
    user = open_user("math")
    assert my_alerts(EVERYTHING, Rights(user, on=TODAY)).exists()
    assert not my_alerts(EVERYTHING, Rights(user, on=TODAY - timedelta(days=1))).exists()


def test_a_recovered_alert_is_nobodys_any_more_but_stays_in_the_list(new_scores):
    new_scores(Passes("MATH-2", 9, 1))
    user = open_user("math")
    assert not my_alerts(EVERYTHING, Rights(user, on=TODAY)).exists()
    subject = subject_at(EVERYTHING, kind="TEACHING_CLASS", code="MATH-2")
    assert alerts_of(EVERYTHING, subject).count() == 1
    assert open_alerts_by_subject(EVERYTHING, [subject.pk]) == {}


def test_open_alerts_are_counted_by_subject_in_scope(college):
    keys = list(Subject.objects.values_list("pk", flat=True))
    math = Subject.objects.get(code="MATH-2").pk
    assert open_alerts_by_subject(EVERYTHING, keys) == {math: 1}
    assert open_alerts_by_subject(Scope(), keys) == {}


@pytest.mark.parametrize(
    ("status", "shown"), [("open", 1), ("mine", 1), ("all", 1), ("nonsense", 1), ("", 1)]
)
def test_the_page_lists_alerts_and_takes_any_status(college, client, status, shown):
    client.force_login(open_user("math"))
    answer = client.get("/alerts/", {"status": status, "page": "nonsense"})
    assert answer.status_code == 200
    assert len(answer.context["page_obj"].object_list) == shown
    assert "高等数学 2 班" in answer.content.decode()


def test_the_page_of_the_office_separates_its_own_from_all(college, client):
    client.force_login(open_user("office"))
    context = client.get("/alerts/?status=mine").context
    assert (context["n_open"], context["n_mine"], context["n_all"]) == (1, 0, 1)
    assert list(context["page_obj"].object_list) == []


def test_all_of_ones_own_alerts_are_read_however_many_they_are(college, monkeypatch):
    user = open_user("math")
    rights = Rights(user, on=TODAY)
    expected = list(my_alerts(EVERYTHING, rights))
    assert expected
    assert mine_open(rights) == expected
    monkeypatch.setattr("luoxuan.monitoring.queries.MOST_TODOS", 0)
    assert mine_open(rights) == expected
    assert mine_open(Rights(open_user("west"), on=TODAY)) == []
