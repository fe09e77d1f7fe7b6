"""Cycles open once, with their stages, and hand over to the next."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from luoxuan.campus.actions import SubjectSpec, record_subjects
from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import Rights, periods, subject_at, subjects
from luoxuan.campus.rules import SubjectKind
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import AuditEntry
from luoxuan.diagnosis.actions import (
    confirm_stage,
    freeze_diagnosis,
    open_cycle,
    open_next_cycle,
    open_term,
    sign_diagnosis,
    write_stage,
)
from luoxuan.diagnosis.actions.cycles import (
    DiagnosisUnfinished,
    NextPeriodMissing,
    PeriodUnfit,
    SubjectUnfit,
)
from luoxuan.diagnosis.actions.stages import StageDone, StageMoved, StageNotAsked
from luoxuan.diagnosis.models import Cycle, Diagnosis, Stage
from luoxuan.diagnosis.queries import (
    cycle_counts,
    cycles,
    effective_diagnoses,
    next_of,
    standing,
    template_coded,
    todos,
)
from luoxuan.diagnosis.rules import StageState
from luoxuan.testing.college import NOW, open_user
from luoxuan.testing.filling.diagnosis import open_loop, write_diagnosis

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
LATER = NOW + timedelta(hours=5)


def stage_of(cycle: Cycle, code: str) -> Stage:
    return cycle.stages.get(code=code)


def finished(cycle: Cycle) -> Diagnosis:
    """Write, freeze and sign the diagnosis of a cycle."""
    writer, checker = open_user("math"), open_user("east")
    write_diagnosis(cycle, by=writer)
    diagnosis = freeze_diagnosis(diagnosis=cycle.diagnoses.get(), by=writer, at=LATER)
    return sign_diagnosis(diagnosis=diagnosis, by=checker, at=LATER)


def test_a_cycle_opens_with_every_stage_of_its_template(college):
    cycle = open_loop("MATH")
    stages = list(cycle.stages.all())
    assert [stage.code for stage in stages] == [step["code"] for step in cycle.template.steps]
    assert [stage.mode for stage in stages].count("WRITE") == 1
    assert stage_of(cycle, "diagnose").form.code == "course_diagnosis"
    assert cycle.diagnoses.get().judgements.count() == 5
    assert AuditEntry.objects.get(action="open_cycle").facts["is_trial"] is False


def test_the_same_subject_track_period_and_template_run_once(college):
    first = open_loop("MATH")
    again, is_new = open_cycle(
        subject=first.subject, template=first.template, period=first.period, is_trial=True,
        by=None, at=LATER,
    )  # fmt: skip
    assert (again.pk, is_new, again.is_trial) == (first.pk, False, False)
    assert Stage.objects.count() == 13
    with pytest.raises(IntegrityError), transaction.atomic():
        Cycle.objects.create(
            subject=first.subject, track=first.track, period=first.period,
            template=first.template, template_code=first.template_code, opened_at=NOW,
        )  # fmt: skip


def test_a_template_runs_for_its_kinds_of_subject_and_its_kind_of_period_only(college):
    year = periods().get(code="2025-1")
    with pytest.raises(SubjectUnfit):
        open_loop("EAST", kind="UNIT")
    with pytest.raises(PeriodUnfit):
        open_cycle(
            subject=subject_at(EVERYTHING, kind="UNIT", code="EAST"),
            template=template_coded("five_steps"), period=year, is_trial=False, by=None, at=NOW,
        )  # fmt: skip


def test_opening_a_term_leaves_what_runs_untouched(college):
    open_loop("MATH")
    done = open_term(
        subjects=subjects(EVERYTHING, kind=SubjectKind.COURSE),
        template=template_coded("ten_steps"), period=periods().get(code="2025-1"), is_trial=True,
        by=None, at=LATER,
    )  # fmt: skip
    assert (done.n_opened, done.n_known) == (1, 1)
    assert list(Cycle.objects.values_list("subject__code", "is_trial")) == [
        ("MATH", False), ("WELD", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "code"),
    [("TEACHING_CLASS", "MATH-1"), ("FACULTY_BODY", "EAST-BODY"), ("CLASS_GROUP", "CLASS-1"),
     ("UNIT", "EAST-MATH"), ("STUDENT", "S-1")],
)  # fmt: skip
def test_teaching_classes_groups_and_bodies_run_loops_too(college, kind, code):
    if not Subject.objects.filter(kind=kind, code=code).exists():
        spec = SubjectSpec(SubjectKind(kind), code, code, unit="EAST")
        record_subjects(subjects=[spec], origin="test", by=None, at=NOW)
    Period.objects.get_or_create(
        code="2026", kind="NATURAL_YEAR", name="2026 年", position=1,
        start_on=date(2026, 1, 1), end_on=date(2027, 1, 1),
    )  # fmt: skip
    template = {"TEACHING_CLASS": "ten_steps", "STUDENT": "student_self"}.get(kind, "five_steps")
    period = "2026" if template == "five_steps" else "2025-1"
    cycle = open_loop(code, kind=kind, template=template, period=period)
    assert standing(cycle, on=TODAY).stages


def test_a_tap_confirms_once_and_only_where_it_is_asked(college):
    cycle, user = open_loop("MATH"), open_user("math")
    stage = confirm_stage(stage=stage_of(cycle, "design"), by=user, at=LATER)
    again = confirm_stage(stage=stage, by=None, at=LATER + timedelta(hours=1))
    assert (again.done_at, again.done_by) == (LATER, user)
    assert AuditEntry.objects.filter(action="confirm_stage").count() == 1
    for code in ("goal", "diagnose"):
        with pytest.raises(StageNotAsked):
            confirm_stage(stage=stage_of(cycle, code), by=user, at=LATER)


def test_what_is_typed_is_kept_as_typed_and_counted(college):
    cycle, user = open_loop("MATH"), open_user("math")
    stage = write_stage(
        stage=stage_of(cycle, "diagnose"),
        answers={"causes": "课时", "next_target": "很多", "verdict-goal_reached": "PARTLY"},
        version=0, by=user, at=LATER,
    )  # fmt: skip
    assert (stage.version, stage.values["next_target"], stage.saved_by) == (1, "很多", user)
    assert cycle.diagnoses.get().judgements.get(node__code="goal_reached").verdict == "PARTLY"
    same = write_stage(stage=stage, answers={"causes": "课时"}, version=0, by=user, at=LATER)
    assert same.version == 1


def test_two_who_write_at_once_are_both_kept_from_losing_a_word(college):
    cycle, first, second = open_loop("MATH"), open_user("math"), open_user("office")
    stage = stage_of(cycle, "diagnose")
    write_stage(stage=stage, answers={"causes": "先"}, version=0, by=first, at=LATER)
    with pytest.raises(StageMoved) as moved:
        write_stage(stage=stage, answers={"causes": "后"}, version=0, by=second, at=LATER)
    assert (moved.value.theirs, moved.value.version) == ({"causes": "先"}, 1)
    assert stage_of(cycle, "diagnose").values["causes"] == "先"
    write_stage(stage=stage, answers={"causes": "后"}, version=1, by=second, at=LATER)
    assert stage_of(cycle, "diagnose").values["causes"] == "后"


def test_a_sitting_leaves_one_line_in_the_audit(college):
    cycle, user = open_loop("MATH"), open_user("math")
    for index in range(5):
        stage = stage_of(cycle, "diagnose")
        write_stage(
            stage=stage, answers={"causes": f"字{index}"}, version=stage.version, by=user,
            at=LATER + timedelta(minutes=index),
        )  # fmt: skip
    assert AuditEntry.objects.filter(action="write_stage").count() == 1


def test_a_stage_that_asks_for_nothing_takes_no_words(college):
    cycle = open_loop("MATH")
    with pytest.raises(StageNotAsked):
        write_stage(
            stage=stage_of(cycle, "design"), answers={"causes": "x"}, version=0, by=None, at=LATER
        )


def test_the_next_cycle_opens_once_from_a_finished_one_and_is_linked_both_ways(college):
    cycle = open_loop("MATH")
    with pytest.raises(DiagnosisUnfinished):
        open_next_cycle(cycle=cycle, by=None, at=LATER)
    finished(cycle)
    following = open_next_cycle(cycle=cycle, by=None, at=LATER)
    again = open_next_cycle(cycle=cycle, by=None, at=LATER)
    assert again.pk == following.pk
    assert (following.period.code, following.previous_id) == ("2025-2", cycle.pk)
    assert next_of(cycle) == following
    assert [row["name"] for row in following.carried["answers"]][:2] == ["causes", "measures"]
    assert {row["point"] for row in following.carried["points"]} == {
        "goal_reached", "assessment_passed", "improvement_works",
    }  # fmt: skip
    assert stage_of(cycle, "improve").done_at == LATER
    assert AuditEntry.objects.filter(action="open_next_cycle").count() == 1
    finished_later = open_loop("MATH", period="2025-2")
    assert finished_later.pk == following.pk


def test_without_a_later_period_there_is_no_next_cycle(college):
    cycle = open_loop("MATH", period="2025-2")
    finished(cycle)
    with pytest.raises(NextPeriodMissing):
        open_next_cycle(cycle=cycle, by=None, at=LATER)
    assert not Cycle.objects.filter(previous=cycle).exists()


def test_what_is_done_takes_no_further_words(college):
    cycle = open_loop("MATH")
    finished(cycle)
    with pytest.raises(StageDone):
        write_stage(
            stage=stage_of(cycle, "diagnose"), answers={"causes": "新"}, version=1, by=None,
            at=LATER,
        )  # fmt: skip


def test_a_trial_stands_in_no_count_and_its_diagnosis_has_no_effect(college):
    trial, real = open_loop("MATH", is_trial=True), open_loop("WELD")
    counts = cycle_counts(list(cycles(EVERYTHING)), on=TODAY)
    assert (counts.open, counts.trials) == (1, 1)
    finished(trial)
    counts = cycle_counts(list(cycles(EVERYTHING)), on=TODAY)
    assert (counts.signed, counts.frozen) == (0, 0)
    assert not effective_diagnoses(EVERYTHING).exists()
    write_diagnosis(real, by=None)
    freeze_diagnosis(diagnosis=real.diagnoses.get(), by=None, at=LATER)
    assert [row.cycle_id for row in effective_diagnoses(EVERYTHING)] == [real.pk]


def test_the_stages_go_to_whoever_runs_the_loop_and_the_check_to_another(college):
    cycle = open_loop("MATH")
    leader, head, office = open_user("math"), open_user("east"), open_user("office")
    day = date(2026, 3, 5)
    mine = todos(Rights(leader, on=day), on=day)
    assert [item.url.partition("stage=")[2] for item in mine] == [
        stage.code
        for stage, state in zip(
            standing(cycle, on=day).stages, standing(cycle, on=day).states, strict=True
        )
        if stage.mode != "AUTO" and state in {StageState.DUE, StageState.LATE}
    ]
    assert mine
    assert todos(Rights(office, on=day), on=day) == []
    write_diagnosis(cycle, by=leader)
    freeze_diagnosis(diagnosis=cycle.diagnoses.get(), by=leader, at=LATER)
    assert len(todos(Rights(head, on=day), on=day)) == 1
    assert "审核" in todos(Rights(office, on=day), on=day)[0].title
    assert not any("审核" in item.title for item in todos(Rights(leader, on=day), on=day))
    with override("en"):
        (check,) = todos(Rights(head, on=day), on=day)
        assert check.title == "Check a diagnosis: Mathematics · Term 2025-1"
        titles = [item.title for item in todos(Rights(leader, on=day), on=day)]
        assert all(title.endswith(": Mathematics · Term 2025-1") for title in titles)


def test_cycles_outside_the_scope_are_not_there(college):
    open_loop("MATH")
    west = Scope(unit_prefixes=(Subject.objects.get(code="WEST").unit_path,))
    assert not cycles(west).exists()
    assert cycles(EVERYTHING).count() == 1
