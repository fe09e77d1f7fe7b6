"""Lists that another system serves as JSON「HTTP 接口」, page by page, or as one CSV file."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from luoxuan.data.connectors.contract import Bounds, ConnectorRefused, Rows, Wanted
from luoxuan.data.connectors.http_call import call, origin_of

_PAGES = 10_000
CSV = "csv"
"""Instead of a JSON pointer: the address gives a CSV file with one row of headers."""


@contextmanager
def open_http(wanted: Wanted, bounds: Bounds) -> Iterator[Rows]:
    """Open a list behind an address. Raises ConnectorRefused."""
    found: list[dict[str, Any]] = []
    pages = _table(wanted, bounds) if wanted.selection == CSV else _pages(wanted, bounds)
    for page in pages:
        found += page
        if len(found) > bounds.rows:
            raise ConnectorRefused("source_too_many_rows", limit=bounds.rows)
    marked = wanted.marked
    if marked is not None and marked.last is not None:
        found = [row for row in found if _reaches(row.get(marked.column), marked.last)]
    columns = tuple(dict.fromkeys(name for row in found for name in row))
    yield Rows(columns, iter([[tuple(map(row.get, columns)) for row in found]] if found else []))


def _pages(wanted: Wanted, bounds: Bounds) -> Iterator[list[dict[str, Any]]]:
    is_numbered = bool(wanted.next_page) and not wanted.next_page.startswith("/")
    address = _numbered(wanted, 1) if is_numbered else wanted.address
    seen, n_bytes = set(), 0
    for number in range(1, _PAGES + 1):
        body, address = call(
            address, wanted.secret, bounds, n_bytes=bounds.n_bytes - n_bytes,
            origin=origin_of(wanted.address),
        )  # fmt: skip
        n_bytes += len(body)
        document = _document(body)
        page = _listed(document, wanted.selection)
        mark = hash(json.dumps(page, sort_keys=True, default=str))
        if page and mark in seen:
            raise ConnectorRefused("source_pages_repeat", page=number)
        seen.add(mark)
        yield page
        following = _following(wanted, document, address, number, page, is_numbered=is_numbered)
        if not following:
            return
        address = following
    raise ConnectorRefused("source_pages_repeat", page=_PAGES)


def _table(wanted: Wanted, bounds: Bounds) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a CSV file, every value as text; what is empty is missing."""
    body, _ = call(
        wanted.address, wanted.secret, bounds, n_bytes=bounds.n_bytes,
        origin=origin_of(wanted.address),
    )  # fmt: skip
    lines = csv.reader(io.StringIO(_decoded(body), newline=""))
    try:
        columns = [name.strip() for name in next(lines, [])]
        if twice := sorted({name for name in columns if columns.count(name) > 1}):
            raise ConnectorRefused("source_columns_twice", columns="、".join(twice))
        rows = [row for row in lines if row]
    except csv.Error as error:
        raise ConnectorRefused("source_not_csv", row=lines.line_num) from error
    for number, row in enumerate(rows, start=2):
        if len(row) != len(columns) or len(columns) < 2:
            raise ConnectorRefused("source_not_csv", row=number)
    yield [dict(zip(columns, (cell or None for cell in row), strict=True)) for row in rows]


def _decoded(body: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConnectorRefused("source_not_csv", row=1)


def _following(
    wanted: Wanted,
    document: Any,
    address: str,
    number: int,
    page: list[dict[str, Any]],
    *,
    is_numbered: bool,
) -> str:
    """Return the address of the next page, or nothing; it never leaves the server asked first."""
    if is_numbered:
        return _numbered(wanted, number + 1) if page else ""
    link = _at(document, wanted.next_page) if wanted.next_page else None
    if not link:
        return ""
    following = urljoin(address, str(link))
    if origin_of(following) != origin_of(wanted.address):
        raise ConnectorRefused("source_page_elsewhere", address=urlsplit(following).hostname or "")
    return following


def _numbered(wanted: Wanted, number: int) -> str:
    parts = urlsplit(wanted.address)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != wanted.next_page]
    query.append((wanted.next_page, str(number)))
    return urlunsplit(parts._replace(query=urlencode(query)))


def _document(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise ConnectorRefused("source_not_json") from error


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _listed(document: Any, pointer: str) -> list[dict[str, Any]]:
    listed = _at(document, pointer)
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise ConnectorRefused("source_not_a_list", pointer=pointer or "/")
    return listed


def _at(document: Any, pointer: str) -> Any:
    """Return what a JSON pointer (RFC 6901) points to, None where nothing is."""
    for part in pointer.split("/")[1:] if pointer.strip("/") else []:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list):
            document = (
                document[int(name)] if name.isdecimal() and int(name) < len(document) else None
            )
        else:
            document = document.get(name) if isinstance(document, dict) else None
    return document


def _reaches(value: Any, last: Any) -> bool:
    try:
        return value is not None and bool(value >= last)
    except TypeError:
        return True
