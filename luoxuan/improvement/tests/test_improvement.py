"""An improvement goes its way by acts and by readings, and closes by proof only."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.translation import override

from luoxuan.campus.queries import Rights
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import AuditEntry, Notice
from luoxuan.data.actions.evidence import file_evidence, withdraw_evidence
from luoxuan.improvement.actions import (
    ImprovementAlreadyClosed,
    ImprovementNotPlanned,
    PlanIncomplete,
    ProblemMissing,
    ReasonMissing,
    VerificationRefused,
    carry_into,
    close_without_proof,
    note_improvement,
    open_improvement,
    remeasure_improvements,
    report_in_place,
    verify_improvement,
)
from luoxuan.improvement.blocks import shown_events, shown_improvements, state_words
from luoxuan.improvement.models import Improvement, ImprovementEvent
from luoxuan.improvement.queries import events_of, improvements, late, people_for, todos
from luoxuan.improvement.rules import ImprovementState
from luoxuan.testing.college import NOW, Passes, open_user

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)
TODAY = NOW.date()


def in_place(improvement):
    return report_in_place(improvement=improvement, by=None, at=NOW)


def remeasured():
    report = remeasure_improvements(by=None, at=LATER)
    return report.n_closed, report.n_returned


@pytest.fixture
def by_hand(leader, subject, plan):
    """An improvement without a number, its measure in place."""
    found = open_improvement(subject=subject, problem="教研活动少", by=leader, at=NOW)
    return in_place(plan(found))


def test_an_improvement_is_opened_planned_and_put_in_place_with_audit(opened, plan):
    assert opened.state == ImprovementState.TO_PLAN
    assert plan(opened).state == ImprovementState.UNDER_WAY
    waiting = in_place(opened)
    assert waiting.state == ImprovementState.AWAITING_REMEASUREMENT
    assert in_place(opened).in_place_at == waiting.in_place_at, "twice is once"
    acts = AuditEntry.objects.filter(object_kind="Improvement").values_list("action", flat=True)
    assert list(acts) == [
        "improvement_opened", "improvement_planned", "improvement_put_in_place",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"measure": "  "}, "measure_missing"),
        ({"responsible": None}, "responsible_missing"),
        ({"cause_categories": []}, "cause_missing"),
        ({"cause_categories": ["nothing"]}, "cause_unknown"),
    ],
)
def test_an_incomplete_plan_is_refused(opened, plan, changed, code):
    with pytest.raises(PlanIncomplete) as refusal:
        plan(opened, **changed)
    assert refusal.value.code == code
    opened.refresh_from_db()
    assert opened.state == ImprovementState.TO_PLAN


def test_an_improvement_needs_a_problem_and_a_plan_before_it_is_in_place(opened, subject):
    with pytest.raises(ProblemMissing):
        open_improvement(subject=subject, problem=" ", by=None, at=NOW)
    with pytest.raises(ImprovementNotPlanned):
        in_place(opened)


# --- the next reading ------------------------------------------------------------------------


def test_without_a_newer_reading_nothing_happens(opened, plan):
    in_place(plan(opened))
    assert remeasured() == remeasured() == (0, 0)


def test_a_better_reading_of_the_next_period_closes(opened, plan, new_scores):
    in_place(plan(opened))
    new_scores(Passes("MATH-2", 5, 5), Passes("MATH-2", 7, 3, "2025-2"))
    assert remeasured() == (1, 0)
    opened.refresh_from_db()
    assert (opened.state, opened.closing_period) == (ImprovementState.CLOSED, "2025-2")
    assert (opened.closing_numerator, opened.closed_at) == (7, LATER)
    assert remeasured() == (0, 0)
    notice = Notice.objects.get()
    assert (notice.user, notice.text) == (opened.responsible, "复测通过，已自动关闭：通过率低")
    assert notice.url == f"/improvements/{opened.pk}/"


def test_better_data_of_the_same_period_close_too(opened, plan, new_scores):
    in_place(plan(opened))
    new_scores(Passes("MATH-2", 8, 2))
    assert remeasured() == (1, 0)


@pytest.mark.parametrize("passed", [5, 4])
def test_a_reading_in_warning_sends_back_once(opened, plan, new_scores, passed):
    in_place(plan(opened))
    new_scores(Passes("MATH-2", 5, 5), Passes("MATH-2", passed, 10 - passed, "2025-2"))
    assert remeasured() == (0, 1)
    opened.refresh_from_db()
    assert (opened.state, opened.in_place_at) == (ImprovementState.TO_PLAN, None)
    assert "仍在预警中" in shown_events(opened, events_of(opened))[0].text
    assert remeasured() == (0, 0)
    assert Notice.objects.get().text == "复测没有变好，请重新制定措施：通过率低"


def test_data_of_other_classes_are_no_newer_reading(opened, plan, new_scores):
    in_place(plan(opened))
    new_scores(Passes("MATH-2", 5, 5), Passes("WELD-1", 9, 1))
    assert remeasured() == (0, 0)
    opened.refresh_from_db()
    assert opened.compared_run == 2, "the run was compared"


def test_data_that_are_gone_do_nothing(opened, plan, new_scores):
    in_place(plan(opened))
    new_scores(Passes("MATH-1", 9, 1))
    assert remeasured() == (0, 0)


def test_a_reading_that_was_there_before_the_measure_proves_nothing(opened, plan, new_scores):
    new_scores(Passes("MATH-2", 5, 5), Passes("MATH-2", 9, 1, "2025-2"))
    in_place(plan(opened))
    assert remeasured() == (0, 0)


def test_what_is_not_in_place_is_not_remeasured(opened, plan, new_scores):
    plan(opened)
    new_scores(Passes("MATH-2", 9, 1))
    assert remeasured() == (0, 0)


# --- proof by people -------------------------------------------------------------------------


def test_another_person_verifies_by_evidence(by_hand, subject, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("记录", encoding="utf-8")
    evidence = file_evidence(
        subject=subject, owner=None, title="记录", path=path, file_name="a.txt",
        dated_on=date(2026, 3, 1), by=None, at=NOW,
    )  # fmt: skip
    east = open_user("east")
    closed = verify_improvement(improvement=by_hand, evidence=evidence, note="", by=east, at=LATER)
    assert (closed.state, closed.verified_by) == (ImprovementState.CLOSED, east)
    withdraw_evidence(evidence=evidence, reason="旧", by=None, at=LATER)
    with pytest.raises(ImprovementAlreadyClosed):
        verify_improvement(improvement=by_hand, evidence=None, note="看过", by=east, at=LATER)


def test_nobody_verifies_his_own_measure_or_without_proof(by_hand, leader, opened):
    east = open_user("east")
    for improvement, by, note, code in (
        (by_hand, leader, "看过", "verifier_is_responsible"),
        (by_hand, east, " ", "proof_missing"),
        (opened, east, "看过", "measure_not_in_place"),
    ):
        with pytest.raises(VerificationRefused) as refusal:
            verify_improvement(improvement=improvement, evidence=None, note=note, by=by, at=LATER)
        assert refusal.value.code == code


def test_the_database_closes_nothing_without_proof(by_hand, leader):
    east = open_user("east")
    for values in (
        {},
        {"verified_by": leader, "verification_note": "自己看过"},
        {"verified_by": east},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Improvement.objects.filter(pk=by_hand.pk).update(
                state=ImprovementState.CLOSED, closed_at=LATER, **values
            )


def test_closing_without_proof_needs_a_reason_and_is_said_to_the_quality_office(by_hand):
    office = open_user("office")
    with pytest.raises(ReasonMissing):
        close_without_proof(improvement=by_hand, reason="", by=office, at=LATER)
    closed = close_without_proof(improvement=by_hand, reason="课程停开", by=office, at=LATER)
    assert state_words(closed, shows_unproved=True)[0] == "无证明关闭"
    assert state_words(closed)[0] == "已关闭"


# --- reading ---------------------------------------------------------------------------------


def test_an_improvement_is_carried_into_a_design_once(opened):
    for _ in range(2):
        carry_into(
            improvement=opened, target_label="第 2 轮", target_url="/diagnosis/cycles/2/",
            by=None, at=LATER,
        )  # fmt: skip
    assert ImprovementEvent.objects.filter(kind="CARRIED").count() == 1
    note_improvement(improvement=opened, text="已开会", by=None, at=LATER)
    assert shown_events(opened, events_of(opened))[0].text == "已开会"


def test_todos_are_those_of_the_responsible_and_of_who_may_verify(by_hand, opened, plan, leader):
    plan(opened)
    (mine,) = todos(Rights(leader, on=TODAY), on=TODAY + timedelta(days=30))
    assert (mine.url, mine.is_late) == (f"/improvements/{opened.pk}/", True)
    (check,) = todos(Rights(open_user("east"), on=TODAY), on=TODAY)
    assert check.url == f"/improvements/{by_hand.pk}/"
    assert todos(Rights(open_user("west"), on=TODAY), on=TODAY) == []
    assert late(improvements(EVERYTHING), on=TODAY + timedelta(days=30)).get() == opened
    assert not improvements(Scope()).exists()


def test_people_for_a_measure_are_those_who_may_act_there(leader, subject):
    east, west, teacher = (open_user(name) for name in ("east", "west", "teacher"))
    assert set(people_for(subject, on=TODAY)) == {east, leader}
    assert {west, teacher}.isdisjoint(people_for(subject, on=TODAY))


def test_a_late_measure_says_by_how_many_days(opened, plan):
    plan(opened)
    (shown,) = shown_improvements(improvements(EVERYTHING), on=TODAY + timedelta(days=25))
    assert (shown.is_late, shown.late_days) == (True, 4)


# --- pages -----------------------------------------------------------------------------------


@pytest.fixture
def client_of():
    def enter(user):
        client = Client()
        client.force_login(user)
        return client

    return enter


def test_the_responsible_plans_and_reports_by_the_page(opened, leader, client_of):
    client, address = client_of(leader), f"/improvements/{opened.pk}/"
    assert client.post(f"{address}in-place/").status_code == 422
    data = {
        "measure": "加一次习题课", "responsible": leader.pk, "due_on": "2026-03-23",
    }  # fmt: skip
    answer = client.post(f"{address}plan/", data)
    assert answer.status_code == 422
    assert "请至少点选一个原因" in answer.content.decode()
    data["cause_categories"] = "pace"
    assert client.post(f"{address}plan/", data).status_code == 302
    assert client.post(f"{address}in-place/").status_code == 302
    assert client.post(f"{address}note/", {"text": "已开始"}).status_code == 302
    assert client.post(f"{address}verify/", {"note": "好"}).status_code == 404, "no such right"
    opened.refresh_from_db()
    assert opened.state == ImprovementState.AWAITING_REMEASUREMENT


def test_another_verifies_by_the_page_and_only_the_office_closes_without_proof(by_hand, client_of):
    address = f"/improvements/{by_hand.pk}/"
    east, office = client_of(open_user("east")), client_of(open_user("office"))
    assert east.post(f"{address}close/", {"text": "算了"}).status_code == 404
    assert office.post(f"{address}close/", {"text": ""}).status_code == 422
    assert east.post(f"{address}verify/", {"note": ""}).status_code == 422
    assert east.post(f"{address}verify/", {"note": "查看了记录"}).status_code == 302
    by_hand.refresh_from_db()
    assert by_hand.state == ImprovementState.CLOSED


def test_an_improvement_is_opened_by_the_page_in_ones_own_places(leader, client_of):
    client = client_of(leader)
    data = {"subject": "COURSE:WELD", "problem": "工位不足"}
    assert client.post("/improvements/new/", data).status_code == 422
    data["subject"] = "COURSE:MATH"
    assert client.post("/improvements/new/", data).status_code == 302
    assert Improvement.objects.get().responsible == leader


def test_the_list_leaves_as_workbook_and_csv(opened, client_of):
    office = client_of(open_user("office"))
    sheet = office.get("/improvements/?status=all&format=xlsx")
    assert sheet.content.startswith(b"PK")
    text = office.get("/improvements/?status=all&format=csv").content.decode("utf-8-sig")
    assert "通过率低" in text
    assert "50.00 %" in text


def test_who_opens_by_the_page_leaves_no_word_of_his_own_language(leader, client_of):
    client = client_of(leader)
    client.cookies["django_language"] = "en"
    data = {"subject": "TEACHING_CLASS:MATH-2", "problem": "作业批改不及时"}
    client.post("/improvements/new/", data)
    opened = Improvement.objects.get()
    assert opened.origin_label == "自行提出"
    for language, words in (("zh-hans", "自行提出"), ("en", "Opened by hand")):
        with override(language):
            (shown,) = shown_improvements([opened], on=TODAY)
            (event,) = shown_events(opened, events_of(opened))
        assert shown.origin_label == event.text == words
