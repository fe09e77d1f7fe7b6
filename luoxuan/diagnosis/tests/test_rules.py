"""States, dates, budgets and proposals, by tables of cases."""

from dataclasses import replace
from datetime import date

import pytest

from luoxuan.diagnosis.rules import (
    DueFrom,
    Filling,
    PointVerdict,
    StageMode,
    StagePart,
    StageState,
    Step,
    TemplateUnfit,
    check_steps,
    current_index,
    due_date,
    parse_steps,
    plain_steps,
    propose_by_improvements,
    propose_by_standard,
    propose_by_target,
    stage_state,
)
from luoxuan.indicators.rules import ReadingState

A, C, W = StageMode.AUTO, StageMode.CONFIRM, StageMode.WRITE
NOT_DUE, DUE, DONE, LATE = StageState
MET, BELOW, WARNING = ReadingState.MET, ReadingState.BELOW_STANDARD, ReadingState.WARNING
START, END = date(2026, 3, 1), date(2026, 7, 1)


@pytest.mark.parametrize(
    ("mode", "is_done", "day", "state"),
    [
        (C, False, date(2026, 3, 9), NOT_DUE),
        (C, False, date(2026, 3, 10), DUE),
        (C, False, date(2026, 3, 20), DUE),
        (C, False, date(2026, 3, 21), LATE),
        (W, False, date(2026, 3, 21), LATE),
        (C, True, date(2026, 3, 9), DONE),
        (C, True, date(2026, 4, 1), DONE),
        (A, False, date(2026, 3, 9), NOT_DUE),
        (A, False, date(2026, 3, 20), DUE),
        (A, False, date(2026, 3, 21), DONE),
    ],
)
def test_a_stage_stands_by_its_dates_and_one_that_runs_by_itself_is_never_late(
    mode, is_done, day, state
):
    dates = {"starts_on": date(2026, 3, 10), "due_on": date(2026, 3, 20)}
    assert stage_state(mode, is_done=is_done, on=day, **dates) is state


def test_a_stage_without_dates_waits_and_is_never_late():
    for mode in StageMode:
        state = stage_state(mode, is_done=False, starts_on=None, due_on=None, on=START)
        assert state is DUE


@pytest.mark.parametrize(
    ("mode", "due_from", "days", "on", "due"),
    [
        (A, DueFrom.START, 14, START, date(2026, 3, 15)),
        (A, DueFrom.END, 0, START, date(2026, 6, 30)),
        (A, DueFrom.END, -21, START, date(2026, 6, 9)),
        (W, DueFrom.END, 14, START, date(2026, 7, 14)),
        (C, DueFrom.START, 14, date(2026, 4, 1), date(2026, 4, 8)),
        (A, DueFrom.START, 14, date(2026, 4, 1), date(2026, 3, 15)),
    ],
)
def test_days_count_from_either_end_and_an_act_has_a_week_of_grace(mode, due_from, days, on, due):
    step = Step("x", "X", mode=mode, due_from=due_from, due_days=days)
    assert due_date(step, start_on=START, end_on=END, on=on) == due
    assert due_date(step, start_on=None, end_on=None, on=on) is None


@pytest.mark.parametrize(
    ("modes", "states", "current"),
    [
        ([A, C, W], [DONE, DUE, NOT_DUE], 1),
        ([A, C, W], [DUE, NOT_DUE, NOT_DUE], 0),
        ([A, C, W], [DUE, LATE, LATE], 1),
        ([A, C, W], [DONE, DONE, NOT_DUE], 2),
        ([A, C, W], [DONE, DONE, DONE], 2),
        ([C, A, W], [DONE, DUE, DUE], 2),
    ],
)
def test_the_loop_stands_at_what_asks_for_an_act_first(modes, states, current):
    assert current_index(modes, states) == current


def steps(*modes: StageMode) -> list[Step]:
    return [Step(f"s{index}", f"环节{index}", mode=mode) for index, mode in enumerate(modes)]


@pytest.mark.parametrize(
    ("kind", "n_written", "fits"),
    [
        ("STUDENT", 1, True), ("STUDENT", 2, False), ("TEACHER", 2, False),
        ("COURSE", 1, True), ("COURSE", 2, False), ("PROGRAM", 3, True), ("PROGRAM", 4, False),
        ("UNIT", 2, True), ("UNIT", 3, False), ("INSTITUTION", 9, True),
    ],
)  # fmt: skip
def test_a_template_that_asks_for_too_much_writing_is_refused(kind, n_written, fits):
    declared = steps(*[W] * n_written, A, A, A)
    if fits:
        check_steps("t", declared, joins_at="s0", kinds=[kind])
        return
    with pytest.raises(TemplateUnfit) as refused:
        check_steps("t", declared, joins_at="s0", kinds=["INSTITUTION", kind])
    assert (refused.value.code, refused.value.facts["n"]) == ("template_over_budget", n_written)


def small(index: int) -> Step:
    return replace(Step(f"s{index}", "小"), part=StagePart.SMALL)


@pytest.mark.parametrize(
    ("declared", "joins_at", "code"),
    [
        (steps(A, A), "s0", "template_steps"),
        ([*steps(A, A, A), Step("s0", "同名")], "s0", "template_steps"),
        (steps(A, A, A), "nowhere", "template_small_loop"),
        ([*steps(A, A, A), small(3)], "s3", "template_small_loop"),
        ([small(9), *steps(A, A, A)], "s1", "template_small_loop"),
        ([*steps(A, A), small(8), Step("s5", "中"), small(9)], "s0", "template_small_loop"),
        (
            [replace(row, fills=Filling.DIAGNOSIS) for row in steps(A, A, A)], "s0",
            "template_two_diagnoses",
        ),
        ([replace(steps(C)[0], form="f"), *steps(A, A, A)[1:]], "s1", "template_form_unwritten"),
    ],
)  # fmt: skip
def test_a_template_that_contradicts_itself_is_refused(declared, joins_at, code):
    if code == "template_form_unwritten":
        declared = [*declared, Step("s9", "九")]
    with pytest.raises(TemplateUnfit) as refused:
        check_steps("t", declared, joins_at=joins_at, kinds=["COURSE"])
    assert refused.value.code == code


def test_steps_are_written_as_they_are_read():
    plain = [
        {"code": "a", "title": "目标", "fills": "goals", "due_from": "start", "due_days": 14},
        {"code": "b", "title": "诊断", "mode": "WRITE", "form": "f", "part": "SMALL"},
    ]
    assert [dict(sorted(row.items())) for row in plain_steps(parse_steps(plain))] == [
        dict(sorted(row.items())) for row in plain
    ]


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ([], None),
        ([MET, MET], PointVerdict.MEETS),
        ([BELOW], PointVerdict.PARTLY),
        ([MET, WARNING], PointVerdict.PARTLY),
        ([WARNING], PointVerdict.NOT_MET),
        ([MET, WARNING, WARNING], PointVerdict.NOT_MET),
    ],
)
def test_the_standard_proposes(states, verdict):
    assert propose_by_standard(states).verdict == verdict


@pytest.mark.parametrize(
    ("states", "reached", "has_target", "verdict"),
    [
        ([], [], False, None),
        ([MET], [True], False, None),
        ([MET, MET], [True, True], True, PointVerdict.MEETS),
        ([MET, MET], [True, False], True, PointVerdict.PARTLY),
        ([MET, BELOW], [True, False], True, PointVerdict.NOT_MET),
    ],
)
def test_the_target_proposes(states, reached, has_target, verdict):
    assert propose_by_target(states, reached, has_target=has_target).verdict == verdict


@pytest.mark.parametrize(
    ("proved", "under_way", "unanswered", "verdict"),
    [
        (0, 0, 0, None),
        (2, 0, 0, PointVerdict.MEETS),
        (2, 1, 0, PointVerdict.PARTLY),
        (2, 1, 1, PointVerdict.NOT_MET),
    ],
)
def test_improvements_propose(proved, under_way, unanswered, verdict):
    found = propose_by_improvements(proved=proved, under_way=under_way, unanswered=unanswered)
    assert found.verdict == verdict
