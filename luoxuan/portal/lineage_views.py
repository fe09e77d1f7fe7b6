"""Pages of the lineage「数据血缘」: of a dataset, of one of its fields, of an indicator."""

from collections.abc import Sequence
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.lineage import NodeKind
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.workbook import Column
from luoxuan.data.directory.lineage import computed_users, dataset_key
from luoxuan.data.models import Dataset
from luoxuan.data.queries import field_infos
from luoxuan.data.views.places import dataset_or_404
from luoxuan.portal.lineage import Place, picture_of, places_of
from luoxuan.portal.uses import whole_lineage


@guarded(Resource.DATASET, Action.VIEW)
def dataset_lineage(request: HttpRequest, name: str) -> HttpResponse:
    """Show what a dataset is made of and what uses it, or what breaks if one field changes."""
    reader = cast("ScopedRequest", request)
    dataset = dataset_or_404(reader.scope, name)
    infos = field_infos(dataset)
    field = request.GET.get("field", "")
    if field and field not in {info.name for info in infos}:
        raise Http404
    titles = {info.name: (info.titles or (info.name,))[0] for info in infos}
    lineage = whole_lineage(reader.rights)
    places = places_of(lineage, dataset_key(name), field=field)
    if asked_format(request):
        return list_download(request, _listing(text_of(dataset, "title"), places, titles, field))
    context = {
        "dataset": dataset,
        "title": text_of(dataset, "title"),
        "picture": picture_of(lineage, dataset_key(name), places),
        "places": _shown(places, titles),
        "n_uses": sum(place.n_steps > 0 for place in places),
        "field": field,
        "field_title": titles.get(field, ""),
        "fields": list(titles.items()),
        "computed": _computed(dataset, field, titles),
    }
    return render(request, "portal/lineage.html", context)


@guarded(Resource.INDICATOR, Action.VIEW)
def indicator_lineage(request: HttpRequest, code: str) -> HttpResponse:
    """Show of which data an indicator is made, and what looks at it."""
    reader = cast("ScopedRequest", request)
    lineage = whole_lineage(reader.rights)
    key = f"{NodeKind.INDICATOR}:{code}"
    node = lineage.nodes.get(key)
    if node is None:
        raise Http404
    places = places_of(lineage, key)
    title = text_of(node, "title")
    if asked_format(request):
        return list_download(request, _listing(title, places, {}, ""))
    context = {
        "indicator": node,
        "title": title,
        "picture": picture_of(lineage, key, places),
        "places": _shown(places, {}),
        "n_uses": sum(place.n_steps > 0 for place in places),
    }
    return render(request, "portal/lineage.html", context)


def _computed(dataset: Dataset, field: str, titles: dict[str, str]) -> list[str]:
    names = computed_users(dataset, field) if field else []
    return [titles.get(name, name) for name in names]


def _shown(places: Sequence[Place], titles: dict[str, str]) -> list[dict[str, Any]]:
    return [{"place": place, "fields": _fields(place, titles)} for place in places]


def _fields(place: Place, titles: dict[str, str]) -> str:
    return "、".join(titles.get(name, name) for name in place.fields)


def _listing(title: str, places: Sequence[Place], titles: dict[str, str], field: str) -> Listing:
    return Listing(
        name="lineage",
        title=gettext("数据血缘"),
        columns=[
            Column(gettext("位置")),
            Column(gettext("类别")),
            Column(gettext("名称"), width=40),
            Column(gettext("代码"), width=30),
            Column(gettext("用到的字段"), width=40),
        ],
        n_rows=len(places),
        rows=lambda: [
            (row.side_words, row.kind_words, row.title, row.node.code, _fields(row, titles))
            for row in places
        ],
        notes=[f"{title} · {titles[field]}" if field else title],
    )
