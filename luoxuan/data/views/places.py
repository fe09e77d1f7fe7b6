"""What the pages of the data centre have in common: finding things, and what a reader may do."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from luoxuan.campus.guard import ScopedRequest
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import Scope
from luoxuan.data.import_queries import import_drafts
from luoxuan.data.models import Dataset, ImportBatch, ImportDraft
from luoxuan.data.queries import dataset_named, import_batches

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def dataset_or_404(scope: Scope, name: str) -> Dataset:
    """Return a dataset that a scope may see, or answer 404."""
    try:
        return dataset_named(scope, name)
    except Dataset.DoesNotExist as error:
        raise Http404 from error


def draft_or_404(scope: Scope, pk: int) -> ImportDraft:
    """Return a draft that a scope may see, or answer 404."""
    draft = import_drafts(scope).filter(pk=pk).first()
    if draft is None:
        raise Http404
    return draft


def batch_or_404(scope: Scope, pk: int) -> ImportBatch:
    """Return an import that a scope may see, or answer 404."""
    batch = import_batches(scope).filter(pk=pk).first()
    if batch is None:
        raise Http404
    return batch


def may_import(request: HttpRequest) -> bool:
    """Return whether the reader may write into datasets: for the whole institution only."""
    scope = cast("ScopedRequest", request).rights.scope(Resource.IMPORT, Action.CREATE)
    return scope is not None and scope.whole_institution


def may_keep(request: HttpRequest) -> bool:
    """Return whether the reader keeps the warehouse: for the whole institution only."""
    scope = cast("ScopedRequest", request).rights.scope(Resource.DATASET, Action.EDIT)
    return scope is not None and scope.whole_institution


def import_url(dataset: Dataset, *, may: bool) -> str:
    """Return the address of a dataset's import, "" for whom may not import."""
    return reverse("data:dataset_import", args=[dataset.name]) if may else ""


def download(content: bytes, *, name: str, media_type: str) -> HttpResponse:
    """Return a file to be kept, never shown: its name may be Chinese."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
