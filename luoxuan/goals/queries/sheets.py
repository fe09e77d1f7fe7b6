"""Monthly sheets and wishes for another date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import subjects
from luoxuan.campus.scope import Scope
from luoxuan.goals.models import DeadlineChange, MonthSheet, Progress, Task
from luoxuan.goals.queries.tasks import months_of, task_months, tasks
from luoxuan.goals.queries.year import rhythm
from luoxuan.goals.rules import ProgressState, SheetState, TaskKind, is_expected, report_mark


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One task on a monthly sheet「报送行」: what was said last month and what is said now."""

    task: Task
    before: Progress | None
    now: Progress | None
    change: DeadlineChange | None
    is_silent: bool

    @property
    def is_answered(self) -> bool:
        """Return whether the month has its report."""
        return self.now is not None

    @property
    def mark(self) -> str:
        """Return the mark of this month's report, empty while there is none."""
        return report_mark(self.now.said) if self.now else ""


@dataclass(frozen=True, slots=True)
class SheetStatus:
    """Whether a unit has handed in「报送情况」 its sheet of a month."""

    unit: Subject
    sheet: MonthSheet | None

    @property
    def state(self) -> SheetState:
        """Return the state of the sheet; one that nobody has begun is open."""
        return SheetState(self.sheet.state) if self.sheet else SheetState.OPEN


def month_sheets(scope: Scope, *, month: Period | None = None) -> QuerySet[MonthSheet]:
    """Return the monthly sheets「报送单」 of units in scope."""
    found = MonthSheet.objects.select_related("unit", "month", "submitted_by", "checked_by")
    if not scope.whole_institution:
        found = found.filter(unit__in=subjects(scope).values("pk"))
    return found.filter(month=month) if month else found


def sheet_units(scope: Scope, year: Period) -> list[Subject]:
    """Return the units in scope that hand in sheets: those with A or B tasks in that year."""
    used = Task.objects.filter(year=year, vanished_at=None).exclude(kind=TaskKind.C)
    held = subjects(scope).filter(pk__in=used.values("responsible_unit_id"))
    return list(held.order_by("code"))


def sheet_overview(scope: Scope, month: Period) -> list[SheetStatus]:
    """Return for each unit that hands in a sheet how far it is."""
    return sheet_overviews(scope, [month])[month.pk]


def sheet_overviews(scope: Scope, months: Sequence[Period]) -> dict[int, list[SheetStatus]]:
    """Return the same for several months by their keys, units and years read once."""
    sheets: dict[int, dict[int, MonthSheet]] = {}
    for sheet in month_sheets(scope).filter(month__in=months):
        sheets.setdefault(sheet.month_id, {})[sheet.unit_id] = sheet
    units: dict[int, list[Subject]] = {}
    found: dict[int, list[SheetStatus]] = {}
    for month in months:
        year = task_months(month)
        if year is not None and year.pk not in units:
            units[year.pk] = sheet_units(scope, year)
        here, held = units[year.pk] if year else [], sheets.get(month.pk, {})
        found[month.pk] = [SheetStatus(unit, held.get(unit.pk)) for unit in here]
    return found


def sheet_due_on(month: Period, *, day: int = 0) -> date | None:
    """Return until when the sheets of a month are handed in: a day of that month, by setting.

    ``day`` is that setting, for a caller that has read it.
    """
    return month.start_on.replace(day=day or rhythm().sheet_day) if month.start_on else None


def sheet_lines(scope: Scope, unit: Subject, month: Period) -> list[SheetLine]:
    """Return the tasks of a unit for its sheet of a month: A and B first, silent C tasks last."""
    year = task_months(month)
    if year is None:
        return []
    months = months_of(year)
    number = [row.pk for row in months].index(month.pk) + 1
    found = list(tasks(scope).filter(year=year, responsible_unit=unit))
    reports: dict[int, dict[int, Progress]] = {}
    for progress in Progress.objects.filter(task__in=found, month__end_on__lte=month.end_on):
        reports.setdefault(progress.task_id, {})[progress.month_id] = progress
    changes = {
        row.task_id: row
        for row in DeadlineChange.objects.filter(task__in=found).order_by("asked_at", "id")
    }
    lines = []
    for task in sorted(found, key=lambda row: (row.kind, row.position, row.pk)):
        told = reports.get(task.pk, {})
        earlier = [told[row.pk] for row in months[: number - 1] if row.pk in told]
        is_done = any(row.state == ProgressState.DONE for row in earlier)
        expected = is_expected(
            TaskKind(task.kind), month=number, every=task.reports_every, is_done_before=is_done
        )
        if is_done or not (expected or task.kind == TaskKind.C):
            continue
        before = earlier[-1] if earlier else None
        lines.append(
            SheetLine(task, before, told.get(month.pk), changes.get(task.pk), not expected)
        )
    return lines


def deadline_changes(scope: Scope) -> QuerySet[DeadlineChange]:
    """Return the wishes for another date「时限调整」 of tasks in scope, open and newest first."""
    found = DeadlineChange.objects.filter(Q(task__in=tasks(scope).values("pk")))
    return found.select_related(
        "task__responsible_unit", "task__year", "asked_by", "decided_by"
    ).order_by("decided_at", "-asked_at", "-id")
