"""Files on their way in: the first step of the wizard, and corrected copies."""

import tempfile
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.actions.drafts import DraftClosed, discard_draft, receive_file
from luoxuan.data.forms import FileForm, ImportForm
from luoxuan.data.import_blocks import file_fields, steps_of
from luoxuan.data.import_queries import unfinished_drafts
from luoxuan.data.models import Dataset, ImportBatch, ImportDraft
from luoxuan.data.rules import DraftState, ImportMode, corrected_mode
from luoxuan.data.views.places import batch_or_404, dataset_or_404, draft_or_404
from luoxuan.data.warehouse.intake import Limits


@guarded(Resource.IMPORT, Action.CREATE)
def dataset_import(request: HttpRequest, name: str) -> HttpResponse:
    """Take a file in: the first step of the wizard."""
    scope = cast("ScopedRequest", request).scope
    dataset = dataset_or_404(scope, name)
    if not scope.whole_institution or dataset.is_system:
        # Rows are written for the whole institution; a narrower right cannot write them.
        raise Http404
    refused = ""
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES, dataset=dataset)
        if form.is_valid():
            corrects = _corrected(request, dataset, form.cleaned_data["corrects"])
            try:
                draft = _receive(cast("ScopedRequest", request), dataset, form, corrects)
            except Refused as refusal:
                refused = refusal_text(refusal.code, refusal.facts)
            else:
                return redirect("data:draft_detail", pk=draft.pk)
    else:
        corrects = _corrected(request, dataset, request.GET.get("corrects", ""))
        form = ImportForm(dataset=dataset, initial=_initial(request, dataset, corrects))
    context = {
        "dataset": dataset,
        "form": form,
        "current_version": dataset.current_number or None,
        "limits": {
            "megabytes": settings.LUOXUAN_UPLOAD_BYTES // (1024 * 1024),
            "rows": Limits().rows,
        },
        "fields": file_fields(dataset),
        "template_url": reverse("data:dataset_template", args=[dataset.name]),
        "drafts": unfinished_drafts(scope, dataset=dataset)[:10],
        "refused": refused,
        "steps": steps_of(None, 1, dataset),
    }
    return render(
        request,
        "data/dataset_import.html",
        context,
        status=422 if request.method == "POST" else 200,
    )


@guarded(Resource.IMPORT, Action.CREATE)
@require_POST
def draft_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a corrected copy of a draft's file; what was answered is not asked again."""
    draft = draft_or_404(cast("ScopedRequest", request).scope, pk)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return redirect("data:draft_check", pk=pk)
    fresh = _receive(cast("ScopedRequest", request), draft.dataset, form, draft)
    if fresh.pk != draft.pk and draft.state not in (DraftState.DONE, DraftState.COMMITTING):
        # Somebody may have written or dropped it in the meantime; the new file stands on its own.
        with suppress(DraftClosed):
            discard_draft(draft=draft, by=cast("ScopedRequest", request).user, at=timezone.now())
    return redirect("data:draft_detail", pk=fresh.pk)


def _receive(
    request: ScopedRequest,
    dataset: Dataset,
    form: FileForm,
    corrects: ImportDraft | ImportBatch | None,
) -> ImportDraft:
    """Keep the upload under a name of our own and take it in."""
    upload = cast("UploadedFile[Any]", form.cleaned_data["file"])
    mode = form.cleaned_data.get("mode") or (corrects.mode if corrects else ImportMode.REPLACE)
    period = form.cleaned_data.get("period")
    if period is None:
        period = corrects.period if isinstance(corrects, ImportDraft) else ""
    with tempfile.NamedTemporaryFile() as target:
        for chunk in upload.chunks():
            target.write(chunk)
        target.flush()
        return receive_file(
            dataset=dataset,
            path=Path(target.name),
            file_name=Path(upload.name or "").name,
            receipt=form.cleaned_data["receipt"],
            mode=ImportMode(mode),
            period=period,
            encoding=form.cleaned_data.get("encoding") or "",
            corrects=corrects,
            by=request.user,
            at=timezone.now(),
        )


def _corrected(
    request: HttpRequest, dataset: Dataset, mark: str
) -> ImportDraft | ImportBatch | None:
    """Return the draft or import that a new file is a corrected copy of, or None."""
    kind, _, number = mark.partition(":")
    if kind not in ("draft", "batch") or not number.isdecimal() or len(number) > 15:
        return None
    scope = cast("ScopedRequest", request).scope
    found: ImportDraft | ImportBatch
    found = (draft_or_404 if kind == "draft" else batch_or_404)(scope, int(number))
    return found if found.dataset_id == dataset.pk else None


def _initial(
    request: HttpRequest, dataset: Dataset, corrects: ImportDraft | ImportBatch | None
) -> dict[str, str]:
    initial = {"receipt": uuid.uuid4().hex, "mode": str(ImportMode.REPLACE)}
    if isinstance(corrects, ImportBatch):
        mode = corrected_mode(ImportMode(corrects.mode), has_key=bool(dataset.key))
        initial |= {"mode": str(mode), "period": corrects.slice}
    elif corrects is not None:
        initial |= {"mode": corrects.mode, "period": corrects.period}
    if corrects is not None:
        initial["corrects"] = request.GET.get("corrects", "")
    return initial
