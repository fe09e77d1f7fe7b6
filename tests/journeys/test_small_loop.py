"""Scene 4: a course below its warning value, a measure, and the next reading that closes it.

Mid-term: 72 of 118 students in three classes pass, 61.0 %, below 70 %. The leader of the course
reads it in words with the 46 names, answers with cause and measure, and does nothing more. The
end-term scores come in, 92 of 118: the improvement closes itself, with the proof in one line.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from luoxuan.campus.queries import Rights, subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry, Notice
from luoxuan.improvement.blocks import proof_line
from luoxuan.improvement.models import Improvement
from luoxuan.improvement.queries import events_of, improvements_of
from luoxuan.improvement.queries import todos as improvement_todos
from luoxuan.improvement.rules import EventKind, ImprovementState
from luoxuan.monitoring.actions import answer_alert
from luoxuan.monitoring.blocks import alert_story
from luoxuan.monitoring.models import Alert
from luoxuan.monitoring.queries import todos
from luoxuan.monitoring.rules import AlertState
from luoxuan.portal.catch_up import catch_up
from luoxuan.testing.small_loop import (
    END,
    MIDDLE,
    PASSED_END,
    PASSED_MIDDLE,
    PASSED_YEAR_BEFORE,
    import_scores,
    open_story,
    score_file,
)

pytestmark = pytest.mark.django_db
ON = MIDDLE.date()
TERM = "2026-2027-1"


def story_of(tmp_path):
    people = open_story(tmp_path)
    import_scores(
        score_file(tmp_path, "2025-2026-1", "期中", PASSED_YEAR_BEFORE), by=None, at=MIDDLE
    )
    import_scores(score_file(tmp_path, TERM, "期中", PASSED_MIDDLE), by=None, at=MIDDLE)
    catch_up(by=None, at=MIDDLE)
    return people


def answer(alert, leader, **changed):
    values = {
        "cause_categories": ["prior_knowledge", "feedback"],
        "cause": "",
        "measure": "第 13–15 周每周三晚答疑；作业 48 小时内批改。",
        "responsible": leader,
        "due_on": ON + timedelta(days=21),
        "is_in_place": True,
        **changed,
    }
    return answer_alert(alert=alert, by=leader, at=MIDDLE + timedelta(hours=1), **values)


def frozen():
    """Everything that a second run of the same must leave as it is."""
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (Improvement, Alert, AuditEntry, Notice)
    ]


def test_the_small_loop_of_a_course_closes_itself_at_the_end_of_the_term(tmp_path):
    people = story_of(tmp_path)
    leader = people["leader"]
    rights = Rights(leader, on=ON)

    # The alert says it in words, and is the leader's to answer.
    alert = Alert.objects.get()
    story = alert_story(EVERYTHING, alert, rows_scope=EVERYTHING, on=ON)
    assert story.sentence == (
        "电工电子技术，2026-2027学年第一学期期中：考核及格率 61.0 %（72/118），低于预警值 70.0 %。"
    )
    assert (story.standard, story.last, story.year_before) == ("80.0 %", "", "73.7 %（87/118）")
    assert [part.fraction for part in story.parts] == ["28/40", "20/39", "24/39"]
    assert story.n_names == 46
    assert [(part.title, len(part.names)) for part in story.named_parts] == [
        ("机电 2501", 12), ("机电 2502", 19), ("智造 2501", 15),
    ]  # fmt: skip
    assert [item.url for item in todos(rights, on=ON)] == [f"/alerts/{alert.pk}/"]
    assert Notice.objects.get().user == leader

    # Cause and measure in one act; the second click of a nervous finger gives the same answer.
    improvement = answer(alert, leader)
    assert answer(Alert.objects.get(), leader) == improvement
    assert Improvement.objects.count() == 1
    assert improvement.state == ImprovementState.AWAITING_REMEASUREMENT
    assert (improvement.baseline_numerator, improvement.baseline_denominator) == (72, 118)
    assert todos(rights, on=ON) == improvement_todos(rights, on=ON) == []
    catch_up(by=None, at=MIDDLE + timedelta(hours=2))
    improvement.refresh_from_db()
    assert improvement.state == ImprovementState.AWAITING_REMEASUREMENT, "no newer reading"

    # The end of the term: nobody fills in anything.
    path = score_file(tmp_path, TERM, "期末", PASSED_END)
    import_scores(path, by=people["office"], at=END)
    catch_up(by=None, at=END)
    improvement.refresh_from_db()
    alert.refresh_from_db()
    assert (improvement.state, alert.state) == (ImprovementState.CLOSED, AlertState.RECOVERED)
    assert (improvement.closing_numerator, improvement.closing_denominator) == (92, 118)
    assert improvement.closing_value == Decimal("0.780")
    proof = proof_line(EVERYTHING, improvement)
    assert (proof.before, proof.now, proof.standard) == (
        "61.0 % · 72/118 · 2026-2027学年第一学期期中",
        "78.0 % · 92/118 · 2026-2027学年第一学期期末",
        "80.0 %",
    )
    kinds = [event.kind for event in events_of(improvement)]
    assert kinds == [
        EventKind.OPENED, EventKind.PLANNED, EventKind.PUT_IN_PLACE, EventKind.REMEASURED,
    ]  # fmt: skip

    # It stands already in what the diagnosis of the term reads.
    course = subject_at(EVERYTHING, kind="COURSE", code="EE")
    of_term = improvements_of(EVERYTHING, course, since=date(2026, 8, 31), until=date(2027, 1, 19))
    assert list(of_term) == [improvement]
    assert not improvements_of(EVERYTHING, course, until=date(2026, 8, 31)).exists()

    # The same file again changes nothing.
    before = frozen()
    import_scores(path, by=people["office"], at=END + timedelta(hours=1))
    catch_up(by=None, at=END + timedelta(hours=1))
    assert frozen() == before


def test_an_end_of_term_that_is_no_better_brings_the_measure_back_to_be_planned(tmp_path):
    people = story_of(tmp_path)
    improvement = answer(Alert.objects.get(), people["leader"])
    worse = {"EE-1": 28, "EE-2": 21, "EE-3": 24}
    import_scores(score_file(tmp_path, TERM, "期末", worse), by=None, at=END)
    catch_up(by=None, at=END)
    improvement.refresh_from_db()
    assert improvement.state == ImprovementState.TO_PLAN
    assert events_of(improvement).last().kind == EventKind.RETURNED
    items = improvement_todos(Rights(people["leader"], on=END.date()), on=END.date())
    assert [item.url for item in items] == [f"/improvements/{improvement.pk}/"]
    before = frozen()
    catch_up(by=None, at=END + timedelta(days=1))
    assert frozen() == before
