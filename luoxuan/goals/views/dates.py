"""Pages of wishes for another date."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.goals.actions import decide_deadline_change
from luoxuan.goals.listings import deadline_change_listing
from luoxuan.goals.queries import deadline_changes
from luoxuan.goals.rules import DateDecision

_PAGE = 50


@guarded(Resource.TASK, Action.LIST)
@require_safe
def deadline_change_list(request: HttpRequest) -> HttpResponse:
    """Show the wishes for another date「时限调整」, the open ones first."""
    reader = cast("ScopedRequest", request)
    if asked_format(request):
        return list_download(request, deadline_change_listing(deadline_changes(reader.scope)))
    return _page(reader)


@guarded(Resource.TASK, Action.APPROVE)
@require_POST
def deadline_change_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse another date."""
    reader = cast("ScopedRequest", request)
    change = deadline_changes(reader.scope).filter(pk=pk).first()
    if change is None:
        raise Http404
    is_approved = request.POST.get("decision") == "approve"
    try:
        decide_deadline_change(
            change=change, is_approved=is_approved, note=request.POST.get("note", ""),
            by=reader.user, at=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        problem = refusal_text(refused.code, refused.facts)
        return _page(reader, problem=problem, failed=change.pk, status=422)
    words = gettext("已批准，新时限生效。") if is_approved else gettext("未批准，原时限不变。")
    messages.success(request, words)
    return redirect("goals:deadline_change_list")


def _page(
    reader: ScopedRequest, *, problem: str = "", failed: int = 0, status: int = 200
) -> HttpResponse:
    scope = reader.rights.scope(Resource.TASK, Action.LIST)
    if scope is None:
        raise Http404
    found = deadline_changes(scope)
    approving = reader.rights.scope(Resource.TASK, Action.APPROVE)
    open_ones = found.filter(state=DateDecision.ASKED)
    mine = deadline_changes(approving).filter(state=DateDecision.ASKED) if approving else open_ones
    decidable = set(mine.exclude(asked_by=reader.user).values_list("pk", flat=True))
    page = Paginator(found.exclude(state=DateDecision.ASKED), _PAGE)
    context = {
        "open": open_ones,
        "decidable": decidable if approving else set(),
        "page_obj": page.get_page(reader.GET.get("page")),
        "problem": problem,
        "failed": failed,
    }
    return render(reader, "goals/deadline_change_list.html", context, status=status)
