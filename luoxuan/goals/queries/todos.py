"""What a user has to do with tasks."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext

from luoxuan.campus.models import Period
from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.todo import TodoItem
from luoxuan.goals.models import MonthSheet
from luoxuan.goals.queries.sheets import deadline_changes, month_sheets, sheet_due_on
from luoxuan.goals.queries.sheets import sheet_overview as overview
from luoxuan.goals.queries.tasks import month_on
from luoxuan.goals.rules import DateDecision, SheetState

_MOST = 50


def todos(rights: Rights, *, on: date) -> list[TodoItem]:
    """Return what a user has to do on a day「待办」: sheets to hand in or receive, dates to decide.

    Sorted by due date, at most 50.
    """
    found = [*_to_hand_in(rights, on), *_to_decide(rights), *_to_receive(rights)]
    return sorted(found, key=lambda item: item.due_on or date.max)[:_MOST]


def _to_hand_in(rights: Rights, on: date) -> Iterator[TodoItem]:
    scope = rights.scope(Resource.MONTH_SHEET, Action.SUBMIT)
    if scope is None:
        return
    for month in _months_to_hand_in(on):
        due_on = sheet_due_on(month)
        for status in overview(scope, month):
            if status.state not in {SheetState.OPEN, SheetState.RETURNED}:
                continue
            facts = {"unit": status.unit.name, "month": month.name}
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


def _months_to_hand_in(on: date) -> Iterator[Period]:
    """Yield the month before and the one of the day: what is older is no work of today."""
    current = month_on(on)
    if current is None or current.start_on is None:
        return
    before = month_on(current.start_on - timedelta(days=1))
    if before is not None and MonthSheet.objects.filter(month=before).exists():
        yield before
    yield current


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
        facts = {"unit": sheet.unit.name, "month": sheet.month.name}
        yield TodoItem(
            title=gettext("接收 %(unit)s %(month)s报送单") % facts,
            url=reverse("goals:sheet_detail", args=[sheet.unit.code, sheet.month.code]),
            kind=gettext("报送单接收"),
        )
