"""The rows of a dataset at one of its versions「历史版本」."""

from dataclasses import dataclass
from itertools import repeat
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest
from django.utils import timezone

from luoxuan.campus.guard import ScopedRequest
from luoxuan.core.messages import refusal_text
from luoxuan.data.actions.exports import record_rows_seen
from luoxuan.data.file_queries import RowsRemoved
from luoxuan.data.models import Dataset, DatasetVersion
from luoxuan.data.quality.queries import correction_urls
from luoxuan.data.queries import dataset_rows, versions_of
from luoxuan.data.workbooks import plain_rows, row_columns

_PAGE = 50


@dataclass(frozen=True, slots=True)
class PastRows:
    """One page of the rows of a version as its reader sees them; ``removed`` says why none."""

    version: DatasetVersion
    is_current: bool
    headers: list[str]
    rows: list[dict[str, Any]]
    page: "Page[int] | None"
    n_hidden: int = 0
    removed: str = ""


def asked_number(request: HttpRequest, dataset: Dataset) -> int | None:
    """Return the number of the version that an address asks for; what does not exist is 404."""
    version = asked_version(request, dataset)
    return version.number if version else None


def asked_version(request: HttpRequest, dataset: Dataset) -> DatasetVersion | None:
    """Return the version that an address asks for, None for none; raises Http404."""
    text = request.GET.get("version", "")
    if not text:
        return None
    if not (text.isdecimal() and len(text) < 10):
        raise Http404
    version = versions_of(dataset).filter(number=int(text)).first()
    if version is None:
        raise Http404
    return version


def past_rows(request: HttpRequest, dataset: Dataset) -> PastRows | None:
    """Return the rows of the version that the address asks for, page by page; None for no version.

    Who reads rows is recorded: they may name people.
    """
    version = asked_version(request, dataset)
    if version is None:
        return None
    number = version.number
    reader = cast("ScopedRequest", request)
    is_current = number == dataset.current_number
    try:
        found = dataset_rows(reader.scope, dataset, number=number, limit=_PAGE)
        page = Paginator(range(found.n_rows), _PAGE).get_page(request.GET.get("page"))
        if page.number > 1:
            offset = page.start_index() - 1
            found = dataset_rows(reader.scope, dataset, number=number, offset=offset, limit=_PAGE)
    except RowsRemoved as removed:
        text = refusal_text(removed.code, removed.facts)
        return PastRows(version, is_current, [], [], None, removed=text)
    # What a past version held is not corrected: its rows may be gone by now.
    urls = correction_urls(reader.rights, dataset, found) if is_current else repeat("")
    rows = [
        {"cells": cells, "number": row[-1], "correction_url": url}
        for cells, row, url in zip(plain_rows(found), found.table.rows, urls, strict=False)
    ]
    record_rows_seen(
        dataset=dataset, number=number, n_rows=len(rows), by=reader.user, at=timezone.now()
    )
    headers = [column.title for column in row_columns(dataset, found.fields)]
    return PastRows(version, is_current, headers, rows, page, found.n_hidden)
