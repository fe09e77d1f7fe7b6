"""Reporting on tasks: one month, one sheet, one hand that gives and another that takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked, locked_all
from luoxuan.core.models import User
from luoxuan.goals.actions.deadlines import ask_deadline_change
from luoxuan.goals.models import MonthSheet, Progress, Task
from luoxuan.goals.queries import SheetLine, sheet_lines
from luoxuan.goals.rules import ProgressState, SheetState, report_mark

_CLOSED = frozenset({SheetState.SUBMITTED, SheetState.RECEIVED})


class LateNeedsCause(Refused):
    """Who reports a task late says why and what is done about it."""


class SheetClosed(Refused):
    """The sheet of that month is handed in; it changes only after being returned."""


class SheetIncomplete(Refused):
    """A task of the sheet has no report yet."""


class SheetNotSubmitted(Refused):
    """Only a sheet that was handed in can be received or returned."""


class SubmitterMayNotReceive(Refused):
    """Whoever handed a sheet in cannot receive it."""


class ReasonMissing(Refused):
    """Returning a sheet needs a reason."""


class ReportMoved(Refused):
    """Somebody reported otherwise on a task since the page was opened."""


class UnknownLine(Refused):
    """A task does not stand on this sheet."""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """What is said about one task「报送项」; a late one brings cause, measure, maybe a new date.

    ``seen`` is the mark of the report that the writer was shown, None if that is not told.
    """

    state: ProgressState
    text: str = ""
    cause_categories: Sequence[str] = ()
    cause: str = ""
    measure: str = ""
    asked_on: date | None = None
    seen: str | None = None


@transaction.atomic
def record_progress(
    *, task: Task, month: Period, entry: SheetEntry, by: User | None, at: datetime
) -> Progress:
    """Record how a task stood in a month「进度」, and ask for another date where one is given.

    A line that the writer left as it was shown does not take back what another said meanwhile.
    Raises LateNeedsCause, SheetClosed, ReportMoved, and what asking for another date raises.
    """
    if entry.state is ProgressState.LATE and not (entry.cause.strip() and entry.measure.strip()):
        raise LateNeedsCause("late_needs_cause", task=task.title)
    locked(task)
    sheet = MonthSheet.objects.filter(unit=task.responsible_unit_id, month=month).first()
    if sheet is not None and sheet.state in _CLOSED:
        raise SheetClosed("sheet_closed", month=month.name)
    is_late = entry.state is ProgressState.LATE
    values: dict[str, object] = {
        "state": entry.state,
        "text": entry.text.strip(),
        "cause_categories": sorted(entry.cause_categories) if is_late else [],
        "cause": entry.cause.strip() if is_late else "",
        "measure": entry.measure.strip() if is_late else "",
    }
    if (theirs := _moved(task, month, entry, values)) is not None:
        return theirs
    progress, is_new = Progress.objects.get_or_create(
        task=task, month=month, defaults={**values, "by": by, "reported_at": at}
    )
    if is_new or any(getattr(progress, name) != value for name, value in values.items()):
        Progress.objects.filter(pk=progress.pk).update(**values, by=by, reported_at=at)
        progress.refresh_from_db()
        record_audit(
            by=by, at=at, action="record_progress", object_kind="Progress",
            object_key=str(progress.pk),
            facts={"task": task.pk, "month": month.code, "state": str(entry.state)},
        )  # fmt: skip
    if is_late and entry.asked_on is not None:
        ask_deadline_change(task=task, asked_on=entry.asked_on, reason=entry.cause, by=by, at=at)
    return progress


def _moved(
    task: Task, month: Period, entry: SheetEntry, values: Mapping[str, object]
) -> Progress | None:
    """Return what another said since the writer looked, if the writer says nothing new."""
    held = Progress.objects.filter(task=task, month=month).first()
    if held is None or entry.seen is None or report_mark(held.said) == entry.seen:
        return None
    if report_mark(values) == entry.seen:
        return held
    if report_mark(values) != report_mark(held.said):
        raise ReportMoved("report_moved", task=task.title)
    return None


@transaction.atomic
def record_sheet(
    *,
    unit: Subject,
    month: Period,
    entries: Mapping[int, SheetEntry],
    by: User | None,
    at: datetime,
) -> MonthSheet:
    """Record what was filled in so far「报送单」; ``entries`` are by the key of their task.

    Raises UnknownLine and what recording a line raises: then nothing is written.
    """
    lines = {line.task.pk: line.task for line in sheet_lines(EVERYTHING, unit, month)}
    sheet, _ = MonthSheet.objects.get_or_create(unit=unit, month=month)
    sheet = locked(sheet)
    # All of them now: the first line writes the first audit entry.
    locked_all(Task.objects.filter(pk__in=set(entries) & set(lines)))
    for key, entry in entries.items():
        if key not in lines:
            raise UnknownLine("unknown_line", month=month.name)
        record_progress(task=lines[key], month=month, entry=entry, by=by, at=at)
    return sheet


@transaction.atomic
def submit_sheet(*, unit: Subject, month: Period, by: User | None, at: datetime) -> MonthSheet:
    """Hand in the sheet of a month; handing it in twice changes nothing.

    Raises SheetIncomplete while a task of class A or B has no report.
    """
    sheet, _ = MonthSheet.objects.get_or_create(unit=unit, month=month)
    sheet = locked(sheet)
    if sheet.state in _CLOSED:
        return sheet
    open_lines = _unanswered(sheet_lines(EVERYTHING, unit, month))
    if open_lines:
        raise SheetIncomplete("sheet_incomplete", n=len(open_lines), task=open_lines[0].task.title)
    sheet.state, sheet.submitted_at, sheet.submitted_by = SheetState.SUBMITTED, at, by
    sheet.checked_at, sheet.checked_by = None, None
    sheet.save()
    _audit(sheet, "submit_sheet", by, at)
    seam("goals.sheet.before_commit")
    return sheet


@transaction.atomic
def receive_sheet(*, sheet: MonthSheet, by: User, at: datetime) -> MonthSheet:
    """Receive「接收」 a sheet; raises SheetNotSubmitted and SubmitterMayNotReceive."""
    here = _submitted(sheet, by)
    if here.state == SheetState.RECEIVED:
        return here
    return _check(here, SheetState.RECEIVED, "", "receive_sheet", by, at)


@transaction.atomic
def return_sheet(*, sheet: MonthSheet, reason: str, by: User, at: datetime) -> MonthSheet:
    """Return「退回」 a sheet with the reason, so that it can be changed and handed in again.

    Raises ReasonMissing, SheetNotSubmitted and SubmitterMayNotReceive.
    """
    if not reason.strip():
        raise ReasonMissing("return_needs_reason")
    return _check(
        _submitted(sheet, by), SheetState.RETURNED, reason.strip(), "return_sheet", by, at
    )


def _unanswered(lines: Sequence[SheetLine]) -> list[SheetLine]:
    return [line for line in lines if not line.is_silent and not line.is_answered]


def _submitted(sheet: MonthSheet, by: User) -> MonthSheet:
    here = locked(sheet)
    if here.state not in _CLOSED:
        raise SheetNotSubmitted("sheet_not_submitted")
    if here.submitted_by_id == by.pk:
        raise SubmitterMayNotReceive("submitter_may_not_receive")
    return here


def _check(
    sheet: MonthSheet, state: SheetState, reason: str, action: str, by: User, at: datetime
) -> MonthSheet:
    sheet.state, sheet.reason = state, reason
    sheet.checked_at, sheet.checked_by = at, by
    sheet.save()
    _audit(sheet, action, by, at)
    return sheet


def _audit(sheet: MonthSheet, action: str, by: User | None, at: datetime) -> None:
    facts: dict[str, object] = {
        "unit": sheet.unit.code, "month": sheet.month.code, "reason": sheet.reason
    }  # fmt: skip
    record_audit(
        by=by, at=at, action=action, object_kind="MonthSheet", object_key=str(sheet.pk),
        facts=facts,
    )  # fmt: skip
