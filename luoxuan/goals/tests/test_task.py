"""Tasks: written, signed, read within a scope; imported rows become tasks once."""

from dataclasses import replace
from datetime import date

import pytest

from luoxuan.campus.models import Period
from luoxuan.campus.queries import Rights, subject_at
from luoxuan.campus.rules import Action, PeriodKind, Resource
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry
from luoxuan.goals.actions import (
    DeadlineFixed,
    MayNotSign,
    StandardMissing,
    TaskAlreadyThere,
    open_year,
    revise_task,
    sign_standard,
    values_of,
)
from luoxuan.goals.models import StandardSignature
from luoxuan.goals.queries import standing, tasks
from luoxuan.goals.rules import ProgressState, TaskKind, TaskSource
from luoxuan.testing.college import NOW
from luoxuan.testing.filling.goals import open_example

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 15)


def test_a_year_and_its_months_are_set_up_once(db):
    open_year(year=2031, by=None, at=NOW)
    open_year(year=2031, by=None, at=NOW)
    months = Period.objects.filter(kind=PeriodKind.MONTH, code__startswith="2031-")
    assert months.count() == 12
    assert months.get(code="2031-12").end_on == date(2032, 1, 1)


def test_the_same_task_of_a_unit_is_written_once(college):
    with pytest.raises(TaskAlreadyThere):
        open_example("EAST", "示范课")
    assert open_example("WEST", "示范课").pk


def test_a_changed_task_is_audited_with_old_and_new_words(college):
    revise_task(
        task=college.first, values=replace(values_of(college.first), title="共建"), by=None, at=NOW
    )
    entry = AuditEntry.objects.get(action="revise_task")
    assert entry.facts["title"] == ["共建课程", "共建"]
    revise_task(task=college.first, values=values_of(college.first), by=None, at=NOW)
    assert AuditEntry.objects.filter(action="revise_task").count() == 1


def test_a_deadline_does_not_move_by_editing_but_may_be_given_where_none_was(college):
    moved = replace(values_of(college.first), deadline_on=date(2026, 9, 1))
    with pytest.raises(DeadlineFixed):
        revise_task(task=college.first, values=moved, by=None, at=NOW)
    given = replace(values_of(college.silent), deadline_on=date(2026, 9, 1))
    assert revise_task(task=college.silent, values=given, by=None, at=NOW).deadline_on is not None


def test_the_right_pair_signs_a_standard_and_nobody_for_two_sides(college):
    task, users = college.first, college.users
    with pytest.raises(StandardMissing):
        sign_standard(task=task, roles=["college_head"], by=users["east"], at=NOW)
    revise_task(task=task, values=replace(values_of(task), standard_time="按期"), by=None, at=NOW)
    for roles in (["teacher"], ["leader"]):
        with pytest.raises(MayNotSign):
            sign_standard(task=task, roles=roles, by=users["president"], at=NOW)
    both = ["college_head", "department_head"]
    sign_standard(task=task, roles=["college_head"], by=users["east"], at=NOW)
    with pytest.raises(MayNotSign):
        sign_standard(task=task, roles=both, by=users["east"], at=NOW)
    sign_standard(task=task, roles=["department_head"], by=users["courses"], at=NOW)
    signed = set(StandardSignature.objects.values_list("side", flat=True))
    assert signed == {"DEPARTMENT", "COLLEGE"}
    revise_task(task=task, values=replace(values_of(task), standard_time="提前"), by=None, at=NOW)
    assert not StandardSignature.objects.exists()


def test_a_user_sees_the_tasks_that_his_units_lead_answer_for_or_help_with(college):
    east = college.east
    open_example("WEST", "西的")
    open_example("WEST", "东牵头", lead_unit=east)
    open_example("QUALITY", "东协助", partner_units=[east])
    scope = Rights(college.users["east"], on=TODAY).scope(Resource.TASK, Action.LIST)
    seen = set(tasks(scope).values_list("title", flat=True))
    assert seen == {"共建课程", "示范课", "教学检查", "东牵头", "东协助"}
    assert tasks(EVERYTHING).count() == 6


def test_a_task_stands_late_after_its_deadline_and_its_month_says_so(college):
    rows = standing([college.first, college.silent], on=TODAY)
    assert [row.state for row in rows] == [ProgressState.LATE, ProgressState.ON_TRACK]
    assert rows[0].days_late == 15
    assert [cell.state for cell in rows[0].cells][4:6] == ["WAITING", "EMPTY"]


def test_a_closed_year_is_judged_on_its_last_day(college):
    task = open_example("EAST", "年底", deadline_on=date(2026, 12, 31))
    assert standing([task], on=date(2028, 1, 1))[0].state is ProgressState.ON_TRACK


def test_kinds_and_sources_of_the_example_are_those_of_the_plan(college):
    assert (college.first.kind, college.first.source) == (TaskKind.A, TaskSource.PLAN)
    assert subject_at(EVERYTHING, kind="UNIT", code="EAST") == college.east
