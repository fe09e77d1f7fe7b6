"""Pages of the data centre: datasets, imports and what became of them."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import Scope
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.models import User
from luoxuan.data.actions import ImportReport, import_file, table_spec
from luoxuan.data.forms import ImportForm
from luoxuan.data.models import Dataset, DatasetVersion, ImportBatch
from luoxuan.data.queries import dataset_named, datasets, field_infos, import_batches, versions_of
from luoxuan.data.rules import Disposition, ImportMode
from luoxuan.data.warehouse.intake import Limits, message

_PROBLEMS_A_PAGE = 100


@guarded(Resource.DATASET, Action.LIST)
def dataset_list(request: HttpRequest) -> HttpResponse:
    """Show the datasets「数据集」 and the state of each."""
    scope = cast("ScopedRequest", request).scope
    found = list(datasets(scope).annotate(n_imports=Count("imports")))
    current = {
        version.dataset_id: version
        for version in DatasetVersion.objects.filter(dataset__in=found).order_by("number")
    }
    batches = {
        batch.version_id: batch
        for batch in ImportBatch.objects.filter(version__in=current.values())
    }
    may_import = _may_import(request)
    shown = []
    for row in found:
        version = current.get(row.pk)
        batch = batches.get(version.pk) if version else None
        shown.append(
            {
                "name": row.name,
                "title": row.title,
                "title_en": row.title_en,
                "about": row.about,
                "about_en": row.about_en,
                "n_rows": version.n_rows if version else None,
                "version": version.number if version else None,
                "imported_at": version.created_at if version else None,
                "source": batch.file_name if batch else row.file,
                "url": reverse("data:dataset_detail", args=[row.name]),
                "import_url": _import_url(row, may_import),
            }
        )
    return render(request, "data/dataset_list.html", {"datasets": shown})


@guarded(Resource.DATASET, Action.VIEW)
def dataset_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one dataset: its fields, versions and imports."""
    scope = cast("ScopedRequest", request).scope
    dataset = _dataset_or_404(scope, name)
    versions = list(versions_of(dataset)[:50])
    batches = import_batches(scope, dataset=dataset)[:50]
    context = {
        "dataset": dataset,
        "version": versions[0] if versions else None,
        "import_url": _import_url(dataset, _may_import(request)),
        "fields": _fields_shown(dataset),
        "versions": [
            {
                "number": version.number,
                "created_at": version.created_at,
                "n_rows": version.n_rows,
                "by_name": str(version.by or ""),
                "note": _mode_words(version.mode),
                "is_current": version.number == dataset.current_number,
            }
            for version in versions
        ],
        "batches": [
            {
                "id": batch.pk,
                "file_name": batch.file_name,
                "imported_at": batch.at,
                "disposition": batch.disposition,
                "n_accepted": batch.rows_accepted,
                "n_rejected": batch.rows_rejected,
                "by_name": str(batch.by or ""),
                "url": reverse("data:import_batch_detail", args=[batch.pk]),
            }
            for batch in batches
        ],
    }
    return render(request, "data/dataset_detail.html", context)


@guarded(Resource.IMPORT, Action.CREATE)
def dataset_import(request: HttpRequest, name: str) -> HttpResponse:
    """Take a file: check it, and import it unless only a check was asked for."""
    scope = cast("ScopedRequest", request).scope
    dataset = _dataset_or_404(scope, name)
    if not scope.whole_institution:
        # Rows are written for the whole institution; a narrower right cannot write them.
        raise Http404
    form = ImportForm(request.POST or None, request.FILES or None)
    refused: dict[str, str] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            report, now = _take(cast("ScopedRequest", request), dataset, form)
        except Refused as refusal:
            refused = {"message": refusal_text(refusal.code, refusal.facts), "advice": ""}
        else:
            return _answer(request, dataset, form, report, now)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "data/dataset_import.html", _import_context(dataset, form, refused), status=status
    )


@guarded(Resource.IMPORT, Action.VIEW)
def import_batch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what became of one file「导入批次」."""
    scope = cast("ScopedRequest", request).scope
    batch = import_batches(scope).filter(pk=pk).first()
    if batch is None:
        raise Http404
    shown = _BatchShown(
        id=batch.pk,
        file_name=batch.file_name,
        file_size=None,
        encoding=batch.encoding,
        mode=batch.mode,
        is_dry_run=False,
        disposition=batch.disposition,
        n_read=batch.rows_accepted + batch.rows_rejected,
        n_accepted=batch.rows_accepted,
        n_rejected=batch.rows_rejected,
        n_problems=batch.n_problems,
        imported_at=batch.at,
        by_name=str(batch.by or ""),
        version=batch.version.number if batch.version else None,
        sha256=batch.sha256,
    )
    return _render_batch(request, batch.dataset, shown, batch.notes, batch.problems)


@dataclass(frozen=True, slots=True)
class _BatchShown:
    id: int | None
    file_name: str
    file_size: int | None
    encoding: str
    mode: str
    is_dry_run: bool
    disposition: str
    n_read: int
    n_accepted: int
    n_rejected: int
    n_problems: int
    imported_at: datetime
    by_name: str
    version: int | None
    sha256: str


def _take(
    request: ScopedRequest, dataset: Dataset, form: ImportForm
) -> tuple[ImportReport, datetime]:
    """Store the upload in a file of its own name-free path and import it."""
    upload = cast("UploadedFile[Any]", form.cleaned_data["file"])
    now = timezone.now()
    suffix = ".parquet" if (upload.name or "").lower().endswith(".parquet") else _suffix(upload)
    with tempfile.NamedTemporaryFile(suffix=suffix) as target:
        for chunk in upload.chunks():
            target.write(chunk)
        target.flush()
        report = import_file(
            dataset=dataset,
            path=Path(target.name),
            file_name=Path(upload.name or "").name,
            mode=ImportMode(form.cleaned_data["mode"]),
            encoding=form.cleaned_data["encoding"] or None,
            is_dry_run=form.cleaned_data["dry_run"],
            by=request.user,
            at=now,
        )
    return report, now


def _suffix(upload: "UploadedFile[Any]") -> str:
    ending = Path(upload.name or "").suffix.lower()
    return ending if ending.isascii() and len(ending) <= 6 else ""


def _answer(
    request: HttpRequest, dataset: Dataset, form: ImportForm, report: ImportReport, now: datetime
) -> HttpResponse:
    if report.batch is not None and report.disposition is not Disposition.REJECT_FILE:
        return redirect("data:import_batch_detail", pk=report.batch)
    if report.disposition is Disposition.REJECT_FILE:
        error = report.errors[0]
        refused = {"message": _finding_text(error["code"], error["facts"]), "advice": ""}
        context = _import_context(dataset, form, refused)
        return render(request, "data/dataset_import.html", context, status=422)
    if report.version is not None:
        messages.info(request, gettext("这个文件已经导入过，没有重复写入。"))
        return redirect("data:dataset_detail", name=dataset.name)
    shown = _BatchShown(
        id=None,
        file_name=form.cleaned_data["file"].name,
        file_size=form.cleaned_data["file"].size,
        encoding=report.encoding,
        mode=form.cleaned_data["mode"],
        is_dry_run=True,
        disposition=report.disposition,
        n_read=report.rows_accepted + report.rows_rejected,
        n_accepted=report.rows_accepted,
        n_rejected=report.rows_rejected,
        n_problems=report.n_errors,
        imported_at=now,
        by_name=str(cast("User", request.user)),
        version=None,
        sha256="",
    )
    return _render_batch(request, dataset, shown, list(report.notes), list(report.errors))


def _render_batch(
    request: HttpRequest,
    dataset: Dataset,
    batch: _BatchShown,
    notes: list[dict[str, Any]],
    problems: list[dict[str, Any]],
) -> HttpResponse:
    page = Paginator(problems, _PROBLEMS_A_PAGE).get_page(request.GET.get("page"))
    fields = {field.name: field for field in dataset.fields.all()}
    page.object_list = [
        {
            **problem,
            "field": fields.get(problem["column"]),
            "message": _finding_text(problem["code"], problem["facts"]),
        }
        for problem in page.object_list
    ]
    context = {
        "batch": batch,
        "dataset": dataset,
        "notes": [
            {
                "text": _finding_text(note["code"], {"count": note["count"], **note["facts"]}),
                "count": note["count"],
            }
            for note in notes
        ],
        "page_obj": page,
        "problems": page.object_list,
        "dataset_url": reverse("data:dataset_detail", args=[dataset.name]),
        "import_url": _import_url(dataset, _may_import(request)),
    }
    return render(request, "data/import_batch_detail.html", context)


def _import_context(
    dataset: Dataset, form: ImportForm, refused: dict[str, str] | None
) -> dict[str, Any]:
    return {
        "dataset": dataset,
        "form": form,
        "current_version": dataset.current_number or None,
        "limits": {
            "megabytes": settings.LUOXUAN_UPLOAD_BYTES // (1024 * 1024),
            "rows": Limits().rows,
        },
        "headers": [field.headers[0] for field in table_spec(dataset).fields],
        "refused": refused,
    }


def _fields_shown(dataset: Dataset) -> list[dict[str, Any]]:
    own = list(dataset.fields.select_related("code_list"))
    shown = [
        {
            "name": field.name,
            "title": field.title,
            "title_en": field.title_en,
            "type": field.type,
            "decimals": field.decimals,
            "is_required": field.is_required,
            "is_computed": bool(field.formula),
            "formula": field.formula,
            "code_list": field.code_list.name if field.code_list else "",
            "from_dataset": "",
            "is_person": bool(field.sensitivity),
        }
        for field in own
    ]
    names = {field.name for field in own}
    sources = {
        name: lookup.target.title
        for lookup in dataset.lookups.select_related("target")
        for name in lookup.fields
    }
    for info in field_infos(dataset):
        if info.name not in names:
            both = (*info.titles, "", "")
            shown.append(
                {
                    "name": info.name,
                    "title": both[0],
                    "title_en": both[1],
                    "type": info.type,
                    "decimals": info.decimals,
                    "from_dataset": sources.get(info.name, ""),
                }
            )
    return shown


def _finding_text(code: str, facts: dict[str, Any]) -> str:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return message(code, language, **facts)


def _mode_words(mode: str) -> str:
    words = {
        ImportMode.REPLACE: gettext("替换"),
        ImportMode.APPEND: gettext("追加"),
        ImportMode.MERGE: gettext("合并"),
    }
    return words.get(ImportMode(mode), mode) if mode in set(ImportMode) else mode


def _dataset_or_404(scope: Scope, name: str) -> Dataset:
    try:
        return dataset_named(scope, name)
    except Dataset.DoesNotExist as error:
        raise Http404 from error


def _may_import(request: HttpRequest) -> bool:
    scope = cast("ScopedRequest", request).rights.scope(Resource.IMPORT, Action.CREATE)
    return scope is not None and scope.whole_institution


def _import_url(dataset: Dataset, may_import: bool) -> str:
    return reverse("data:dataset_import", args=[dataset.name]) if may_import else ""
