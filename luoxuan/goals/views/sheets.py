"""Pages of monthly sheets: who has handed in, and one sheet, made for a phone."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.models import Period, Subject
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import Scope
from luoxuan.core.downloads import asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.goals.actions import receive_sheet, record_sheet, return_sheet, submit_sheet
from luoxuan.goals.blocks import CAUSE_WORDS
from luoxuan.goals.forms import LineForm
from luoxuan.goals.listings import sheet_listing
from luoxuan.goals.models import MonthSheet
from luoxuan.goals.queries import (
    month_coded,
    month_on,
    month_sheets,
    months_of,
    sheet_due_on,
    sheet_lines,
    sheet_overview,
    task_months,
    units_named,
)
from luoxuan.goals.rules import SheetState


@guarded(Resource.MONTH_SHEET, Action.LIST)
@require_safe
def sheet_list(request: HttpRequest) -> HttpResponse:
    """Show who has handed in「报送情况」 the sheet of a month, and how many of how many."""
    reader = cast("ScopedRequest", request)
    month = _month(request.GET.get("month", "")) or month_on(timezone.localdate())
    statuses = sheet_overview(reader.scope, month) if month else []
    if asked_format(request):
        return list_download(request, sheet_listing(statuses, month))
    year = task_months(month) if month else None
    context = {
        "month": month,
        "months": months_of(year) if year else [],
        "due_on": sheet_due_on(month) if month else None,
        "statuses": statuses,
        "n_received": sum(row.state is SheetState.RECEIVED for row in statuses),
        "n_submitted": sum(row.state is SheetState.SUBMITTED for row in statuses),
        "n_all": len(statuses),
    }
    return render(request, "goals/sheet_list.html", context)


@guarded(Resource.MONTH_SHEET, Action.VIEW, unsafe_action=Action.SUBMIT)
def sheet_detail(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """Show the sheet of a unit for a month; its head fills it in with one tap for each task."""
    reader = cast("ScopedRequest", request)
    subject, month = _place(reader.scope, unit, period)
    sent = request.POST if request.method == "POST" else None
    lines = sheet_lines(reader.scope, subject, month)
    forms = [LineForm(sent, line=line) for line in lines]
    problem = ""
    if sent is not None and _is_handed_in(reader.scope, subject, month):
        # The second click of a double one finds its work done.
        return redirect("goals:sheet_detail", unit, period)
    if sent is not None and all(form.is_valid() for form in forms):
        try:
            _keep(reader, subject, month, forms)
            return redirect("goals:sheet_detail", unit, period)
        except Refused as refused:
            problem = refusal_text(refused.code, refused.facts)
    return _page(reader, subject, month, forms, problem, status=422 if sent is not None else 200)


@guarded(Resource.MONTH_SHEET, Action.CHECK)
@require_POST
def sheet_check(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """Receive a sheet, or return it with the reason."""
    reader = cast("ScopedRequest", request)
    subject, month = _place(reader.scope, unit, period)
    sheet = month_sheets(reader.scope, month=month).filter(unit=subject).first()
    if sheet is None:
        raise Http404
    try:
        if request.POST.get("decision") == "return":
            reason = request.POST.get("reason", "")
            return_sheet(sheet=sheet, reason=reason, by=reader.user, at=timezone.now())
            messages.success(request, gettext("已退回。"))
        else:
            receive_sheet(sheet=sheet, by=reader.user, at=timezone.now())
            messages.success(request, gettext("已接收。"))
    except Refused as refused:
        forms = [LineForm(line=line) for line in sheet_lines(reader.scope, subject, month)]
        problem = refusal_text(refused.code, refused.facts)
        return _page(reader, subject, month, forms, problem, status=422)
    return redirect("goals:sheet_detail", unit, period)


def _keep(reader: ScopedRequest, unit: Subject, month: Period, forms: list[LineForm]) -> None:
    """Keep what was filled in, then hand in if asked to; what is kept stays kept."""
    found = {form.line.task.pk: form.entry() for form in forms}
    entries = {key: entry for key, entry in found.items() if entry is not None}
    at = timezone.now()
    record_sheet(unit=unit, month=month, entries=entries, by=reader.user, at=at)
    if reader.POST.get("intent") == "submit":
        submit_sheet(unit=unit, month=month, by=reader.user, at=at)
        messages.success(reader, gettext("%(month)s报送单已提交。") % {"month": month.name})
    else:
        messages.success(reader, gettext("已保存，还没有提交。"))


def _page(
    reader: ScopedRequest,
    unit: Subject,
    month: Period,
    forms: list[LineForm],
    problem: str,
    *,
    status: int,
) -> HttpResponse:
    sheet = month_sheets(reader.scope, month=month).filter(unit=unit).first()
    state = SheetState(sheet.state) if sheet else SheetState.OPEN
    asked = [form for form in forms if not form.line.is_silent]
    may_submit = _covers(reader.rights.scope(Resource.MONTH_SHEET, Action.SUBMIT), unit)
    may_check = _covers(reader.rights.scope(Resource.MONTH_SHEET, Action.CHECK), unit)
    context = {
        "unit": unit,
        "month": month,
        "sheet": sheet or MonthSheet(unit=unit, month=month),
        "state": state,
        "due_on": sheet_due_on(month),
        "forms": asked,
        "silent": [form for form in forms if form.line.is_silent],
        "n_answered": sum(form.line.is_answered for form in asked),
        "causes": CAUSE_WORDS,
        "problem": problem,
        "is_open": may_submit and state in {SheetState.OPEN, SheetState.RETURNED},
        "may_check": may_check and state is SheetState.SUBMITTED,
        "year": task_months(month),
    }
    return render(reader, "goals/sheet_detail.html", context, status=status)


def _is_handed_in(scope: Scope, unit: Subject, month: Period) -> bool:
    handed = (SheetState.SUBMITTED, SheetState.RECEIVED)
    return month_sheets(scope, month=month).filter(unit=unit, state__in=handed).exists()


def _place(scope: Scope, unit: str, period: str) -> tuple[Subject, Period]:
    subject, month = units_named(scope).filter(code=unit).first(), _month(period)
    if subject is None or month is None:
        raise Http404
    return subject, month


def _month(code: str) -> Period | None:
    try:
        return month_coded(code)
    except Period.DoesNotExist:
        return None


def _covers(scope: Scope | None, unit: Subject) -> bool:
    return scope is not None and units_named(scope).filter(pk=unit.pk).exists()
