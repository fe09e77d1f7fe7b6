"""Confirming that many have left at once."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.actions.subjects import confirm_leavers
from luoxuan.data.subject_queries import held_rosters
from luoxuan.data.views.places import dataset_or_404, may_import


@guarded(Resource.IMPORT, Action.CREATE)
@require_POST
def roster_confirm(request: HttpRequest, name: str) -> HttpResponse:
    """Confirm that who no longer stands in the dataset has left「确认离开」."""
    reader = cast("ScopedRequest", request)
    if not may_import(request):
        raise Http404
    dataset = dataset_or_404(reader.scope, name)
    try:
        n_left = sum(
            confirm_leavers(source=source, by=reader.user, at=timezone.now())
            for source in held_rosters(reader.scope).filter(dataset=dataset)
        )
    except Refused as refusal:
        messages.error(request, refusal_text(refusal.code, refusal.facts))
    else:
        words = gettext("已记下离开：%(n)d 个对象或成员关系。") % {"n": n_left}
        messages.success(request, words)
    return redirect("data:dataset_detail", name=dataset.name)
