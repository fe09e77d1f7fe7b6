"""What the tests' college holds in goals: tasks of both colleges, sheets, a wish for a date."""

from datetime import date
from pathlib import Path

from luoxuan.campus.models import Period
from luoxuan.campus.queries import subject_at
from luoxuan.campus.rules import SubjectKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.goals.actions import (
    SheetEntry,
    TaskValues,
    open_task,
    open_year,
    record_sheet,
    submit_sheet,
)
from luoxuan.goals.models import Task
from luoxuan.goals.queries import deadline_changes, month_coded
from luoxuan.goals.rules import ProgressState, TaskAttribute, TaskKind, TaskSource
from luoxuan.testing.college import NOW

YEAR = NOW.year
_LATE = SheetEntry(
    ProgressState.LATE,
    cause_categories=("OUTSIDE",),
    cause="合作单位停机改版。",
    measure="先用校内平台试运行。",
    asked_on=date(YEAR, 6, 30),
)


def open_example(
    unit: str,
    title: str,
    *,
    kind: TaskKind = TaskKind.B,
    deadline_on: date | None = date(YEAR, 12, 20),
    year: Period | None = None,
    **values: object,
) -> Task:
    """Write a task of a unit as the plan has it; ``values`` are other fields of it."""
    roots = {
        TaskKind.A: (TaskSource.PLAN, TaskAttribute.KEY, "规划 2.1"),
        TaskKind.B: (TaskSource.WORK_POINTS, TaskAttribute.KEY, "要点 第 3 条"),
        TaskKind.C: (TaskSource.DUTY, TaskAttribute.ROUTINE, "岗位职责"),
    }
    source, attribute, basis = roots[kind]
    columns: dict[str, object] = {
        "source": source, "attribute": attribute, "source_text": basis, "basis": basis,
        "deadline_on": deadline_on, **values,
    }  # fmt: skip
    task = TaskValues(
        year=year or open_year(year=YEAR, by=None, at=NOW),
        responsible_unit=subject_at(EVERYTHING, kind=SubjectKind.UNIT, code=unit),
        title=title,
        kind=kind,
        **columns,  # type: ignore[arg-type]
    )
    return open_task(values=task, by=None, at=NOW)


def fill(users: dict[str, User], folder: Path) -> dict[str, object]:
    """Create a few objects by their actions; return keys for addresses by placeholder."""
    late = open_example(
        "EAST",
        "新增校企共建课程 8 门",
        kind=TaskKind.A,
        deadline_on=date(YEAR, 4, 30),
        standard_time="4 月底前完成。",
        standard_quality="通过验收。",
    )
    other = open_example("EAST", "课程思政示范课 20 门")
    open_example("EAST", "日常教学检查", kind=TaskKind.C, deadline_on=None)
    west = open_example("WEST", "开展专业设置预调研", person_name="周文博")
    open_example("QUALITY", "编写质量年报", deadline_on=date(YEAR, 12, 31))
    east, month = late.responsible_unit, month_coded(f"{YEAR}-02")
    entries = {late.pk: _LATE, other.pk: SheetEntry(ProgressState.ON_TRACK, text="已验收 4/20 门")}
    record_sheet(unit=east, month=month, entries=entries, by=users["east"], at=NOW)
    submit_sheet(unit=east, month=month, by=users["east"], at=NOW)
    change = deadline_changes(EVERYTHING).get(task=late)
    return {"task": late.pk, "west_task": west.pk, "change": change.pk}
