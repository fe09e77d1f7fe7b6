"""Pages of whoever asks for data: collections, who has handed in, reminding, ending."""

import secrets
from collections import defaultdict
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
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
from luoxuan.data.collecting.actions import (
    close_collection,
    open_collection,
    remind,
    withdraw_collection,
)
from luoxuan.data.collecting.blocks import (
    collection_shown,
    owned_fields,
    reminding_words,
    submission_shown,
)
from luoxuan.data.collecting.forms import CollectionForm, collectable
from luoxuan.data.collecting.listings import collection_listing, submission_listing
from luoxuan.data.collecting.queries import collections, progress_of, submissions
from luoxuan.data.collecting.rules import AskedKind, CollectionState
from luoxuan.data.models import Collection, Dataset, Submission

_DAYS = 14


@guarded(Resource.COLLECTION, Action.LIST)
@require_safe
def collection_list(request: HttpRequest) -> HttpResponse:
    """Show the collections「采集任务」 and how far each is, in counts."""
    found = list(collections(cast("ScopedRequest", request).scope))
    rows = defaultdict(list)
    for row in Submission.objects.filter(collection__in=found).defer("rows"):
        rows[row.collection_id].append(row)
    on = timezone.localdate()
    shown = [collection_shown(row, progress_of(rows[row.pk], row.due_on, on=on)) for row in found]
    if asked_format(request):
        return list_download(request, collection_listing(shown))
    return render(request, "data/collection_list.html", {"collections": shown})


@guarded(Resource.COLLECTION, Action.CREATE)
def collection_new(request: HttpRequest) -> HttpResponse:
    """Ask for data「发起采集」: first the dataset, then what, of whom, until when."""
    reader = cast("ScopedRequest", request)
    if not reader.scope.whole_institution:
        raise Http404
    asked = request.GET.get("dataset", "")
    known = [row for row in Dataset.objects.filter(is_system=False) if collectable(row)]
    dataset = next((row for row in known if row.name == asked), None)
    if dataset is None:
        return render(request, "data/collection_choose.html", {"datasets": known})
    kinds = collectable(dataset)
    kind = AskedKind.PERSON if request.GET.get("of") == "PERSON" else kinds[0]
    if kind not in kinds:
        raise Http404
    on = timezone.localdate()
    refused, status = "", 200
    if request.method == "POST":
        form = CollectionForm(request.POST, dataset=dataset, kind=kind, on=on)
        status = 422
        if form.is_valid():
            try:
                return _open(reader, form)
            except Refused as refusal:
                refused = refusal_text(refusal.code, refusal.facts)
    else:
        initial = {
            "receipt": secrets.token_hex(16), "title": dataset.title,
            "due_on": on + timedelta(days=_DAYS),
        }  # fmt: skip
        form = CollectionForm(initial=initial, dataset=dataset, kind=kind, on=on)
    context = {"form": form, "dataset": dataset, "kinds": kinds, "kind": kind, "refused": refused,
               "owned": owned_fields(dataset, kind)}  # fmt: skip
    return render(request, "data/collection_form.html", context, status=status)


def _open(reader: ScopedRequest, form: CollectionForm) -> HttpResponse:
    subjects = list(form.cleaned_data["subjects"])
    made = open_collection(
        values=form.values(), subjects=subjects, receipt=form.cleaned_data["receipt"],
        by=reader.user, at=timezone.now(),
    )  # fmt: skip
    messages.success(reader, gettext("已发起采集，共 %(n)s 份填报单。") % {"n": len(subjects)})
    return redirect("data:collection_detail", made.pk)


@guarded(Resource.COLLECTION, Action.VIEW)
@require_safe
def collection_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who has handed in what, and when."""
    collection = _collection_or_404(request, pk)
    on = timezone.localdate()
    rows = list(submissions(cast("ScopedRequest", request).scope, None).filter(
        collection=collection
    ).defer("rows"))  # fmt: skip
    if collection.state == CollectionState.WITHDRAWN:
        rows = list(collection.submissions.select_related("subject", "collection").defer("rows"))
    shown = [submission_shown(row, on=on) for row in rows]
    if asked_format(request):
        return list_download(request, submission_listing(collection, shown))
    return _detail_page(request, collection, shown)


def _detail_page(
    request: HttpRequest, collection: Collection, shown: list[dict[str, Any]]
) -> HttpResponse:
    rows = [row["submission"] for row in shown]
    progress = progress_of(rows, collection.due_on, on=timezone.localdate())
    context = {
        **collection_shown(collection, progress),
        "rows": shown,
        "reminding": reminding_words(collection),
        "is_open": collection.state == CollectionState.OPEN,
    }
    return render(request, "data/collection_detail.html", context)


@guarded(Resource.COLLECTION, Action.CREATE)
@require_POST
def collection_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind「催办」 whoever has not handed in."""
    collection = _collection_or_404(request, pk)
    try:
        n = remind(collection=collection, by=cast("ScopedRequest", request).user, at=timezone.now())
        messages.success(request, gettext("已通知 %(n)s 人；同一天只通知一次。") % {"n": n})
    except Refused as refused:
        messages.error(request, refusal_text(refused.code, refused.facts))
    return redirect("data:collection_detail", pk)


@guarded(Resource.COLLECTION, Action.CANCEL)
@require_POST
def collection_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a collection, or take it back with the reason."""
    collection = _collection_or_404(request, pk)
    by, at = cast("ScopedRequest", request).user, timezone.now()
    try:
        if request.POST.get("act") == "withdraw":
            reason = request.POST.get("reason", "")
            withdraw_collection(collection=collection, reason=reason, by=by, at=at)
            messages.success(request, gettext("已撤回。"))
        else:
            close_collection(collection=collection, by=by, at=at)
            messages.success(request, gettext("采集已结束。"))
    except Refused as refused:
        messages.error(request, refusal_text(refused.code, refused.facts))
    return redirect("data:collection_detail", pk)


def _collection_or_404(request: HttpRequest, pk: int) -> Collection:
    found = collections(cast("ScopedRequest", request).scope)
    collection = found.filter(pk=pk).first() if pk < 2**63 else None
    if collection is None:
        raise Http404
    return collection
