"""What a user has to do with tasks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext

from luoxuan.campus.models import Period
from luoxuan.campus.queries import Rights, periods
from luoxuan.campus.rules import Action, PeriodKind, Resource
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.todo import TodoItem
from luoxuan.goals.models import MonthSheet
from luoxuan.goals.queries.sheets import (
    deadline_changes,
    month_sheets,
    sheet_due_day,
    sheet_due_on,
    sheet_overviews,
)
from luoxuan.goals.rules import DateDecision, SheetState

_MOST = 50


def todos(rights: Rights, *, on: date) -> list[TodoItem]:
    """Return what a user has to do on a day「待办」: sheets to hand in or receive, dates to decide.

    Sorted by due date, at most 50.
    """
    found = [*_to_hand_in(rights, on), *_to_decide(rights), *_to_receive(rights)]
    return sorted(found, key=lambda item: item.due_on or date.max)[:_MOST]


def _to_hand_in(rights: Rights, on: date) -> Iterator[TodoItem]:
    everywhere = rights.scope(Resource.MONTH_SHEET, Action.SUBMIT)
    if everywhere is None:
        return
    # Who may hand in for the whole institution helps others out: their sheets are not his work.
    scope = replace(everywhere, whole_institution=False, levels=frozenset())
    if not (scope.unit_prefixes or scope.subject_ids):
        return
    months = _months_to_hand_in(on)
    day, overviews = sheet_due_day(), sheet_overviews(scope, months)
    for month in months:
        due_on = sheet_due_on(month, day=day)
        for status in overviews[month.pk]:
            if status.state not in {SheetState.OPEN, SheetState.RETURNED}:
                continue
            facts = {"unit": text_of(status.unit, "name"), "month": text_of(month, "name")}
            title = (
                gettext("%(unit)s %(month)s报送单被退回，请修改后再报") % facts
                if status.state is SheetState.RETURNED
                else gettext("填 %(unit)s %(month)s报送单") % facts
            )
            yield TodoItem(
                title=title,
                url=reverse("goals:sheet_detail", args=[status.unit.code, month.code]),
                kind=gettext("月度报送"),
                due_on=due_on,
                is_late=due_on is not None and due_on < on,
            )


def _months_to_hand_in(on: date) -> list[Period]:
    """Return the month before and the one of the day: what is older is no work of today."""
    has_sheets = Exists(MonthSheet.objects.filter(month=OuterRef("pk")))
    begun = periods(kind=PeriodKind.MONTH).filter(Q(end_on__gt=on) | has_sheets, start_on__lte=on)
    current, before = [*begun.order_by("-start_on")[:2], None, None][:2]
    if current is None or current.end_on is None or current.end_on <= on:
        return []
    if before is None or before.end_on != current.start_on:
        return [current]
    return [before, current]


def _to_decide(rights: Rights) -> Iterator[TodoItem]:
    scope = rights.scope(Resource.TASK, Action.APPROVE)
    if scope is None:
        return
    found = deadline_changes(scope).filter(state=DateDecision.ASKED)
    for change in found.exclude(asked_by=rights.user)[:_MOST]:
        facts = {"task": change.task.title, "day": change.asked_on.isoformat()}
        yield TodoItem(
            title=gettext("“%(task)s”申请改期到 %(day)s") % facts,
            url=reverse("goals:deadline_change_list"),
            kind=gettext("时限审批"),
            due_on=change.old_on,
        )


def _to_receive(rights: Rights) -> Iterator[TodoItem]:
    scope = rights.scope(Resource.MONTH_SHEET, Action.CHECK)
    if scope is None:
        return
    found = month_sheets(scope).filter(state=SheetState.SUBMITTED)
    for sheet in found.exclude(submitted_by=rights.user)[:_MOST]:
        facts = {"unit": text_of(sheet.unit, "name"), "month": text_of(sheet.month, "name")}
        yield TodoItem(
            title=gettext("接收 %(unit)s %(month)s报送单") % facts,
            url=reverse("goals:sheet_detail", args=[sheet.unit.code, sheet.month.code]),
            kind=gettext("报送单接收"),
        )
