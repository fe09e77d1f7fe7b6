"""Pages of the datasets."""

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import asked_format, list_download
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.directory.blocks import FRESHNESS, entry_shown, uses_shown
from luoxuan.data.directory.catalogue_page import (
    DirectoryFilter,
    count_opening,
    directory_links,
    may_ask,
    sample_shown,
)
from luoxuan.data.directory.queries import directory, monthly_uses, uses_of_year
from luoxuan.data.directory.uses import users_by_dataset
from luoxuan.data.import_blocks import mode_words
from luoxuan.data.import_queries import unfinished_drafts
from luoxuan.data.listings import dataset_listing, import_listing
from luoxuan.data.models import Dataset, HeldRow, ImportBatch, Source
from luoxuan.data.quality.rules import HeldState
from luoxuan.data.queries import field_infos, import_batches, versions_of
from luoxuan.data.sources.queries import sources_of
from luoxuan.data.standard.blocks import SYSTEMS
from luoxuan.data.standard.queries import themes
from luoxuan.data.subject_queries import held_rosters, leavers, named_codes
from luoxuan.data.views.past import past_rows
from luoxuan.data.views.places import dataset_or_404, import_url, may_import


@guarded(Resource.DATASET, Action.LIST)
def dataset_list(request: HttpRequest) -> HttpResponse:
    """Show the datasets「数据集」 and the state of each."""
    scope = cast("ScopedRequest", request).scope
    may = may_import(request)
    today = timezone.localdate()
    every = directory(scope, on=today)
    known = {row.code: text_of(row, "title") for row in themes()}
    wanted = DirectoryFilter.of(request.GET, themes=known)
    found = [entry for entry in every if wanted.fits(entry)]
    users = users_by_dataset(cast("ScopedRequest", request).rights)
    uses = uses_of_year((entry.dataset for entry in found), on=today)
    pulled = sources_of(entry.batch for entry in found if entry.batch)
    shown = [
        entry_shown(
            entry,
            source=_origin(entry.batch, pulled) if entry.batch else entry.dataset.file,
            users=users.get(entry.dataset.name, ()),
            n_uses=uses.get(entry.dataset.pk, 0),
            import_url=import_url(entry.dataset, may=may),
            on=today,
        )
        for entry in found
    ]
    if asked_format(request):
        return list_download(request, dataset_listing(shown, wanted.words()))
    context = {
        "datasets": shown,
        "total": len(every),
        "wanted": wanted,
        "owners": sorted({entry.owner for entry in every if entry.owner}),
        "themes": known.items(),
        "systems": SYSTEMS.items(),
        "freshness": [(name, words) for name, (_, words) in FRESHNESS.items()],
        "links": directory_links(request),
    }
    return render(request, "data/dataset_list.html", context)


@guarded(Resource.DATASET, Action.VIEW)
def dataset_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one dataset: its fields, versions and imports, which leave as files too."""
    scope, rights = cast("ScopedRequest", request).scope, cast("ScopedRequest", request).rights
    dataset = dataset_or_404(scope, name)
    imports = import_batches(scope, dataset=dataset)
    if asked_format(request):
        return list_download(request, import_listing(dataset, imports))
    today = timezone.localdate()
    count_opening(dataset, at=timezone.now())
    versions = list(versions_of(dataset)[:50])
    batches = imports[:50]
    pulled = sources_of(batches)
    past = past_rows(request, dataset)
    context = {
        "dataset": dataset,
        "version": versions[0] if versions else None,
        "import_url": import_url(dataset, may=may_import(request)),
        "export_url": reverse("data:dataset_export", args=[dataset.name]) if versions else "",
        "quality_url": _quality_url(request, dataset) if versions else "",
        "n_held": HeldRow.objects.filter(batch__dataset=dataset, state=HeldState.WAITING).count()
        if scope.whole_institution
        else 0,
        "template_url": reverse("data:dataset_template", args=[dataset.name]),
        "drafts": unfinished_drafts(scope, dataset=dataset)[:10],
        "leavers": _leavers_shown(request, dataset),
        "fields": _fields_shown(dataset),
        # Whoever asks for the rows of a version sees those.
        "sample": sample_shown(rights, scope, dataset) if past is None else None,
        "uses": uses_shown(monthly_uses(dataset, on=today)),
        "used_by": users_by_dataset(rights).get(name, ()),
        "lineage_url": reverse("portal:dataset_lineage", args=[name]),
        "request_url": may_ask(request),
        "past": past,
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
                "file_name": _origin(batch, pulled),
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


def _leavers_shown(request: HttpRequest, dataset: Dataset) -> dict[str, Any] | None:
    """Return who would have left by the newest version, for whoever may confirm it."""
    source = held_rosters(cast("ScopedRequest", request).scope).filter(dataset=dataset).first()
    if source is None or not may_import(request):
        return None
    gone = leavers(source, named_codes(source))
    return {"number": source.held_number, "n": len(gone), "first": gone[:20], "kind": source.kind}


def _origin(batch: ImportBatch, pulled: Mapping[int, Source]) -> str:
    """Return where an import came from: the source that was pulled, else the file."""
    source = pulled.get(batch.pk)
    if source is None:
        return batch.file_name
    return gettext("自动采集：%(title)s") % {"title": source.title}


def _quality_url(request: HttpRequest, dataset: Dataset) -> str:
    """Return the address of a dataset's quality, "" for whom may not see it."""
    rights = cast("ScopedRequest", request).rights
    may = rights.scope(Resource.DATA_CHECK, Action.VIEW) is not None
    return reverse("data:quality_detail", args=[dataset.name]) if may else ""


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
