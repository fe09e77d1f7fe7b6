"""What every page of exchange finds first, and the one page that shows a bundle with its acts."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from luoxuan.campus.guard import ScopedRequest
from luoxuan.campus.rules import Action, Resource
from luoxuan.data.exchange.blocks import (
    bundle_shown,
    contrast_shown,
    findings_shown,
    is_returned,
)
from luoxuan.data.exchange.definition import TableDefinition
from luoxuan.data.exchange.forms import HandOverForm, ReceiptForm, RejectionForm, ReturnForm
from luoxuan.data.exchange.queries import bundle_at, definition_of_bundle, open_jumps
from luoxuan.data.exchange.rules import BundleState
from luoxuan.data.models import ExchangeBundle


def bundle_or_404(request: HttpRequest, pk: int) -> ExchangeBundle:
    """Return a bundle in scope; what is not there and what is hidden are one."""
    try:
        return bundle_at(cast("ScopedRequest", request).scope, pk)
    except (ExchangeBundle.DoesNotExist, OverflowError) as error:
        raise Http404 from error


def table_or_404(bundle: ExchangeBundle, number: str) -> TableDefinition:
    """Return a table of a bundle by its number."""
    table = definition_of_bundle(bundle).by_number.get(number)
    if table is None:
        raise Http404
    return table


def may(request: HttpRequest, action: Action, resource: Resource = Resource.EXCHANGE) -> bool:
    """Tell whether the reader holds a right over the whole institution."""
    scope = cast("ScopedRequest", request).rights.scope(resource, action)
    return scope is not None and scope.whole_institution


@contextmanager
def on_disk(file: "UploadedFile[Any]") -> Iterator[Path]:
    """Give an uploaded file a path for as long as it is looked at."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        yield path


def bundle_page(
    request: HttpRequest, bundle: ExchangeBundle, *, refused: str = "", **forms: Any
) -> HttpResponse:
    """Show a bundle with what the reader may do to it now."""
    user = cast("ScopedRequest", request).user
    may_write = may(request, Action.CREATE) and not bundle.is_imported
    is_open = bundle.state in {BundleState.BUILT, BundleState.CHECKED}
    n_open, definition = len(open_jumps(bundle)), definition_of_bundle(bundle)
    shown = bundle_shown(bundle)
    is_newest = getattr(bundle, "replaced_by", None) is None
    on = timezone.localdate()
    handing = may_write and bundle.state == BundleState.SIGNED
    receiving = may_write and bundle.state == BundleState.HANDED_OVER
    may_approve = (
        may(request, Action.APPROVE) and is_newest and not bundle.is_imported
        and bundle.state == BundleState.SIGNED_ONCE and bundle.first_signer_id != user.pk
    )  # fmt: skip
    context = {
        **shown,
        "notice": bundle.about.get("notice", ""),
        "tables": definition.tables,
        "findings": findings_shown(bundle),
        "contrast": contrast_shown(bundle),
        "may_explain": may_write and is_open and is_newest,
        "may_check": may_write and is_open and is_newest,
        "may_sign": may_write and is_newest and bundle.state == BundleState.CHECKED
        and bundle.built_by_id == user.pk and not n_open,
        "may_approve": may_approve,
        "hand_over_form": (forms.get("hand_over") or HandOverForm(initial={"on": on}))
        if handing else None,
        "receipt_form": (forms.get("receipt") or ReceiptForm(initial={"on": on}))
        if receiving else None,
        "rejection_form": (forms.get("rejection") or RejectionForm(initial={"on": on}))
        if receiving else None,
        "return_form": (forms.get("return_") or ReturnForm()) if may_approve else None,
        "is_returned": is_returned(bundle),
        "may_correct": may_write and is_newest and bundle.state == BundleState.REJECTED,
        "comparisons": bundle.comparisons.all(),
        "refused": refused,
    }  # fmt: skip
    status = 422 if refused or forms else 200
    return render(request, "data/exchange_bundle.html", context, status=status)
