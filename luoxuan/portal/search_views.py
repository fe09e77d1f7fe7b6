"""Search「检索」 over everything that the reader may open."""

from dataclasses import dataclass, field
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.queries import Rights, subjects_found
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.search import search_text
from luoxuan.core.templatetags.words import kind_words, text_of
from luoxuan.data.queries import datasets
from luoxuan.indicators.queries import indicators

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Found:
    """One hit「检索结果」: its name, what it is, its address."""

    name: str
    note: str
    url: str


@dataclass(slots=True)
class Group:
    """Hits of one sort; ``icon`` and ``sort`` name the sort, ``n_more`` are not shown."""

    sort: str
    hits: list[Found] = field(default_factory=list)
    n_more: int = 0


@guarded(Resource.HOME, Action.VIEW)
def search(request: HttpRequest) -> HttpResponse:
    """Show subjects, indicators and datasets that fit the words and that the reader may open."""
    rights = cast("ScopedRequest", request).rights
    text = request.GET.get("q", "").strip()[:100]
    groups = [
        group
        for group in (
            _subjects(rights, text),
            _indicators(rights, text),
            _datasets(rights, text),
        )
        if group.hits
    ]
    total = sum(len(group.hits) + group.n_more for group in groups)
    context = {"query": text, "groups": groups, "total": total}
    return render(request, "portal/search.html", context)


def _subjects(rights: Rights, text: str) -> Group:
    scope = rights.scope(Resource.SUBJECT, Action.VIEW)
    group = Group("subject")
    if scope is None:
        return group
    found = subjects_found(scope, text)
    for row in found[:_SHOWN]:
        address = reverse("portal:subject_detail", args=[row.kind, row.code])
        note = f"{kind_words(row.kind)} {row.code}"
        group.hits.append(Found(text_of(row, "name"), note, address))
    # Counted every time: a page asks no more because there is more to find.
    group.n_more = max(found.count() - _SHOWN, 0)
    return group


def _indicators(rights: Rights, text: str) -> Group:
    group = Group("indicator")
    if text and rights.scope(Resource.INDICATOR, Action.VIEW) is not None:
        for version in indicators():
            code = version.indicator.code
            if _fits(text, code, version.title, version.title_en):
                address = reverse("indicators:indicator_detail", args=[code])
                group.hits.append(Found(text_of(version, "title"), code, address))
    return group


def _datasets(rights: Rights, text: str) -> Group:
    group = Group("dataset")
    scope = rights.scope(Resource.DATASET, Action.VIEW)
    if text and scope is not None:
        for row in datasets(scope):
            if _fits(text, row.name, row.title, row.title_en):
                address = reverse("data:dataset_detail", args=[row.name])
                group.hits.append(Found(text_of(row, "title"), row.name, address))
    return group


def _fits(text: str, code: str, name: str, name_en: str) -> bool:
    held = search_text(code=code, name=name, name_en=name_en)
    return all(word in held for word in text.lower().split())
