"""Pages of one import: what became of its file, its mistakes, taking it back."""

from pathlib import Path
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.workbook import workbook_bytes
from luoxuan.data.actions import undo_import
from luoxuan.data.actions.drafts import delivery_of
from luoxuan.data.actions.mistakes import mistake_sheet
from luoxuan.data.import_blocks import finding_text, n_repaired, notes_shown, problems_shown
from luoxuan.data.models import HeldRow, ImportBatch
from luoxuan.data.quality.rules import HeldState
from luoxuan.data.views.places import XLSX, batch_or_404, download, import_url, may_import
from luoxuan.data.warehouse.intake import FileRefused

_PROBLEMS_A_PAGE = 100


@guarded(Resource.IMPORT, Action.VIEW)
def import_batch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what became of one file「导入批次」."""
    batch = batch_or_404(cast("ScopedRequest", request).scope, pk)
    return _shown(request, batch)


@guarded(Resource.IMPORT, Action.VIEW)
def import_batch_errors(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the rows that stayed outside, with a column that says why."""
    batch = batch_or_404(cast("ScopedRequest", request).scope, pk)
    findings = [(row, finding_text(row["code"], row["facts"]), False) for row in batch.problems]
    if not batch.headers or not findings:
        raise Http404
    try:
        sheet = mistake_sheet(
            delivery_of(batch), batch.headers, findings, on=timezone.localdate(batch.at),
            whole_file=False,
        )  # fmt: skip
    except FileRefused as error:
        raise Http404 from error
    name = gettext("%(name)s_待改.xlsx") % {"name": Path(batch.file_name).stem}
    return download(workbook_bytes([sheet]), name=name, media_type=XLSX)


@guarded(Resource.IMPORT, Action.CREATE)
@require_POST
def import_batch_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back「撤销」 for a reason."""
    if not may_import(request):
        raise Http404
    batch = batch_or_404(cast("ScopedRequest", request).scope, pk)
    reason = request.POST.get("reason", "").strip()
    try:
        made = undo_import(
            batch=batch, by=cast("ScopedRequest", request).user, at=timezone.now(), reason=reason
        )
    except Refused as refusal:
        text = refusal_text(refusal.code, refusal.facts)
        return _shown(request, batch, undo_error=text, reason=reason, status=422)
    messages.success(
        request,
        gettext("已撤销，数据回到导入之前：现行第 %(number)s 版。") % {"number": made.number},
    )
    return redirect("data:import_batch_detail", pk=pk)


def _shown(
    request: HttpRequest,
    batch: ImportBatch,
    *,
    undo_error: str = "",
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    dataset = batch.dataset
    page = Paginator(batch.problems, _PROBLEMS_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = problems_shown(dataset, page.object_list)
    is_latest = batch.version is not None and batch.version.number == dataset.current_number
    held = HeldRow.objects.filter(batch=batch, state=HeldState.WAITING)
    again = import_url(dataset, may=may_import(request))
    context = {
        "batch": batch,
        "dataset": dataset,
        "n_read": batch.rows_accepted + batch.rows_rejected,
        "n_repaired": n_repaired(batch.notes),
        "notes": notes_shown(batch.dataset, batch.notes),
        "page_obj": page,
        "dataset_url": reverse("data:dataset_detail", args=[dataset.name]),
        "import_url": again,
        "correct_url": f"{again}?corrects=batch:{batch.pk}" if again and batch.n_problems else "",
        "errors_url": _errors_url(batch),
        "n_held": held.count(),
        "held_url": reverse("data:held_row_list", args=[batch.pk]) if again and held else "",
        "can_undo": bool(again) and is_latest and batch.undone_in_id is None,
        "undo_error": undo_error,
        "reason": reason,
    }
    return render(request, "data/import_batch_detail.html", context, status=status)


def _errors_url(batch: ImportBatch) -> str:
    if not batch.headers or not batch.problems:
        return ""
    return reverse("data:import_batch_errors", args=[batch.pk])
