"""The page of comparisons: two datasets, or two versions of one, by key."""

from collections.abc import Iterator
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.workbook import Column
from luoxuan.data.directory.comparison import Comparison, Side, compare
from luoxuan.data.directory.forms import ComparisonForm, title_of
from luoxuan.data.queries import Definitions, datasets

_SHOWN = 200


@guarded(Resource.DATASET, Action.LIST)
def comparison(request: HttpRequest) -> HttpResponse:
    """Compare two tables by key「数据比对」; what is compared stands in the address."""
    scope = cast("ScopedRequest", request).scope
    offered = datasets(scope).filter(current_number__gt=0).order_by("title")
    form = ComparisonForm(request.GET if "here" in request.GET else None, offered=offered)
    context: dict[str, Any] = {"form": form}
    status = 200
    if form.is_bound and form.is_valid():
        here, there = form.sides()
        try:
            found = compare(scope, here, there, key=form.key_fields())
        except Refused as refused:
            form.add_error(None, refusal_text(refused.code, refused.facts))
        else:
            if asked_format(request):
                return list_download(request, _listing(found, here, there))
            context |= _shown(found, here, there)
    if form.is_bound and form.errors:
        status = 422
    return render(request, "data/comparison.html", context, status=status)


def _shown(found: Comparison, here: Side, there: Side) -> dict[str, Any]:
    titles = {info.name: title_of(info) for info in Definitions().fields_of(here.dataset.name)}
    lines = list(_lines(found))
    return {
        "found": found,
        "here": here,
        "there": there,
        "key_titles": [titles[name] for name in found.key],
        "lines": [
            {"key": key, "field": titles.get(field, field), "here": mine, "there": other}
            for key, field, mine, other in lines[:_SHOWN]
        ],
        "n_lines": len(lines),
    }


def _lines(found: Comparison) -> Iterator[tuple[tuple[str | None, ...], str, str, str]]:
    """Yield key, field and both sides in words: differing cells, then rows of one side only."""
    there_is, there_is_not = gettext("有这一行"), gettext("没有这一行")
    for cell in found.cells:
        yield cell.key, cell.field, cell.here or "—", cell.there or "—"
    for key in found.only_here:
        yield key, "", there_is, there_is_not
    for key in found.only_there:
        yield key, "", there_is_not, there_is


def _listing(found: Comparison, here: Side, there: Side) -> Listing:
    lines = list(_lines(found))
    titles = {info.name: title_of(info) for info in Definitions().fields_of(here.dataset.name)}
    first, second = _side_words(here), _side_words(there)
    return Listing(
        name="comparison",
        title=gettext("数据比对"),
        columns=[
            *(Column(titles[name], width=20) for name in found.key),
            Column(gettext("字段"), width=20),
            Column(first, width=30),
            Column(second, width=30),
        ],
        n_rows=len(lines),
        rows=lambda: [
            (*key, titles.get(field, field), mine, other) for key, field, mine, other in lines
        ],
        notes=[
            f"{first} / {second}",
            gettext(
                "相同 %(same)s 行，不同 %(differing)s 行，"
                "只在前者 %(here)s 行，只在后者 %(there)s 行"
            )
            % {
                "same": found.n_same, "differing": found.n_differing, "here": found.n_only_here,
                "there": found.n_only_there,
            },
        ],
    )  # fmt: skip


def _side_words(side: Side) -> str:
    return gettext("%(title)s 第 %(number)s 版") % {
        "title": side.dataset.title, "number": side.number,
    }  # fmt: skip
