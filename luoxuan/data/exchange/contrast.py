"""A bundle beside the last one, and beside a receiver's table「对比」; pure, over texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any

from luoxuan.data.exchange.definition import (
    ColumnDefinition,
    PackageDefinition,
    TableDefinition,
)
from luoxuan.data.exchange.rules import is_jump

Rows = Mapping[str, Sequence[Sequence[str]]]
MOST_KEPT = 2000


def contrast_of(
    definition: PackageDefinition, rows: Rows, before: PackageDefinition, rows_before: Rows
) -> list[dict[str, Any]]:
    """Return rows and totals of each table beside those of the last bundle.

    Each line is {key table title column before now is_jump}; numbers are texts, None is missing.
    A table or column that the last one did not have is not compared.
    """
    lines: list[dict[str, Any]] = []
    for table in definition.tables:
        other = before.by_number.get(table.number)
        if other is None:
            continue
        old, new = rows_before[table.number], rows[table.number]
        share = definition.jump_share
        lines.append(_line(table, None, Decimal(len(old)), Decimal(len(new)), share))
        places = {column.number: place for place, column in enumerate(other.columns)}
        for place, column in enumerate(table.columns):
            if column.is_number and column.total and column.number in places:
                then, now = _total(old, places[column.number]), _total(new, place)
                lines.append(_line(table, column, then, now, share))
    return lines


def unexplained(lines: Sequence[Mapping[str, Any]], texts: Mapping[str, str]) -> list[str]:
    """Return the keys of jumps that nobody has explained."""
    return [
        line["key"] for line in lines if line["is_jump"] and not texts.get(line["key"], "").strip()
    ]


@dataclass
class Compared:
    """What a receiver's table says otherwise「核对结果」; differences come in the order of keys."""

    n_same: int = 0
    n_ours: int = 0
    n_theirs: int = 0
    n_cells: int = 0
    differences: list[list[str]] = field(default_factory=list)


def compared(
    table: TableDefinition, ours: Sequence[Sequence[str]], theirs: Sequence[Sequence[str]]
) -> Compared:
    """Compare two tables by the key of the table; without one a row is its own key.

    Rows of a key that stands several times are compared in their order.
    """
    mine, other = _by_key(table, ours), _by_key(table, theirs)
    found = Compared()
    for key in sorted({*mine, *other}):
        shown = " · ".join(key[:-1])
        if key not in other:
            found.n_ours += 1
            found.differences.append(["ours", shown, "", "", ""])
        elif key not in mine:
            found.n_theirs += 1
            found.differences.append(["theirs", shown, "", "", ""])
        else:
            cells = _cells(table, mine[key], other[key])
            found.n_cells += len(cells)
            found.n_same += not cells
            found.differences += [["cell", shown, *cell] for cell in cells]
    return found


def _line(
    table: TableDefinition,
    column: ColumnDefinition | None,
    before: Decimal | None,
    now: Decimal | None,
    share: Decimal,
) -> dict[str, Any]:
    return {
        "key": f"{table.number}/{column.number}" if column else table.number,
        "table": table.number,
        "title": table.title,
        "column": column.title if column else "",
        "before": None if before is None else format(before, "f"),
        "now": None if now is None else format(now, "f"),
        "is_jump": is_jump(before, now, share=share),
    }


def _total(rows: Sequence[Sequence[str]], place: int) -> Decimal | None:
    """Return the exact sum of a column, None where no row has a number."""
    numbers = [number for row in rows if (number := _number(row[place])) is not None]
    if not numbers:
        return None
    with localcontext() as context:
        context.prec = 60
        return sum(numbers, Decimal(0))


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _by_key(
    table: TableDefinition, rows: Sequence[Sequence[str]]
) -> dict[tuple[str, ...], Sequence[str]]:
    places = table.key or tuple(range(len(table.columns)))
    seen: dict[tuple[str, ...], int] = {}
    found = {}
    for row in rows:
        key = tuple(_same(table.columns[place], row[place]) for place in places)
        seen[key] = seen.get(key, 0) + 1
        found[(*key, f"{seen[key]:09d}")] = row
    return found


def _cells(table: TableDefinition, mine: Sequence[str], other: Sequence[str]) -> list[list[str]]:
    return [
        [column.title, mine[place], other[place]]
        for place, column in enumerate(table.columns)
        if _same(column, mine[place]) != _same(column, other[place])
    ]


def _same(column: ColumnDefinition, text: str) -> str:
    """Return a value in a spelling that equal values share: 3, 3.0 and 3.00 are one number."""
    number = _number(text) if column.is_number and text else None
    if number is None:
        return text.strip()
    plain = format(number, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain
