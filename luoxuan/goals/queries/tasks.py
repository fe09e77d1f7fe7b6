"""Tasks and how they stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import all_periods, periods, subjects
from luoxuan.campus.rules import PeriodKind
from luoxuan.campus.scope import Scope
from luoxuan.goals.models import DeadlineChange, Progress, Task
from luoxuan.goals.rules import (
    CellState,
    DateDecision,
    ProgressState,
    TaskKind,
    cell_state,
    is_expected,
    is_overdue,
    task_state,
)


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What a reader wants to see of the tasks「任务筛选」; an empty text means everything."""

    year: str = ""
    unit: str = ""
    kind: str = ""
    source: str = ""
    attribute: str = ""
    state: str = ""
    standard: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of a task in the matrix「月度格」."""

    month: Period
    state: CellState
    progress: Progress | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A task as it stands on a day「任务现状」: state, months and the newest wish for a date.

    ``deadline_on`` is the deadline in force on that day: a change that was approved later does not
    count yet. ``days_late`` counts from it; 0 where it has not passed or is missing.
    """

    task: Task
    state: ProgressState
    deadline_on: date | None
    cells: tuple[Cell, ...]
    change: DeadlineChange | None
    days_late: int
    is_waiting: bool


def tasks(scope: Scope, *, chosen: TaskFilter | None = None) -> QuerySet[Task]:
    """Return the tasks「任务」 that a unit in scope leads, answers for or helps with.

    The state is no column and is chosen later. Rows that vanished from their file are left out.
    """
    found = Task.objects.filter(vanished_at=None)
    if not scope.whole_institution:
        inside = subjects(scope).values("pk")
        helped = Task.partner_units.through.objects.filter(subject_id__in=inside).values("task_id")
        found = found.filter(
            Q(responsible_unit__in=inside) | Q(lead_unit__in=inside) | Q(pk__in=helped)
        )
    chosen = chosen or TaskFilter()
    wanted = {
        "year__code": chosen.year,
        "responsible_unit__code": chosen.unit,
        "kind": chosen.kind,
        "source": chosen.source,
        "attribute": chosen.attribute,
    }
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    return found.select_related("year", "responsible_unit__unit", "lead_unit", "person")


def task_at(scope: Scope, key: int) -> Task:
    """Return one task in scope; raises Task.DoesNotExist for absent and hidden alike."""
    return tasks(scope).get(pk=key)


def task_years() -> list[Period]:
    """Return the natural years that have tasks, the newest first."""
    used = Task.objects.order_by().values("year_id").distinct()
    return list(periods(kind=PeriodKind.NATURAL_YEAR).filter(pk__in=used).order_by("-start_on"))


def months_of(year: Period) -> list[Period]:
    """Return the months「月份」 that lie in a year."""
    found = [month for month in all_periods(kind=PeriodKind.MONTH) if lies_in(month, year)]
    return sorted(found, key=lambda month: month.start_on or date.max)


def month_on(on: date) -> Period | None:
    """Return the month in which a day lies, or None where no such period is set up."""
    return covering(all_periods(kind=PeriodKind.MONTH), on)


def month_coded(code: str) -> Period:
    """Return the month of a code; raises Period.DoesNotExist."""
    return periods(kind=PeriodKind.MONTH).get(code=code)


def task_months(month: Period) -> Period | None:
    """Return the natural year in which a month lies."""
    years = all_periods(kind=PeriodKind.NATURAL_YEAR)
    return next((year for year in years if lies_in(month, year)), None)


def lies_in(period: Period, longer: Period) -> bool:
    """Return whether a period lies in a longer one by its dates; without dates it does not."""
    if not (period.start_on and period.end_on and longer.start_on and longer.end_on):
        return False
    return longer.start_on <= period.start_on and period.end_on <= longer.end_on


def covering(found: Iterable[Period], on: date) -> Period | None:
    """Return the first of these periods in which a day lies, or None."""
    return next(
        (row for row in found if row.start_on and row.end_on and row.start_on <= on < row.end_on),
        None,
    )


def units_named(scope: Scope) -> QuerySet[Subject]:
    """Return the units in scope that may answer for tasks, by code."""
    return subjects(scope).filter(unit__isnull=False).order_by("code")


def standing(found: Iterable[Task], *, on: date) -> list[Standing]:
    """Return tasks as they stand on a day, in the order given.

    Reports of months that begin later are not known yet on that day.
    """
    rows = list(found)
    months = {year.pk: months_of(year) for year in {row.year for row in rows}}
    reports = _reports(rows)
    changes = _changes(rows)
    return [
        _standing(row, months[row.year_id], reports.get(row.pk, {}), changes.get(row.pk, []), on)
        for row in rows
    ]


def _standing(
    task: Task,
    months: Sequence[Period],
    reports: Mapping[int, Progress],
    changes: Sequence[DeadlineChange],
    on: date,
) -> Standing:
    deadline_on = _deadline_on(task, changes, on)
    known = [month for month in months if month.start_on and month.start_on <= on]
    told = [ProgressState(reports[month.pk].state) for month in known if month.pk in reports]
    # A closed year is judged on its last day: afterwards nothing becomes late any more.
    last = min(on, _last_day(months)) if months else on
    state = task_state(told, deadline_on, on=last)
    is_done = state is ProgressState.DONE
    overdue = is_overdue(deadline_on, is_done=is_done, on=last)
    cells = tuple(_cells(task, months, reports, on, is_overdue=overdue))
    return Standing(
        task=task,
        state=state,
        deadline_on=deadline_on,
        cells=cells,
        change=changes[-1] if changes else None,
        days_late=(last - deadline_on).days if overdue and deadline_on else 0,
        is_waiting=any(cell.state is CellState.WAITING for cell in cells),
    )


def _deadline_on(task: Task, changes: Sequence[DeadlineChange], on: date) -> date | None:
    """Return the deadline in force on a day: the one before the first change approved later."""
    later = [
        row
        for row in changes
        if row.state == DateDecision.APPROVED
        and row.decided_at is not None
        and timezone.localdate(row.decided_at) > on
    ]
    if not later:
        return task.deadline_on
    return min(later, key=lambda row: (row.decided_at, row.pk)).old_on


def _cells(
    task: Task,
    months: Sequence[Period],
    reports: Mapping[int, Progress],
    on: date,
    *,
    is_overdue: bool,
) -> Iterable[Cell]:
    done = False
    for number, month in enumerate(months, start=1):
        progress = reports.get(month.pk)
        is_current = bool(month.start_on and month.end_on and month.start_on <= on < month.end_on)
        state = cell_state(
            ProgressState(progress.state) if progress else None,
            is_expected=is_expected(
                TaskKind(task.kind), month=number, every=task.reports_every, is_done_before=done
            ),
            is_current=is_current,
        )
        if state is CellState.EMPTY and is_current and is_overdue:
            state = CellState.LATE
        done = done or state is CellState.DONE
        yield Cell(month, state, progress, is_current)


def _last_day(months: Sequence[Period]) -> date:
    ends = [month.end_on for month in months if month.end_on]
    return max(ends) - timedelta(days=1)


def _reports(rows: Sequence[Task]) -> dict[int, dict[int, Progress]]:
    found: dict[int, dict[int, Progress]] = {}
    for progress in Progress.objects.filter(task__in=[row.pk for row in rows]):
        found.setdefault(progress.task_id, {})[progress.month_id] = progress
    return found


def _changes(rows: Sequence[Task]) -> dict[int, list[DeadlineChange]]:
    """Return the wishes for another date of each task, the newest last."""
    found: dict[int, list[DeadlineChange]] = {}
    wished = DeadlineChange.objects.filter(task__in=[row.pk for row in rows])
    for row in wished.order_by("asked_at", "id"):
        found.setdefault(row.task_id, []).append(row)
    return found
