"""Pages of the datasets."""

from typing import Any, cast

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import asked_format, list_download
from luoxuan.data.import_blocks import mode_words
from luoxuan.data.import_queries import unfinished_drafts
from luoxuan.data.listings import dataset_listing, import_listing
from luoxuan.data.models import Dataset, DatasetVersion, ImportBatch
from luoxuan.data.queries import datasets, field_infos, import_batches, versions_of
from luoxuan.data.views.past import past_rows
from luoxuan.data.views.places import dataset_or_404, import_url, may_import, may_keep


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
    may = may_import(request)
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
                "import_url": import_url(row, may=may),
            }
        )
    if asked_format(request):
        return list_download(request, dataset_listing(shown))
    context = {
        "datasets": shown,
        "sources_url": reverse("data:source_list") if may else "",
        "upkeep_url": reverse("data:upkeep") if may_keep(request) else "",
    }
    return render(request, "data/dataset_list.html", context)


@guarded(Resource.DATASET, Action.VIEW)
def dataset_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one dataset: its fields, versions and imports, which leave as files too."""
    scope = cast("ScopedRequest", request).scope
    dataset = dataset_or_404(scope, name)
    imports = import_batches(scope, dataset=dataset)
    if asked_format(request):
        return list_download(request, import_listing(dataset, imports))
    versions = list(versions_of(dataset)[:50])
    batches = imports[:50]
    context = {
        "dataset": dataset,
        "version": versions[0] if versions else None,
        "import_url": import_url(dataset, may=may_import(request)),
        "export_url": reverse("data:dataset_export", args=[dataset.name]) if versions else "",
        "template_url": reverse("data:dataset_template", args=[dataset.name]),
        "drafts": unfinished_drafts(scope, dataset=dataset)[:10],
        "fields": _fields_shown(dataset),
        "past": past_rows(request, dataset),
        "versions": [
            {
                "number": version.number,
                "created_at": version.created_at,
                "n_rows": version.n_rows,
                "by_name": str(version.by or ""),
                "note": mode_words(version.mode),
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
                "is_undone": batch.undone_in_id is not None,
                "url": reverse("data:import_batch_detail", args=[batch.pk]),
            }
            for batch in batches
        ],
    }
    return render(request, "data/dataset_detail.html", context)


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
