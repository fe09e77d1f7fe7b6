"""A list as a file「导出」: the same rows, the same filters, typed cells."""

from collections.abc import Iterable, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from luoxuan.core.workbook import Column, Sheet, csv_bytes, workbook_bytes

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def asked_format(request: HttpRequest) -> str:
    """Return the file format that a list is asked for, empty for the page; else raise Http404."""
    asked = request.GET.get("format", "")
    if asked and asked not in _TYPES:
        raise Http404
    return asked


def list_download(
    *,
    name: str,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    file_format: str,
    notes: Sequence[str] = (),
) -> HttpResponse:
    """Return a list as a workbook or as CSV, named after the list and the day.

    ``notes`` say in the workbook which filters were set. Cells are never formulas.
    """
    if file_format == "csv":
        body = csv_bytes([column.title for column in columns], rows)
    else:
        body = workbook_bytes([Sheet(title, tuple(columns), rows, tuple(notes))])
    file_name = f"{name}-{timezone.localdate():%Y%m%d}.{file_format}"
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return HttpResponse(body, content_type=_TYPES[file_format], headers=headers)
