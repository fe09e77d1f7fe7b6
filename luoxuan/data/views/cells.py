"""The page of the cells that an import brought to normal form."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.workbook import Column
from luoxuan.data.actions.changes import ChangedCell, ChangedCells, changed_cells
from luoxuan.data.models import ImportBatch
from luoxuan.data.views.places import batch_or_404
from luoxuan.data.warehouse.intake import FileRefused

_PAGE = 100
_RULES = {
    "trimmed_blanks": _("去掉首尾空白"),
    "excel_text_formula": _('去掉 ="…" 外壳'),
    "missing_value": _("按未报告处理"),
    "folded_width": _("全角改半角"),
    "normalized_text": _("统一字符编码（NFC）"),
    "date_form": _("统一日期写法"),
    "time_dropped": _("去掉日期后的时间"),
    "boolean_form": _("统一是否写法"),
    "number_form": _("统一数字写法"),
}


@guarded(Resource.IMPORT, Action.VIEW)
def import_batch_cells(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every cell that an import brought to normal form「规范化」, and by which rule."""
    batch = batch_or_404(cast("ScopedRequest", request).scope, pk)
    on = timezone.localdate(batch.at)
    number = _page_asked(request)
    try:
        found = changed_cells(batch, on=on, offset=(number - 1) * _PAGE, limit=_PAGE)
    except (FileRefused, OSError) as error:
        raise Http404 from error
    titles = {field.name: text_of(field, "title") for field in batch.dataset.fields.all()}
    if asked_format(request):
        return list_download(request, _listing(batch, found, titles))
    page: Any = Paginator(range(found.n_cells), _PAGE).get_page(number)
    page.object_list = [
        {"cell": cell, "field": titles[cell.field], "rules": rules_words(cell)}
        for cell in found.cells
    ]
    return render(request, "data/import_batch_cells.html", {"batch": batch, "page_obj": page})


def rules_words(cell: ChangedCell) -> str:
    """Return by which rules a cell was changed; none of them is an answer of a person."""
    words = [str(_RULES[rule]) for rule in cell.rules]
    return "、".join(words) or gettext("按人的答复")


def _page_asked(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 9 else 1


def _listing(batch: ImportBatch, found: ChangedCells, titles: dict[str, str]) -> Listing:
    heads = gettext("单元格"), gettext("字段"), gettext("原文"), gettext("入库"), gettext("规则")
    on = timezone.localdate(batch.at)
    return Listing(
        name=f"cells-{batch.pk}",
        title=gettext("规范化记录"),
        columns=[Column(head, width=24) for head in heads],
        n_rows=found.n_cells,
        notes=[f"{gettext('文件')}：{batch.file_name}"],
        rows=lambda: [
            (cell.cell, titles[cell.field], cell.before, cell.after, rules_words(cell))
            for cell in changed_cells(batch, on=on).cells
        ],
    )
