"""What a user has to do with tasks."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext

from luoxuan.campus.models import Period
from luoxuan.campus.queries import Rights, periods
from luoxuan.campus.rules import Action, PeriodKind, Resource
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.todo import MOST_TODOS, TodoItem
from luoxuan.goals.models import MonthSheet
from luoxuan.goals.queries.sheets import (
    deadline_changes,
    month_sheets,
    sheet_due_on,
    sheet_overviews,
)
from luoxuan.goals.queries.year import (
    own_places,
    rhythm,
    tasks_to_sign,
    tasks_without_standard,
    units_without_tasks,
    year_on,
)
from luoxuan.goals.rules import DateDecision, Rhythm, SheetState


def todos(rights: Rights, *, on: date) -> list[TodoItem]:
    """Return what a user has to do on a day「待办」: sheets to hand in or receive, dates to decide.

    Sorted by due date.
    """
    dates = rhythm()
    found = [
        *_of_the_year(rights, dates, on),
        *_to_hand_in(rights, dates, on),
        *_to_decide(rights),
        *_to_receive(rights),
    ]
    return sorted(found, key=lambda item: item.due_on or date.max)


def _of_the_year(rights: Rights, dates: Rhythm, on: date) -> Iterator[TodoItem]:
    """Yield what January and February ask for, until it is done."""
    year = year_on(on)
    if year is None or year.start_on is None:
        return
    scope = own_places(rights.scope(Resource.TASK, Action.CREATE))
    due_on = dates.tasks_due_on(year.start_on.year)
    for unit in units_without_tasks(scope, year) if scope else []:
        facts = {"unit": text_of(unit, "name"), "year": year.code}
        yield TodoItem(
            title=gettext("分解 %(unit)s %(year)s 年度任务") % facts,
            url=reverse("goals:task_new"),
            kind=gettext("任务分解"),
            due_on=due_on,
            is_late=due_on < on,
        )
    # Standards are written when the tasks stand.
    if on < due_on:
        return
    unwritten = tasks_without_standard(scope, year).count() if scope else 0
    unsigned = len(tasks_to_sign(rights, year))
    due_on = dates.standards_due_on(year.start_on.year)
    for name, n, title in (
        ("unwritten", unwritten, gettext("写 %(n)s 项任务的考核标准")),
        ("unsigned", unsigned, gettext("签 %(n)s 项任务的考核标准")),
    ):
        if n:
            yield TodoItem(
                title=title % {"n": n},
                url=f"{reverse('goals:task_list')}?year={year.code}&standard={name}",
                kind=gettext("考核标准"),
                due_on=due_on,
                is_late=due_on < on,
            )


def _to_hand_in(rights: Rights, dates: Rhythm, on: date) -> Iterator[TodoItem]:
    scope = own_places(rights.scope(Resource.MONTH_SHEET, Action.SUBMIT))
    if scope is None:
        return
    months = _months_to_hand_in(on)
    overviews = sheet_overviews(scope, months)
    for month in months:
        due_on = sheet_due_on(month, day=dates.sheet_day)
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
    for change in found.exclude(asked_by=rights.user)[:MOST_TODOS]:
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
    for sheet in found.exclude(submitted_by=rights.user)[:MOST_TODOS]:
        facts = {"unit": text_of(sheet.unit, "name"), "month": text_of(sheet.month, "name")}
        yield TodoItem(
            title=gettext("接收 %(unit)s %(month)s报送单") % facts,
            url=reverse("goals:sheet_detail", args=[sheet.unit.code, sheet.month.code]),
            kind=gettext("报送单接收"),
        )
