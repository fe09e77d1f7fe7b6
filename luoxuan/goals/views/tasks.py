"""Pages of tasks: matrix, one task, form, export."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import subjects
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import Scope
from luoxuan.core.downloads import list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.goals.actions import (
    ask_deadline_change,
    open_task,
    revise_task,
    sign_standard,
    sign_standards,
)
from luoxuan.goals.blocks import (
    ATTRIBUTE_WORDS,
    KIND_WORDS,
    SOURCE_WORDS,
    STANDARD_WORDS,
    STATE_WORDS,
    grouped,
    in_state,
    query_of,
    state_counts,
)
from luoxuan.goals.forms import AskForm, TaskForm
from luoxuan.goals.listings import task_listing
from luoxuan.goals.models import Task
from luoxuan.goals.queries import (
    Standing,
    TaskFilter,
    month_on,
    months_of,
    roles_at,
    side_to_sign,
    standing,
    task_at,
    task_years,
    tasks,
    tasks_lacking,
    units_named,
)

_PAGE = 60


@guarded(Resource.TASK, Action.LIST)
@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """Show the tasks「年度任务」 of a year as a matrix of months; its counts open their rows."""
    reader = cast("ScopedRequest", request)
    today = timezone.localdate()
    years = task_years()
    chosen = _chosen(request, years)
    year = next((row for row in years if row.code == chosen.year), None)
    rows = _rows(reader, chosen, year)
    page: Any = Paginator(in_state(rows, chosen), _PAGE).get_page(request.GET.get("page"))
    context = {
        "chosen": chosen,
        "query": query_of(chosen),
        "years": years,
        "units": units_named(reader.scope),
        "kinds": KIND_WORDS,
        "sources": SOURCE_WORDS,
        "attributes": ATTRIBUTE_WORDS,
        "states": STATE_WORDS,
        "standards": STANDARD_WORDS,
        "to_sign": [row.task.pk for row in rows] if chosen.standard == "unsigned" else [],
        "counts": state_counts(rows, chosen),
        "n_all": len(rows),
        "n_waiting": sum(row.is_waiting for row in rows),
        "page_obj": page,
        "groups": grouped(page.object_list),
        "months": months_of(year) if year else [],
        "current": month_on(today),
        "may_create": reader.rights.scope(Resource.TASK, Action.CREATE) is not None,
    }
    return render(request, "goals/task_list.html", context)


@guarded(Resource.TASK, Action.EXPORT)
@require_safe
def task_export(request: HttpRequest) -> HttpResponse:
    """Send the tasks that the filters choose as a file with the columns of form 004-T6."""
    reader = cast("ScopedRequest", request)
    years = task_years()
    chosen = _chosen(request, years)
    year = next((row for row in years if row.code == chosen.year), None)
    rows = in_state(_rows(reader, chosen, year), chosen)
    return list_download(request, task_listing(rows, chosen))


@guarded(Resource.TASK, Action.VIEW)
@require_safe
def task_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one task with its months, both dates and its history."""
    reader = cast("ScopedRequest", request)
    task = _task(reader.scope, pk)
    return _detail(reader, task, AskForm())


@guarded(Resource.TASK, Action.EDIT)
@require_POST
def deadline_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for another deadline of a task."""
    reader = cast("ScopedRequest", request)
    task = _task(reader.scope, pk)
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            ask_deadline_change(task=task, **form.cleaned_data, by=reader.user, at=timezone.now())
        except Refused as refused:
            form.add_error("asked_on", refusal_text(refused.code, refused.facts))
        else:
            messages.success(request, gettext("已申请新的时限；批准之前原时限不变。"))
            return redirect("goals:task_detail", task.pk)
    return _detail(reader, task, form, status=422)


@guarded(Resource.TASK, Action.VIEW)
@require_POST
def standard_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the appraisal standard of a task; who may is decided by role and side."""
    reader = cast("ScopedRequest", request)
    task = _task(reader.scope, pk)
    roles = roles_at(reader.rights, task.responsible_unit)
    try:
        sign_standard(task=task, roles=roles, by=reader.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refusal_text(refused.code, refused.facts))
    else:
        messages.success(request, gettext("已签字。"))
    return redirect("goals:task_detail", task.pk)


@guarded(Resource.TASK, Action.VIEW)
@require_POST
def standards_sign(request: HttpRequest, year: str) -> HttpResponse:
    """Sign the appraisal standards that the reader was shown, as far as he still may."""
    reader = cast("ScopedRequest", request)
    here = next((row for row in task_years() if row.code == year), None)
    if here is None:
        raise Http404
    keys = {int(key) for key in request.POST.getlist("task") if key.isdecimal()}
    n = sign_standards(keys=keys, rights=reader.rights, year=here, at=timezone.now())
    messages.success(request, gettext("已签 %(n)s 项考核标准。") % {"n": n})
    return redirect(f"{reverse('goals:task_list')}?year={here.code}&standard=unsigned")


@guarded(Resource.TASK, Action.CREATE)
def task_new(request: HttpRequest) -> HttpResponse:
    """Write a new task."""
    return _edit(cast("ScopedRequest", request), None)


@guarded(Resource.TASK, Action.CREATE)
def task_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a task says."""
    reader = cast("ScopedRequest", request)
    inside = units_named(reader.scope).values("pk")
    task = tasks(reader.scope).filter(pk=pk, responsible_unit__in=inside).first()
    if task is None:
        raise Http404
    return _edit(reader, task)


def _edit(reader: ScopedRequest, task: Task | None) -> HttpResponse:
    sent = reader.POST if reader.method == "POST" else None
    form = TaskForm(sent, units=units_named(reader.scope), task=task)
    if sent is not None and form.is_valid():
        try:
            kept = _keep(reader, form, task)
        except Refused as refused:
            form.add_error(None, refusal_text(refused.code, refused.facts))
        else:
            messages.success(reader, gettext("任务已保存。"))
            return redirect("goals:task_detail", kept.pk)
    context = {"form": form, "task": task}
    return render(reader, "goals/task_edit.html", context, status=422 if sent else 200)


def _keep(reader: ScopedRequest, form: TaskForm, task: Task | None) -> Task:
    values, at = form.values(), timezone.now()
    if task is None:
        return open_task(values=values, by=reader.user, at=at)
    return revise_task(task=task, values=values, by=reader.user, at=at)


def _detail(reader: ScopedRequest, task: Task, form: AskForm, *, status: int = 200) -> HttpResponse:
    may_edit = _covers(reader.rights.scope(Resource.TASK, Action.EDIT), task.responsible_unit)
    may_write = _covers(reader.rights.scope(Resource.TASK, Action.CREATE), task.responsible_unit)
    changes = list(task.changes.select_related("asked_by", "decided_by"))
    roles = roles_at(reader.rights, task.responsible_unit)
    context = {
        "row": standing([task], on=timezone.localdate())[0],
        "task": task,
        "changes": changes,
        "partners": task.partner_units.all(),
        "reports": task.progress.select_related("month", "by").order_by("-month__start_on"),
        "signatures": task.signatures.select_related("by"),
        "side": side_to_sign(task, roles=roles, by=reader.user) if task.has_standard else None,
        "may_edit": may_write,
        "may_ask": may_edit and not any(row.state == "ASKED" for row in changes),
        "form": form,
    }
    return render(reader, "goals/task_detail.html", context, status=status)


def _task(scope: Scope, pk: int) -> Task:
    try:
        return task_at(scope, pk)
    except Task.DoesNotExist as error:
        raise Http404 from error


def _rows(reader: ScopedRequest, chosen: TaskFilter, year: Period | None) -> list[Standing]:
    found = tasks(reader.scope, chosen=chosen)
    if chosen.standard:
        keys = tasks_lacking(reader.rights, year, chosen.standard) if year else ()
        found = found.filter(pk__in=keys)
    return standing(found, on=timezone.localdate())


def _chosen(request: HttpRequest, years: list[Period]) -> TaskFilter:
    """Return the filters of the address; what no list knows chooses nothing."""
    known = {
        "kind": KIND_WORDS,
        "source": SOURCE_WORDS,
        "attribute": ATTRIBUTE_WORDS,
        "state": STATE_WORDS,
        "standard": STANDARD_WORDS,
        "year": [year.code for year in years],
    }
    values = {
        name: value
        for name, allowed in known.items()
        if (value := request.GET.get(name, "")) in allowed
    }
    this_year = str(timezone.localdate().year)
    newest = years[0].code if years else this_year
    usual = this_year if this_year in known["year"] else newest
    return TaskFilter(**{"year": usual, **values}, unit=request.GET.get("unit", "")[:100])


def _covers(scope: Scope | None, unit: Subject) -> bool:
    return scope is not None and subjects(scope).filter(pk=unit.pk).exists()
