"""Files that the data centre gives: empty templates, and the rows that a reader may see."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.queries import periods
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import asked_format, list_download
from luoxuan.core.workbook import workbook_bytes
from luoxuan.data.actions.exports import record_export, rows_listing
from luoxuan.data.directory.actions import record_uses
from luoxuan.data.directory.rules import UseKind
from luoxuan.data.file_queries import RowsRemoved
from luoxuan.data.views.past import asked_number
from luoxuan.data.views.places import XLSX, dataset_or_404, download
from luoxuan.data.workbooks import template_sheets


@guarded(Resource.DATASET, Action.VIEW)
def dataset_template(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out the empty workbook of a dataset「模板」."""
    dataset = dataset_or_404(cast("ScopedRequest", request).scope, name)
    file_name = gettext("%(title)s_模板.xlsx") % {"title": dataset.title}
    return download(workbook_bytes(template_sheets(dataset)), name=file_name, media_type=XLSX)


@guarded(Resource.DATASET, Action.VIEW)
def dataset_export(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out the rows of a dataset that the reader may see; many of them by a job."""
    reader = cast("ScopedRequest", request)
    dataset = dataset_or_404(reader.scope, name)
    file_format = asked_format(request) or "xlsx"
    period = request.GET.get("period", "")
    if period and not periods().filter(code=period).exists():
        raise Http404
    number = asked_number(request, dataset)
    try:
        listing = rows_listing(scope=reader.scope, dataset=dataset, period=period, number=number)
    except RowsRemoved as removed:
        # The page of the version says when and why.
        raise Http404 from removed
    answer = list_download(request, listing)
    if answer.status_code < 300:
        record_export(
            dataset=dataset, file_format=file_format, n_rows=listing.n_rows, by=reader.user,
            at=timezone.now(),
        )  # fmt: skip
        record_uses(datasets=[dataset], kind=UseKind.EXPORTED, at=timezone.now())
    return answer
