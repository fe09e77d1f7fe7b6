"""Pages of rejected rows: what waits, and a form for each."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.import_blocks import file_fields, problems_shown
from luoxuan.data.models import HeldRow, ImportBatch
from luoxuan.data.quality.actions import correct_row, drop_row
from luoxuan.data.quality.actions.held_rows import texts_by_field
from luoxuan.data.quality.forms import RowForm
from luoxuan.data.quality.queries import held_rows
from luoxuan.data.views.places import batch_or_404, may_import


@guarded(Resource.IMPORT, Action.CREATE)
def held_row_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rejected rows「待改正行」 of an import."""
    batch = _batch(request, pk)
    found = held_rows(cast("ScopedRequest", request).scope, batch)
    shown = [{"row": row, "problems": problems_shown(batch.dataset, row.problems)} for row in found]
    return render(request, "data/held_row_list.html", {"batch": batch, "rows": shown})


@guarded(Resource.IMPORT, Action.CREATE)
def held_row_edit(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Correct one rejected row in place, or drop it."""
    batch = _batch(request, pk)
    reader = cast("ScopedRequest", request)
    row = _row_or_404(reader, batch, number)
    if request.method == "POST" and "drop" in request.POST:
        drop_row(row=row, by=reader.user, at=timezone.now())
        messages.success(request, gettext("已放弃这一行。"))
        return redirect("data:held_row_list", pk=pk)
    columns = file_fields(batch.dataset)
    problems, refused, status = list(row.problems), "", 200
    if request.method == "POST":
        form = RowForm(request.POST, columns=columns)
        status = 422
        if form.is_valid():
            try:
                report = correct_row(row=row, texts=form.texts(), by=reader.user, at=timezone.now())
            except Refused as refusal:
                refused = refusal_text(refusal.code, refusal.facts)
            else:
                if row.state != "WAITING":
                    messages.success(request, gettext("已改正并写入。"))
                    return redirect("data:held_row_list", pk=pk)
                problems = [*report.errors, *report.questions]
                refused = refusal_text("held_row_not_sound", {})
    else:
        form = RowForm(initial=_texts(row), columns=columns)
    context: dict[str, Any] = {
        "batch": batch, "row": row, "refused": refused,
        "boxes": _boxes(batch, form, problems),
        "others": [
            one for one in problems_shown(batch.dataset, problems) if one["field"] is None
        ],
    }  # fmt: skip
    return render(request, "data/held_row_form.html", context, status=status)


def _boxes(batch: ImportBatch, form: RowForm, problems: list[Any]) -> list[dict[str, Any]]:
    """Return each box with the reasons that stand at its cell."""
    reasons: dict[str, list[str]] = {}
    for problem in problems_shown(batch.dataset, problems):
        reasons.setdefault(problem["column"], []).append(problem["message"])
    return [{"field": form[name], "reasons": reasons.get(name, [])} for name in form.fields]


def _texts(row: HeldRow) -> dict[str, str]:
    """Return the cells of a row; those of personal data are read from the file again."""
    return {**texts_by_field(row.batch, [row.row_number]).get(row.row_number, {}), **row.cells}


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    if not may_import(request) or pk >= 2**63:
        raise Http404
    return batch_or_404(cast("ScopedRequest", request).scope, pk)


def _row_or_404(reader: ScopedRequest, batch: ImportBatch, number: int) -> HeldRow:
    if number >= 2**63:
        raise Http404
    row = held_rows(reader.scope, batch).filter(row_number=number).first()
    if row is None:
        raise Http404
    return row
