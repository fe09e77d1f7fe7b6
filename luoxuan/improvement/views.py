"""Pages of improvements: the list, one of them, and what may be done to it."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.models import Subject
from luoxuan.campus.queries import subject_at, subjects
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import Scope
from luoxuan.core.downloads import asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.models import User
from luoxuan.data.evidence_queries import evidence_of
from luoxuan.improvement.actions import (
    close_without_proof,
    note_improvement,
    open_improvement,
    plan_improvement,
    report_in_place,
    verify_improvement,
)
from luoxuan.improvement.blocks import (
    OWN_ORIGIN,
    proof_line,
    shown_events,
    shown_improvements,
)
from luoxuan.improvement.forms import NoteForm, OpenForm, PlanForm, VerifyForm
from luoxuan.improvement.listings import improvement_listing
from luoxuan.improvement.models import Improvement
from luoxuan.improvement.queries import (
    events_of,
    improvement_at,
    improvements,
    is_open,
    late,
)
from luoxuan.improvement.rules import OPEN_STATES, ImprovementState

_PAGE = 50


@require_safe
@guarded(Resource.IMPROVEMENT, Action.LIST)
def improvement_list(request: HttpRequest) -> HttpResponse:
    """Show the improvements「改进」 in scope, by state, mine, late, subject."""
    reader = cast("ScopedRequest", request)
    on = timezone.localdate()
    every = improvements(reader.scope)
    found, unproved = _filtered(reader), _sees_unproved(reader)
    if asked_format(request):
        listing = improvement_listing(
            lambda: shown_improvements(found, on=on, shows_unproved=unproved),
            n_rows=found.count(),
            status=_status(request),
            subject=request.GET.get("subject", ""),
        )
        return list_download(request, listing)
    page: Any = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    page.object_list = shown_improvements(page.object_list, on=on, shows_unproved=unproved)
    opened = every.filter(state__in=OPEN_STATES)
    context = {
        "status": _status(request),
        "page_obj": page,
        "n_open": opened.count(),
        "n_mine": opened.filter(responsible=reader.user).count(),
        "n_late": late(every, on=on).count(),
        "n_waiting": every.filter(state=ImprovementState.AWAITING_REMEASUREMENT).count(),
        "n_all": every.count(),
        "subject": request.GET.get("subject", ""),
        "may_open": reader.rights.scope(Resource.IMPROVEMENT, Action.CREATE) is not None,
    }
    return render(request, "improvement/improvement_list.html", context)


@guarded(Resource.IMPROVEMENT, Action.CREATE)
def improvement_open(request: HttpRequest) -> HttpResponse:
    """Open an improvement by hand「提出问题」 about a subject in scope."""
    reader = cast("ScopedRequest", request)
    form = OpenForm(request.POST or None, initial={"subject": request.GET.get("subject", "")})
    status = 200
    if request.method == "POST":
        status = 422
        subject = _subject(reader.scope, request.POST.get("subject", ""))
        if form.is_valid() and subject is None:
            form.add_error("subject", gettext("没有这个对象，或它不在您的数据范围内。"))
        if form.is_valid() and subject is not None:
            opened = open_improvement(
                subject=subject,
                problem=form.cleaned_data["problem"],
                responsible=reader.user,
                origin_label=OWN_ORIGIN,
                by=reader.user,
                at=timezone.now(),
            )
            return redirect("improvement:improvement_detail", pk=opened.pk)
    subject = _subject(reader.scope, request.GET.get("subject", ""))
    context = {"form": form, "subject": subject}
    return render(request, "improvement/improvement_open.html", context, status=status)


@require_safe
@guarded(Resource.IMPROVEMENT, Action.VIEW)
def improvement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one improvement: problem, numbers, measure, proof, timeline."""
    return _page(request, _improvement(request, pk))


@require_POST
@guarded(Resource.IMPROVEMENT, Action.EDIT)
def improvement_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Set cause, measure, responsible person and day."""
    reader, row = cast("ScopedRequest", request), _improvement(request, pk)
    form = _plan_form(reader, row, request.POST)
    if not form.is_valid():
        return _page(request, row, plan_form=form, status=422)
    values = form.cleaned_data
    return _done(
        request, row, gettext("措施已保存。"),
        lambda: plan_improvement(
            improvement=row,
            cause_categories=values["cause_categories"],
            cause=values["cause"],
            measure=values["measure"],
            responsible=User.objects.get(pk=values["responsible"]),
            due_on=values["due_on"],
            by=reader.user,
            at=timezone.now(),
        ),
    )  # fmt: skip


@require_POST
@guarded(Resource.IMPROVEMENT, Action.EDIT)
def improvement_in_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Report the measure in place."""
    reader, row = cast("ScopedRequest", request), _improvement(request, pk)
    return _done(
        request, row, gettext("已记下措施落实，等待复测或查证。"),
        lambda: report_in_place(improvement=row, by=reader.user, at=timezone.now()),
    )  # fmt: skip


@require_POST
@guarded(Resource.IMPROVEMENT, Action.EDIT)
def improvement_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Add words to the timeline."""
    reader, row = cast("ScopedRequest", request), _improvement(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, row, note_form=form, status=422)
    text = form.cleaned_data["text"]
    return _done(
        request, row, gettext("说明已记入。"),
        lambda: note_improvement(improvement=row, text=text, by=reader.user, at=timezone.now()),
    )  # fmt: skip


@require_POST
@guarded(Resource.IMPROVEMENT, Action.CHECK)
def improvement_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Close by evidence or by what another person saw."""
    reader, row = cast("ScopedRequest", request), _improvement(request, pk)
    form = _verify_form(reader, row, request.POST)
    if not form.is_valid():
        return _page(request, row, verify_form=form, status=422)
    values = form.cleaned_data
    return _done(
        request, row, gettext("查证通过，改进已关闭。"),
        lambda: verify_improvement(
            improvement=row,
            evidence=values["evidence"],
            note=values["note"],
            by=reader.user,
            at=timezone.now(),
        ),
    )  # fmt: skip


@require_POST
@guarded(Resource.IMPROVEMENT, Action.CHECK)
def improvement_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close without proof; the quality office alone may do it."""
    reader, row = cast("ScopedRequest", request), _improvement(request, pk)
    if not _sees_unproved(reader):
        raise Http404
    reason = request.POST.get("text", "")
    return _done(
        request, row, gettext("已关闭，并标明没有证明。"),
        lambda: close_without_proof(
            improvement=row, reason=reason, by=reader.user, at=timezone.now()
        ),
    )  # fmt: skip


def _page(
    request: HttpRequest,
    row: Improvement,
    *,
    status: int = 200,
    plan_form: PlanForm | None = None,
    note_form: NoteForm | None = None,
    verify_form: VerifyForm | None = None,
    refused: str = "",
) -> HttpResponse:
    reader = cast("ScopedRequest", request)
    unproved = _sees_unproved(reader)
    shown = shown_improvements([row], on=timezone.localdate(), shows_unproved=unproved)[0]
    may_edit = is_open(row) and _may(reader, row, Action.EDIT)
    is_waiting = row.state == ImprovementState.AWAITING_REMEASUREMENT
    may_check = is_waiting and row.responsible_id != reader.user.pk
    may_check = may_check and _may(reader, row, Action.CHECK)
    context = {
        "shown": shown,
        "row": row,
        "proof": proof_line(_scope_of_view(reader), row),
        "events": shown_events(row, events_of(row)),
        "may_edit": may_edit,
        "is_to_plan": row.state in {ImprovementState.TO_PLAN, ImprovementState.UNDER_WAY},
        "is_under_way": row.state == ImprovementState.UNDER_WAY,
        "is_waiting": is_waiting,
        "plan_form": plan_form or (_plan_form(reader, row) if may_edit else None),
        "note_form": note_form or NoteForm(),
        "verify_form": verify_form or (_verify_form(reader, row) if may_check else None),
        "may_close": is_open(row) and unproved and _may(reader, row, Action.CHECK),
        "may_file": reader.rights.scope(Resource.EVIDENCE, Action.CREATE) is not None,
        "refused": refused,
    }
    return render(request, "improvement/improvement_detail.html", context, status=status)


def _done(request: HttpRequest, row: Improvement, words: str, act: Any) -> HttpResponse:
    """Do it and lead back to the page, or show the page with why it was refused."""
    try:
        act()
    except Refused as refusal:
        row.refresh_from_db()
        return _page(request, row, refused=refusal_text(refusal.code, refusal.facts), status=422)
    messages.success(request, words)
    return redirect("improvement:improvement_detail", pk=row.pk)


def _plan_form(reader: ScopedRequest, row: Improvement, data: Any = None) -> PlanForm:
    initial: dict[str, Any] = {
        "cause_categories": row.cause_categories, "cause": row.cause, "measure": row.measure,
    }  # fmt: skip
    if row.responsible_id:
        initial["responsible"] = str(row.responsible_id)
    if row.due_on:
        initial["due_on"] = row.due_on
    return PlanForm(
        data, subject=row.subject, me=reader.user, on=timezone.localdate(), initial=initial
    )


def _verify_form(reader: ScopedRequest, row: Improvement, data: Any = None) -> VerifyForm:
    form = VerifyForm(data)
    scope = reader.rights.scope(Resource.EVIDENCE, Action.VIEW)
    field = cast("ModelChoiceField[Any]", form.fields["evidence"])
    if scope is not None:
        field.queryset = evidence_of(scope, row.subject)
    return form


def _improvement(request: HttpRequest, pk: int) -> Improvement:
    try:
        return improvement_at(cast("ScopedRequest", request).scope, pk)
    except (Improvement.DoesNotExist, OverflowError) as error:
        raise Http404 from error


def _filtered(reader: ScopedRequest) -> QuerySet[Improvement]:
    """Return the improvements that the address asks for; unknown words ask for the open ones."""
    found, status = improvements(reader.scope), _status(reader)
    if code := reader.GET.get("subject", ""):
        found = found.filter(subject__code=code.rpartition(":")[2])
    if status == "late":
        return late(found, on=timezone.localdate())
    if status == "waiting":
        return found.filter(state=ImprovementState.AWAITING_REMEASUREMENT)
    if status == "closed":
        return found.exclude(state__in=OPEN_STATES)
    if status == "all":
        return found
    found = found.filter(state__in=OPEN_STATES)
    return found.filter(responsible=reader.user) if status == "mine" else found


def _status(request: HttpRequest) -> str:
    asked = request.GET.get("status", "open")
    return asked if asked in {"mine", "late", "waiting", "closed", "all"} else "open"


def _subject(scope: Scope, text: str) -> Subject | None:
    kind, _, code = text.partition(":")
    try:
        return subject_at(scope, kind=kind.strip(), code=code.strip())
    except Subject.DoesNotExist:
        return None


def _sees_unproved(reader: ScopedRequest) -> bool:
    """Return whether the user is of the quality office, which alone sees what has no proof."""
    return "quality_office" in reader.rights.scopes_by_role()


def _may(reader: ScopedRequest, row: Improvement, action: Action) -> bool:
    scope = reader.rights.scope(Resource.IMPROVEMENT, action)
    return scope is not None and subjects(scope).filter(pk=row.subject_id).exists()


def _scope_of_view(reader: ScopedRequest) -> Scope:
    """Return where the user may see readings; nowhere where he has no such right."""
    return reader.rights.scope(Resource.INDICATOR, Action.VIEW) or Scope()
