"""What the one-page paper for the college affairs meeting says about tasks."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.scope import Scope
from luoxuan.goals.models import DeadlineChange
from luoxuan.goals.queries.sheets import deadline_changes, sheet_overview
from luoxuan.goals.queries.tasks import (
    Standing,
    TaskFilter,
    month_coded,
    standing,
    task_months,
    tasks,
)
from luoxuan.goals.rules import ProgressState, SheetState, TaskKind


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many tasks of one class「分类计数」 are done, on track and late."""

    kind: str
    n_done: int
    n_on_track: int
    n_late: int

    @property
    def n_all(self) -> int:
        """Return all tasks of the class."""
        return self.n_done + self.n_on_track + self.n_late


@dataclass(frozen=True, slots=True)
class LateTask:
    """A late task「滞后任务」 with what was said about it and both dates.

    ``asked_on`` is the date that was wished for, with the decision; None when none was.
    """

    title: str
    kind: str
    unit: Subject
    person_name: str
    deadline_on: date | None
    days_late: int
    cause: str
    measure: str
    asked_on: date | None
    decision: str
    note: str
    key: int


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """What the meeting reads about one month「院务会一页纸事实」."""

    year: Period
    month: Period
    n_received: int
    n_sheets: int
    missing: tuple[Subject, ...]
    waiting: tuple[Subject, ...]
    counts: tuple[KindCount, ...]
    late: tuple[LateTask, ...]
    decisions: tuple[DeadlineChange, ...]


def meeting_facts(scope: Scope, year: int, month: int, *, on: date | None = None) -> MeetingFacts:
    """Return the facts of one month for the college affairs meeting「院务会」.

    Tasks stand as on the last day of the month, or on ``on`` when that is earlier. ``missing`` are
    units without a handed-in sheet, ``waiting`` those whose sheet nobody has received yet. Raises
    Period.DoesNotExist where the month is not set up.
    """
    period = month_coded(f"{year}-{month:02d}")
    whole = task_months(period)
    if whole is None or period.end_on is None:
        raise Period.DoesNotExist(f"{year}-{month:02d}")
    last = period.end_on - timedelta(days=1)
    day = min(last, on) if on else last
    sheets = sheet_overview(scope, period)
    handed = {SheetState.SUBMITTED, SheetState.RECEIVED}
    rows = standing(tasks(scope, chosen=TaskFilter(year=whole.code)), on=day)
    return MeetingFacts(
        year=whole,
        month=period,
        n_received=sum(row.state is SheetState.RECEIVED for row in sheets),
        n_sheets=len(sheets),
        missing=tuple(row.unit for row in sheets if row.state not in handed),
        waiting=tuple(row.unit for row in sheets if row.state is SheetState.SUBMITTED),
        counts=_counts(rows),
        late=tuple(_late(row, period) for row in rows if row.state is ProgressState.LATE),
        decisions=tuple(_decisions(scope, period)),
    )


def _counts(rows: list[Standing]) -> tuple[KindCount, ...]:
    found = Counter((row.task.kind, row.state) for row in rows)
    return tuple(
        KindCount(
            kind,
            found[kind, ProgressState.DONE],
            found[kind, ProgressState.ON_TRACK],
            found[kind, ProgressState.LATE],
        )
        for kind in TaskKind
    )


def _late(row: Standing, month: Period) -> LateTask:
    """Return a late task with the last cause and measure that were given up to the month.

    Who asked for another date gave a reason for it: it is the cause where no report has one.
    """
    told = [
        cell.progress
        for cell in row.cells
        if cell.progress and cell.month.position <= month.position and cell.progress.cause
    ]
    last, task, change = (told[-1] if told else None), row.task, row.change
    return LateTask(
        title=task.title,
        kind=task.kind,
        unit=task.responsible_unit,
        person_name=task.person.name if task.person else task.person_name,
        deadline_on=row.deadline_on,
        days_late=row.days_late,
        cause=last.cause if last else change.reason if change else "",
        measure=last.measure if last else "",
        asked_on=change.asked_on if change else None,
        decision=change.state if change else "",
        note=change.note if change else "",
        key=task.pk,
    )


def _decisions(scope: Scope, month: Period) -> list[DeadlineChange]:
    inside = {"gte": month.start_on, "lt": month.end_on}
    asked = Q(**{f"asked_at__date__{name}": day for name, day in inside.items()})
    decided = Q(**{f"decided_at__date__{name}": day for name, day in inside.items()})
    return list(deadline_changes(scope).filter(asked | decided))
