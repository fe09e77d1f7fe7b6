"""Pages of one table of a bundle: its rows, taking them over, comparing them with a receiver's."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.exchange.archive import BundleDamaged
from luoxuan.data.exchange.blocks import (
    comparison_listing,
    differences_shown,
    table_listing,
)
from luoxuan.data.exchange.forms import FileForm
from luoxuan.data.exchange.imports import compare_file, take_rows
from luoxuan.data.exchange.layout import shown
from luoxuan.data.exchange.places import bundle_or_404, may, on_disk, table_or_404
from luoxuan.data.exchange.queries import comparison_at, content_of, definition_of_bundle
from luoxuan.data.models import ExchangeComparison

_PAGE = 50


@require_safe
@guarded(Resource.EXCHANGE, Action.VIEW)
def exchange_table(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    """Show the rows of one table as the receiver gets them."""
    bundle = bundle_or_404(request, pk)
    table = table_or_404(bundle, number)
    try:
        rows = content_of(bundle).rows(number)
    except BundleDamaged as damaged:
        messages.error(request, refusal_text(damaged.code, damaged.facts))
        return redirect("data:exchange_bundle", pk=pk)
    if asked_format(request):
        return list_download(request, table_listing(bundle, table, rows))
    page: Any = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    page.object_list = [
        [(column, shown(column, cell)) for column, cell in zip(table.columns, row, strict=True)]
        for row in page.object_list
    ]
    context = {
        "bundle": bundle, "table": table, "page_obj": page,
        "may_compare": may(request, Action.CREATE),
        "may_take": may(request, Action.CREATE, Resource.IMPORT) and not table.is_grouped,
    }  # fmt: skip
    return render(request, "data/exchange_table.html", context)


@require_POST
@guarded(Resource.IMPORT, Action.CREATE)
def exchange_take(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    """Give the rows of a table to the import wizard「转入导入」."""
    reader = cast("ScopedRequest", request)
    if not may(request, Action.VIEW):
        raise Http404
    bundle = bundle_or_404(request, pk)
    table_or_404(bundle, number)
    try:
        draft = take_rows(bundle=bundle, number=number, by=reader.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refusal_text(refused.code, refused.facts))
        return redirect("data:exchange_table", pk=pk, number=number)
    return redirect("data:draft_detail", pk=draft.pk)


@guarded(Resource.EXCHANGE, Action.CREATE)
def exchange_compare(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    """Compare a table with what its receiver returned「平台核对」."""
    reader, refused = cast("ScopedRequest", request), ""
    bundle = bundle_or_404(request, pk)
    table = table_or_404(bundle, number)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with on_disk(file) as path:
                found = compare_file(
                    bundle=bundle, number=number, path=path, file_name=file.name or "table",
                    by=reader.user, at=timezone.now(),
                )  # fmt: skip
        except Refused as refusal:
            refused = refusal_text(refusal.code, refusal.facts)
        else:
            return redirect("data:exchange_comparison", pk=found.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "kind": "compare", "bundle": bundle, "table": table,
               "refused": refused}  # fmt: skip
    return render(request, "data/exchange_form.html", context, status=status)


@require_safe
@guarded(Resource.EXCHANGE, Action.VIEW)
def exchange_comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a receiver's table differs from ours."""
    try:
        comparison = comparison_at(cast("ScopedRequest", request).scope, pk)
    except (ExchangeComparison.DoesNotExist, OverflowError) as error:
        raise Http404 from error
    if asked_format(request):
        return list_download(request, comparison_listing(comparison))
    context = {
        "comparison": comparison,
        "table": definition_of_bundle(comparison.bundle).by_number.get(comparison.table),
        "differences": differences_shown(comparison),
    }
    return render(request, "data/exchange_comparison.html", context)
