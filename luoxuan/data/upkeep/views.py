"""The page of the warehouse: for whoever keeps the data of the whole institution."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.data.upkeep.actions import ask_for_upkeep
from luoxuan.data.upkeep.blocks import holding_shown, plan_shown, run_shown
from luoxuan.data.upkeep.queries import holdings, last_upkeep, upkeep_plan


@guarded(Resource.DATASET, Action.EDIT)
def upkeep(request: HttpRequest) -> HttpResponse:
    """Show what lies in the warehouse「数据仓库」, the last pass and what the next one would do."""
    _whole_or_404(request)
    held = [row for row in holdings() if row.n_versions]
    context = {
        "holdings": [holding_shown(row) for row in held],
        "n_bytes": sum(row.n_bytes for row in held),
        "n_files": sum(row.n_files for row in held),
        "n_versions": sum(row.n_versions for row in held),
        "n_pinned": sum(row.n_pinned for row in held),
        "last": run_shown(last_upkeep()),
        "plan": plan_shown(upkeep_plan(at=timezone.now())),
    }
    return render(request, "data/upkeep.html", context)


@guarded(Resource.DATASET, Action.EDIT)
@require_POST
def upkeep_run(request: HttpRequest) -> HttpResponse:
    """Ask for a pass now「立即维护」."""
    _whole_or_404(request)
    ask_for_upkeep(by=cast("ScopedRequest", request).user, at=timezone.now())
    messages.success(request, gettext("已经开始维护，完成后会有结果。"))
    return redirect("data:upkeep")


def _whole_or_404(request: HttpRequest) -> None:
    if not cast("ScopedRequest", request).scope.whole_institution:
        raise Http404
