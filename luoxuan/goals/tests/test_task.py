"""Tasks: written, signed, read within a scope; imported rows become tasks once."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from luoxuan.campus.actions import SubjectSpec, UnitSpec, record_subjects, record_units
from luoxuan.campus.models import Period
from luoxuan.campus.queries import Rights, subject_at
from luoxuan.campus.rules import Action, PeriodKind, Resource, SubjectKind, UnitKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry, User
from luoxuan.data.actions import import_file
from luoxuan.data.models import Dataset
from luoxuan.goals.actions import (
    DeadlineFixed,
    MayNotSign,
    SheetEntry,
    StandardMissing,
    TaskAlreadyThere,
    TaskValues,
    open_year,
    publish_tasks,
    record_lagging_tasks,
    record_progress,
    revise_task,
    sign_standard,
)
from luoxuan.goals.models import Progress, StandardSignature, Task
from luoxuan.goals.queries import month_coded, standing, tasks
from luoxuan.goals.rules import ProgressState, TaskKind, TaskSource
from luoxuan.indicators.actions import compute_readings
from luoxuan.indicators.queries import readings
from luoxuan.testing.college import NOW, SMALL, load_definitions
from luoxuan.testing.filling.goals import open_example

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 15)
FOUNDATION = SMALL.parents[1] / "portal" / "packages" / "foundation"
MONTHS = ",".join(f"{month}月" for month in range(1, 13))
HEADER = f"任务来源,工作属性,工作任务,完成时限,{MONTHS},责任部门,责任人"


def values_of(task: Task, **changes: Any) -> TaskValues:
    names = [name for name in TaskValues.__slots__ if name != "partner_units"]
    return replace(TaskValues(**{name: getattr(task, name) for name in names}), **changes)


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
    revise_task(task=college.first, values=values_of(college.first, title="共建"), by=None, at=NOW)
    entry = AuditEntry.objects.get(action="revise_task")
    assert entry.facts["title"] == ["共建课程", "共建"]
    revise_task(task=college.first, values=values_of(college.first), by=None, at=NOW)
    assert AuditEntry.objects.filter(action="revise_task").count() == 1


def test_a_deadline_does_not_move_by_editing_but_may_be_given_where_none_was(college):
    moved = values_of(college.first, deadline_on=date(2026, 9, 1))
    with pytest.raises(DeadlineFixed):
        revise_task(task=college.first, values=moved, by=None, at=NOW)
    given = values_of(college.silent, deadline_on=date(2026, 9, 1))
    assert revise_task(task=college.silent, values=given, by=None, at=NOW).deadline_on is not None


def test_the_right_pair_signs_a_standard_and_nobody_for_two_sides(college):
    task, users = college.first, college.users
    with pytest.raises(StandardMissing):
        sign_standard(task=task, roles=["college_head"], by=users["east"], at=NOW)
    revise_task(task=task, values=values_of(task, standard_time="按期"), by=None, at=NOW)
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
    revise_task(task=task, values=values_of(task, standard_time="提前"), by=None, at=NOW)
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


# --- imported rows ------------------------------------------------------------------------------


@pytest.fixture
def bring(db, tmp_path: Path):
    """Return a function that imports rows of form 004-T6 into the foundation's dataset."""
    load_definitions(FOUNDATION)
    units = [
        UnitSpec("ROOT", "学院", "", UnitKind.INSTITUTION, ""),
        UnitSpec("AAO", "教务处", "", UnitKind.OFFICE, "ROOT"),
        UnitSpec("HR", "人事处", "", UnitKind.OFFICE, "ROOT"),
    ]
    record_units(units=units, origin="", by=None, at=NOW)
    person = SubjectSpec(SubjectKind.TEACHER, "T1", "孙丽华", unit="AAO")
    record_subjects(subjects=[person], origin="", by=None, at=NOW)
    hours = iter(range(1, 50))

    def take(*rows: str, period: str = "2026", name: str = "tasks.csv") -> int:
        path = tmp_path / name
        path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        at = NOW + timedelta(hours=next(hours))
        dataset = Dataset.objects.get(name="department_task")
        report = import_file(dataset=dataset, path=path, period=period, by=None, at=at)
        assert report.rows_rejected == 0, report.errors
        return record_lagging_tasks(by=None, at=at)

    return take


def row(source: str, title: str, day: str, cells: str, unit: str = "教务处", who: str = "孙丽华"):
    attribute = "常规工作" if source == "岗位职责" else "重点工作"
    months = cells.split("|") + [""] * (12 - len(cells.split("|")))
    return ",".join([source, attribute, title, day, *months, unit, who])


PLAN = row("规划 2.1", "共建课程", "2026-06-30", "|√|进行中|滞后")
DUTY = row("岗位职责", "教学检查", "2026-12-20", "正常")


def test_rows_become_tasks_with_three_fields_and_a_report_for_each_month(bring):
    bring(PLAN, DUTY)
    first, second = Task.objects.order_by("position")
    assert (first.kind, first.source, first.attribute) == ("A", "PLAN", "KEY")
    assert (second.kind, second.source, second.attribute) == ("C", "DUTY", "ROUTINE")
    assert (first.year.code, first.responsible_unit.code) == ("2026", "AAO")
    assert (first.person.code, first.is_person_unknown) == ("T1", False)
    reports = dict(first.progress.values_list("month__code", "state"))
    assert reports == {"2026-02": "DONE", "2026-03": "ON_TRACK", "2026-04": "LATE"}


def test_the_same_version_again_does_nothing_and_a_new_one_changes_what_differs(bring):
    bring(PLAN, DUTY)
    assert record_lagging_tasks(by=None, at=NOW) == 0
    changed = bring(row("规划 2.1", "共建课程", "2026-07-31", "|√|进行中|滞后"), DUTY)
    assert changed == 1
    assert Task.objects.get(kind="A").deadline_on == date(2026, 7, 31)
    assert Progress.objects.count() == 4


def test_a_row_that_vanished_is_marked_and_comes_back(bring):
    bring(PLAN, DUTY)
    bring(PLAN)
    assert list(tasks(EVERYTHING).values_list("title", flat=True)) == ["共建课程"]
    assert Task.objects.get(title="教学检查").vanished_at is not None
    bring(PLAN, DUTY)
    assert tasks(EVERYTHING).count() == Task.objects.count() == 2


def test_the_file_of_one_unit_takes_nothing_from_another(bring):
    bring(PLAN)
    bring(row("规划 3", "双师", "2026-06-30", "", unit="人事处", who=""))
    assert tasks(EVERYTHING).count() == 2


def test_a_file_overwrites_neither_a_report_of_a_person_nor_the_date_he_worked_with(bring):
    bring(PLAN)
    task, april = Task.objects.get(), month_coded("2026-04")
    entry = SheetEntry(ProgressState.DONE)
    user = User.objects.create(username="head", name="处长", created_at=NOW)
    record_progress(task=task, month=april, entry=entry, by=user, at=NOW)
    bring(row("规划 2.1", "共建课程", "2026-09-30", "|√|进行中|正常"))
    assert Progress.objects.get(month=april).state == ProgressState.DONE
    assert Task.objects.get().deadline_on == date(2026, 6, 30)


def test_a_name_that_the_campus_does_not_know_stays_as_written_and_is_flagged(bring):
    bring(row("规划 2.1", "共建课程", "2026-06-30", "", who="孙丽华"))
    task = Task.objects.get()
    revise_task(task=task, values=values_of(task, person=None, person_name="外聘"), by=None, at=NOW)
    assert Task.objects.get().is_person_unknown


def test_without_a_period_the_name_of_the_file_or_the_deadlines_tell_the_year(bring):
    bring(PLAN, period="", name="教务处2027任务.csv")
    assert Task.objects.get().year.code == "2027"


def test_the_records_count_late_tasks_by_month_and_are_published_once(bring):
    bring(PLAN, DUTY)
    at = NOW.replace(month=7, day=15)
    assert publish_tasks(by=None, at=at) == 1
    assert publish_tasks(by=None, at=at) is None
    compute_readings(by=None, at=at, codes=["task.late_tasks"])
    found = {
        one.period: one.value
        for one in readings(EVERYTHING, indicator_codes=["task.late_tasks"], kind="UNIT")
        if one.subject == "AAO"
    }
    assert {period: int(value) for period, value in found.items()} == {
        "2026-01": 0, "2026-02": 0, "2026-03": 0, "2026-04": 1, "2026-05": 1, "2026-06": 1,
        "2026-07": 1,
    }  # fmt: skip


def test_kinds_and_sources_of_the_example_are_those_of_the_plan(college):
    assert (college.first.kind, college.first.source) == (TaskKind.A, TaskSource.PLAN)
    assert subject_at(EVERYTHING, kind="UNIT", code="EAST") == college.east
