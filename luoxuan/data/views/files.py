"""Files that the data centre gives: empty templates, and the rows that a reader may see."""

import tempfile
from pathlib import Path
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.queries import periods
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.models import Job
from luoxuan.core.rules import JobState
from luoxuan.core.workbook import workbook_bytes
from luoxuan.data.actions.exports import (
    FORMATS,
    ROWS_AT_ONCE,
    ask_for_export,
    export_path,
    record_export,
    rows_condition,
    write_rows,
)
from luoxuan.data.queries import dataset_rows
from luoxuan.data.views.places import CSV, XLSX, dataset_or_404, download
from luoxuan.data.workbooks import template_sheets

_TYPES = {"xlsx": XLSX, "csv": CSV}


@guarded(Resource.DATASET, Action.VIEW)
def dataset_template(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out the empty workbook of a dataset「模板」."""
    dataset = dataset_or_404(cast("ScopedRequest", request).scope, name)
    file_name = gettext("%(title)s_模板.xlsx") % {"title": dataset.title}
    return download(workbook_bytes(template_sheets(dataset)), name=file_name, media_type=XLSX)


@guarded(Resource.DATASET, Action.VIEW)
def dataset_export(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out the rows of a dataset that the reader may see; many of them by a job."""
    scoped = cast("ScopedRequest", request)
    dataset = dataset_or_404(scoped.scope, name)
    file_format = request.GET.get("format", "xlsx")
    period = request.GET.get("period", "")
    if file_format not in FORMATS or (period and not periods().filter(code=period).exists()):
        raise Http404
    condition = rows_condition(dataset, period)
    n_rows = dataset_rows(scoped.scope, dataset, limit=0, condition=condition).n_rows
    if n_rows > ROWS_AT_ONCE:
        job = ask_for_export(
            dataset=dataset, file_format=file_format, period=period, by=scoped.user,
            at=timezone.now(),
        )  # fmt: skip
        return redirect("portal:job_detail", number=job.pk)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows.{file_format}"
        write_rows(
            path, scope=scoped.scope, dataset=dataset, file_format=file_format, period=period
        )
        content = path.read_bytes()
    record_export(
        dataset=dataset, file_format=file_format, n_rows=n_rows, by=scoped.user, at=timezone.now()
    )
    file_name = f"{dataset.title}.{file_format}"
    return download(content, name=file_name, media_type=_TYPES[file_format])


@guarded(Resource.DATASET, Action.VIEW)
def export_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the file of an export to whoever asked for it, while he may see the dataset."""
    scoped = cast("ScopedRequest", request)
    job = Job.objects.filter(
        pk=pk, by=scoped.user, name="data.export_rows", state=JobState.DONE
    ).first()
    if job is None:
        raise Http404
    dataset = dataset_or_404(scoped.scope, job.arguments["dataset"])
    file_format = job.arguments["file_format"]
    path = export_path(job.pk, file_format)
    if not path.is_file():
        raise Http404
    file_name = f"{dataset.title}.{file_format}"
    return download(path.read_bytes(), name=file_name, media_type=_TYPES[file_format])
