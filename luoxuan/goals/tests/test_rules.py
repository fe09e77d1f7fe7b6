"""States, roots and signers of tasks, as tables of cases."""

from datetime import date

import pytest

from luoxuan.goals.rules import (
    CellState,
    Finding,
    ProgressState,
    SigningSide,
    TaskAttribute,
    TaskKey,
    TaskKind,
    TaskSource,
    cell_state,
    is_expected,
    is_overdue,
    kind_of,
    root_finding,
    sides_of,
    signing_sides,
    source_of,
    task_state,
    usual_year,
    vanished,
)

DONE, GOOD, LATE, PLANNED = (
    ProgressState.DONE, ProgressState.ON_TRACK, ProgressState.LATE, ProgressState.NOT_DUE
)  # fmt: skip
DEADLINE = date(2026, 6, 30)
A, B, C = TaskKind


@pytest.mark.parametrize(
    ("reported", "on", "wanted"),
    [
        ([], date(2026, 6, 30), GOOD),
        ([], date(2026, 7, 1), LATE),
        ([GOOD], date(2026, 7, 1), LATE),
        ([GOOD, LATE], date(2026, 5, 1), LATE),
        ([LATE, GOOD], date(2026, 5, 1), GOOD),
        ([LATE, PLANNED], date(2026, 5, 1), LATE),
        ([PLANNED], date(2026, 5, 1), GOOD),
        ([GOOD, DONE], date(2026, 9, 1), DONE),
        ([DONE, PLANNED], date(2026, 9, 1), DONE),
        ([DONE, LATE], date(2026, 5, 1), LATE),
    ],
)
def test_the_last_report_and_the_deadline_decide_how_a_task_stands(reported, on, wanted):
    assert task_state(reported, DEADLINE, on=on) is wanted


def test_a_task_without_deadline_never_becomes_overdue():
    assert not is_overdue(None, is_done=False, on=date(2099, 1, 1))
    assert task_state([GOOD], None, on=date(2099, 1, 1)) is GOOD


@pytest.mark.parametrize(
    ("kind", "month", "every", "is_done", "wanted"),
    [
        (A, 11, 1, False, True),
        (B, 11, 1, False, True),
        (C, 11, 1, False, False),
        (A, 11, 1, True, False),
        (B, 11, 2, False, False),
        (B, 12, 2, False, True),
    ],
)
def test_a_sheet_asks_for_a_and_b_tasks_in_their_rhythm(kind, month, every, is_done, wanted):
    assert is_expected(kind, month=month, every=every, is_done_before=is_done) is wanted


@pytest.mark.parametrize(
    ("reported", "is_expected", "is_current", "wanted"),
    [
        (LATE, True, True, CellState.LATE),
        (None, True, True, CellState.WAITING),
        (None, True, False, CellState.EMPTY),
        (None, False, True, CellState.EMPTY),
    ],
)
def test_a_cell_waits_in_the_running_month_only(reported, is_expected, is_current, wanted):
    found = cell_state(reported, is_expected=is_expected, is_current=is_current)
    assert found is wanted


@pytest.mark.parametrize(
    ("text", "attribute", "wanted"),
    [
        ("规划 2.1", TaskAttribute.KEY, TaskSource.PLAN),
        ("十四五规划", TaskAttribute.KEY, TaskSource.PLAN),
        ("党政要点 第 3 条", TaskAttribute.KEY, TaskSource.WORK_POINTS),
        ("上级任务", TaskAttribute.TEMPORARY, TaskSource.SUPERIOR_AUTHORITY),
        ("学校增设", TaskAttribute.TEMPORARY, TaskSource.SCHOOL),
        ("岗位职责", TaskAttribute.ROUTINE, TaskSource.DUTY),
        ("其他", TaskAttribute.ROUTINE, TaskSource.DUTY),
        ("", TaskAttribute.TEMPORARY, TaskSource.TEMPORARY),
    ],
)
def test_the_words_of_the_form_name_the_source(text, attribute, wanted):
    assert source_of(text, attribute) is wanted


@pytest.mark.parametrize("source", TaskSource)
def test_plan_makes_a_duty_makes_c_and_never_plan_makes_c(source):
    wanted = {TaskSource.PLAN: A, TaskSource.DUTY: C}.get(source, B)
    assert kind_of(source) is wanted


@pytest.mark.parametrize(
    ("kind", "source", "basis", "wanted"),
    [
        (A, TaskSource.PLAN, "规划 2.1", None),
        (A, TaskSource.PLAN, " ", Finding.WITHOUT_PLAN_GOAL),
        (A, TaskSource.DUTY, "职责", Finding.WITHOUT_PLAN_GOAL),
        (B, TaskSource.WORK_POINTS, "要点 3", None),
        (B, TaskSource.SUPERIOR_AUTHORITY, "省厅通知", None),
        (B, TaskSource.WORK_POINTS, "", Finding.WITHOUT_WORK_POINT),
        (C, TaskSource.DUTY, "职责", None),
        (C, TaskSource.PLAN, "规划 2.1", Finding.WITHOUT_DUTY),
    ],
)
def test_a_task_without_its_root_is_found(kind, source, basis, wanted):
    assert root_finding(kind, source, basis) is wanted


@pytest.mark.parametrize(
    ("kind", "is_college", "wanted"),
    [
        (A, False, (SigningSide.LEADER, SigningSide.DEPARTMENT)),
        (B, True, (SigningSide.DEPARTMENT, SigningSide.COLLEGE)),
        (C, False, (SigningSide.DEPARTMENT,)),
        (C, True, (SigningSide.COLLEGE,)),
    ],
)
def test_three_pairs_sign_the_appraisal_standard(kind, is_college, wanted):
    assert signing_sides(kind, is_college=is_college) == wanted


def test_a_role_signs_for_its_own_side_only():
    sides = (SigningSide.LEADER, SigningSide.DEPARTMENT)
    assert sides_of(["responsible_leader"], sides) == [SigningSide.LEADER]
    assert sides_of(["college_head", "teacher"], sides) == []


def test_what_a_newer_file_lacks_has_vanished_unless_its_whole_unit_is_absent():
    gone, kept, other = TaskKey("1", "规划", "a"), TaskKey("1", "规划", "b"), TaskKey("2", "", "c")
    assert vanished([gone, kept, other], [kept]) == {gone}


def test_the_usual_year_is_that_of_most_deadlines():
    days = [date(2026, 3, 1), date(2026, 4, 1), date(2027, 1, 1)]
    assert usual_year(days, otherwise=2020) == 2026
    assert usual_year([], otherwise=2020) == 2020
