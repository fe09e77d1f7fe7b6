"""Themes: declared views of datasets, with their rows, their file and where they come from."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import Scope
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.actions.exports import record_export
from luoxuan.data.quality.queries import correction_urls
from luoxuan.data.queries import RowPage
from luoxuan.data.standard.queries import (
    ThemeView,
    lineage_of,
    theme_rows,
    theme_views,
    themes,
)
from luoxuan.data.workbooks import row_columns

_PAGE = 50


@guarded(Resource.DATASET, Action.LIST)
def theme_list(request: HttpRequest) -> HttpResponse:
    """Show the themes「主题库」 and their views."""
    scope = cast("ScopedRequest", request).scope
    shown = [
        {"theme": theme, "views": [_view_shown(view) for view in theme_views(scope, theme)]}
        for theme in themes()
    ]
    return render(request, "data/theme_list.html", {"themes": shown})


@guarded(Resource.DATASET, Action.VIEW)
def theme_view(request: HttpRequest, code: str, view: str) -> HttpResponse:
    """Show the rows of a view that the reader may see, and what it is made of「血缘」."""
    reader = cast("ScopedRequest", request)
    found = _view_or_404(reader.scope, code, view)
    if found.dataset.current_number and asked_format(request):
        return _download(reader, found)
    page = max(1, int(number)) if (number := request.GET.get("page", "")).isdecimal() else 1
    page = min(page, 10**6)
    rows = (
        theme_rows(reader.scope, found, offset=(page - 1) * _PAGE, limit=_PAGE)
        if found.dataset.current_number
        else None
    )
    context: dict[str, Any] = {
        "theme": found.theme,
        "view": found.values,
        "dataset": found.dataset,
        "columns": [column.title for column in row_columns(found.dataset, found.values["fields"])],
        "rows": _rows_shown(reader, found, rows) if rows else [],
        "n_rows": rows.n_rows if rows else 0,
        "n_hidden": rows.n_hidden if rows else 0,
        "has_rows": rows is not None,
        "page": page,
        "next_page": page + 1 if rows and rows.n_rows > page * _PAGE else 0,
        "lineage": lineage_of(found),
    }
    return render(request, "data/theme_view.html", context)


def _view_or_404(scope: Scope, code: str, view: str) -> ThemeView:
    for theme in themes().filter(code=code):
        for found in theme_views(scope, theme):
            if found.values["code"] == view:
                return found
    raise Http404


def _view_shown(view: ThemeView) -> dict[str, Any]:
    return {
        "view": view.values,
        "dataset": view.dataset,
        "url": reverse("data:theme_view", args=[view.theme.code, view.values["code"]]),
    }


def _rows_shown(reader: ScopedRequest, view: ThemeView, page: RowPage) -> list[dict[str, Any]]:
    """Return the rows with the way to say that one of them is wrong."""
    urls = correction_urls(reader.rights, view.dataset, page)
    return [
        {"cells": cells, "number": row[-1], "correction_url": url}
        for cells, row, url in zip(_cells(view, page), page.table.rows, urls, strict=True)
    ]


def _cells(view: ThemeView, page: RowPage) -> list[list[Any]]:
    places = [page.fields.index(name) for name in view.values["fields"]]
    return [[row[place] for place in places] for row in page.table.rows]


def _download(request: ScopedRequest, view: ThemeView) -> HttpResponse:
    counted = theme_rows(request.scope, view, limit=0)
    title = text_of(view.values, "title")
    listing = Listing(
        name=title,
        title=title,
        columns=row_columns(view.dataset, view.values["fields"]),
        n_rows=counted.n_rows,
        rows=lambda: _cells(view, theme_rows(request.scope, view, limit=None)),
        notes=[f"{gettext('条件')}：{view.values['condition'] or gettext('全部')}"],
    )
    answer = list_download(request, listing)
    if answer.status_code < 300:
        record_export(
            dataset=view.dataset, file_format=asked_format(request) or "xlsx",
            n_rows=listing.n_rows, by=request.user, at=timezone.now(),
        )  # fmt: skip
    return answer
