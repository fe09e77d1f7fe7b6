"""Values as the texts of a file「采集成文件」: the same checks as for an import then apply."""

import csv
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from luoxuan.core.workbook import own_apostrophe
from luoxuan.data.connectors.contract import Bounds, ConnectorRefused, Marked, Rows

_KINDS: dict[type, str] = {
    bool: "boolean",
    int: "number",
    float: "number",
    Decimal: "number",
    str: "text",
    UUID: "text",
    date: "date",
    datetime: "moment",
    time: "time",
    bytes: "binary",
    dict: "structure",
    list: "structure",
}
_READERS: dict[str, Callable[[str], Any]] = {
    "int": int,
    "float": float,
    "Decimal": Decimal,
    "str": str,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}
_NOT_PLAIN = {"binary", "structure"}
_NONE = type(None)
_CELL = 200


@dataclass(frozen=True, slots=True)
class Written:
    """What was read into a file「采集结果」: rows, kind by column, the greatest mark."""

    n_rows: int
    columns: dict[str, str]
    last: Any


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of another system「试读」, as texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def write_rows(
    rows: Rows,
    path: Path,
    *,
    used: Collection[str],
    bounds: Bounds,
    marked: Marked | None,
    zone: tzinfo,
) -> Written:
    """Write the used columns as CSV in UTF-8. Raises ConnectorRefused beyond the bounds."""
    if not rows.columns:
        # A list without entries names no columns; that is no reason to think them gone.
        return Written(0, {}, marked.last if marked else None)
    missing = sorted({*used, *([marked.column] if marked else [])} - set(rows.columns))
    if missing:
        raise ConnectorRefused(
            "source_columns_missing", columns="、".join(missing), found="、".join(rows.columns)
        )
    kept = [position for position, name in enumerate(rows.columns) if name in used]
    growing = rows.columns.index(marked.column) if marked else None
    kinds: dict[str, set[str]] = {rows.columns[position]: set() for position in kept}
    n_rows, last = 0, marked.last if marked else None
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(kinds)
        for batch in rows.batches:
            bounds.seconds_left()
            n_rows += len(batch)
            columns = list(zip(*batch, strict=True))
            texts = [
                _texts(
                    columns[position], kinds[rows.columns[position]], rows.columns[position], zone
                )
                for position in kept
            ]
            writer.writerows(zip(*texts, strict=True))
            if growing is not None:
                last = _greatest(columns[growing], last, rows.columns[growing])
            if n_rows > bounds.rows:
                raise ConnectorRefused("source_too_many_rows", limit=bounds.rows)
            if file.tell() > bounds.n_bytes:
                raise ConnectorRefused("source_too_many_bytes", limit=bounds.n_bytes // 1024**2)
    found = {name: _one(kind) for name, kind in kinds.items()}
    return Written(n_rows, found, last)


def sample(rows: Rows, *, limit: int, zone: tzinfo) -> Sample:
    """Return the first rows as texts, to be looked at; nothing is kept."""
    first = list(islice((row for batch in rows.batches for row in batch), limit))
    return Sample(rows.columns, tuple(tuple(_shown(value, zone) for value in row) for row in first))


def kept_mark(value: Any, column: str) -> dict[str, str] | None:
    """Return a mark as JSON keeps it, with its type; None stays None."""
    if value is None:
        return None
    if type(value).__name__ not in _READERS:
        raise ConnectorRefused("source_mark_mixed", column=column)
    return {"type": type(value).__name__, "text": _text(value, None)}


def mark_of(kept: dict[str, str] | None) -> Any:
    """Return the mark that was kept."""
    if not kept:
        return None
    return _READERS[kept["type"]](kept["text"])


def _texts(values: Sequence[Any], kinds: set[str], name: str, zone: tzinfo) -> Sequence[str]:
    types = set(map(type, values)) - {_NONE}
    found = {_kind_of(one) for one in types}
    if found & _NOT_PLAIN:
        raise ConnectorRefused("source_not_plain", column=name)
    kinds |= found
    if types <= {str} and None not in values:
        return list(map(own_apostrophe, values)) if any("'" in text for text in values) else values
    return ["" if value is None else _text(value, zone) for value in values]


def _kind_of(kind: type) -> str:
    for one in kind.__mro__:
        if one in _KINDS:
            return _KINDS[one]
    return "structure"


def _one(kinds: set[str]) -> str:
    """Return the kind of a column; nothing where every cell was empty."""
    return "+".join(sorted(kinds))


def _text(value: Any, zone: tzinfo | None) -> str:
    if isinstance(value, datetime):
        # A moment with a zone is written as the clock of the institution shows it.
        local = value.astimezone(zone).replace(tzinfo=None) if zone and value.tzinfo else value
        return local.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f") if value == value else ""
    if isinstance(value, Decimal):
        return format(value, "f")
    return own_apostrophe(str(value))


def _shown(value: Any, zone: tzinfo) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return "…"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)[:_CELL]
    return _text(value, zone)[:_CELL]


def _greatest(values: Sequence[Any], last: Any, column: str) -> Any:
    try:
        return max((value for value in (*values, last) if value is not None), default=None)
    except TypeError as error:
        raise ConnectorRefused("source_mark_mixed", column=column) from error
