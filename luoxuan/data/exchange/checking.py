"""Checks of built tables「上报校验」: every cell, every row, the key, sums across tables."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from luoxuan.core.verification import secret_in
from luoxuan.data.exchange.definition import (
    ColumnDefinition,
    PackageDefinition,
    SumDefinition,
    TableDefinition,
)
from luoxuan.data.exchange.mapping import condition_sql, info_of
from luoxuan.data.exchange.rules import ColumnType, ProblemLevel
from luoxuan.data.formula import parse_measure
from luoxuan.data.queries import engine
from luoxuan.data.warehouse.engine import Session
from luoxuan.data.warehouse.relation import quoted

Rows = Mapping[str, Sequence[Sequence[str]]]
Finding = dict[str, Any]
MOST_KEPT = 1000
_SHOWN = 60
_OFFERED = {ColumnType.INTEGER: "integer", ColumnType.DECIMAL: "decimal", ColumnType.DATE: "date"}


def findings_of(definition: PackageDefinition, rows: Rows) -> list[Finding]:
    """Return everything that is wrong, table by table; row 0 is a table as a whole.

    Each is {table row column value code facts severity}; rows count from 1.
    """
    found: list[Finding] = []
    for table in definition.tables:
        found += _cells(table, rows[table.number], definition.codes)
        found += _keys(table, rows[table.number])
        if not rows[table.number]:
            found.append(
                _finding(table.number, 0, "", "", "table_empty", severity=ProblemLevel.WARN)
            )
    # What is no number in a number's column was found above; formulas read only sound values.
    with engine().session() as session:
        for place, table in enumerate(definition.tables):
            _offer(session, f"t{place}", table, rows[table.number])
            found += _rules(session, f"t{place}", table)
        for told in definition.sums:
            found += _sums(session, definition, told)
    return found


def counts_of(findings: Sequence[Finding]) -> tuple[int, int]:
    """Return how many findings refuse a signature and how many only warn."""
    refused = sum(1 for finding in findings if finding["severity"] == ProblemLevel.REFUSE)
    return refused, len(findings) - refused


def _finding(
    table: str, row: int, column: str, value: str, code: str, *,
    severity: ProblemLevel = ProblemLevel.REFUSE, facts: dict[str, object] | None = None,
) -> Finding:  # fmt: skip
    # A finding is stored and shown; whole identity numbers and telephones are not repeated in it.
    shown = "…" if secret_in(value) else value[:_SHOWN]
    return {"table": table, "row": row, "column": column, "value": shown, "code": code,
            "facts": facts or {}, "severity": str(severity)}  # fmt: skip


def _cells(
    table: TableDefinition, rows: Sequence[Sequence[str]], codes: Mapping[str, Mapping[str, str]]
) -> Iterator[Finding]:
    known = {name: set(mapping.values()) for name, mapping in codes.items()}
    for number, row in enumerate(rows, start=1):
        for column, value in zip(table.columns, row, strict=True):
            code, facts = _problem(column, value, known)
            if code:
                yield _finding(table.number, number, column.title, value, code, facts=facts)


def _problem(
    column: ColumnDefinition, value: str, known: Mapping[str, set[str]]
) -> tuple[str, dict[str, object]]:
    if not value:
        return ("cell_required", {}) if column.required else ("", {})
    if column.length and len(value) > column.length:
        return "cell_too_long", {"length": column.length}
    if column.codes and value not in known[column.codes]:
        return "cell_unknown_code", {}
    if typed(column, value) is None:
        return f"cell_no_{column.type}", {"decimals": column.decimals}
    return "", {}


def typed(column: ColumnDefinition, value: str) -> object:
    """Return a value in its type, None where it is missing or of another."""
    if not value or column.type is ColumnType.TEXT:
        return value or None
    try:
        if column.type is ColumnType.DATE:
            return date.fromisoformat(value)
        number = Decimal(value)
    except (ValueError, InvalidOperation):
        return None
    places = column.decimals if column.type is ColumnType.DECIMAL else 0
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > places or number.adjusted() > 17:
        return None
    return number if column.type is ColumnType.DECIMAL else int(number)


def _keys(table: TableDefinition, rows: Sequence[Sequence[str]]) -> Iterator[Finding]:
    if not table.key:
        return
    keys = [tuple(row[place] for place in table.key) for row in rows]
    twice = {key for key, count in Counter(keys).items() if count > 1}
    titles = "、".join(table.columns[place].title for place in table.key)
    for number, key in enumerate(keys, start=1):
        if key in twice:
            yield _finding(table.number, number, titles, " · ".join(key), "key_twice")


def _offer(
    session: Session, name: str, table: TableDefinition, rows: Sequence[Sequence[str]]
) -> None:
    columns = {"line": "integer"}
    columns |= {
        f"c{place}": _OFFERED.get(column.type, "text") for place, column in enumerate(table.columns)
    }
    values = [
        (number, *(typed(column, value) for column, value in zip(table.columns, row, strict=True)))
        for number, row in enumerate(rows, start=1)
    ]
    session.offer_rows(name, columns, values)


def _rules(session: Session, name: str, table: TableDefinition) -> Iterator[Finding]:
    infos = [info_of(column, place) for place, column in enumerate(table.columns)]
    for rule in table.rules:
        condition, named = condition_sql(rule.condition, infos)
        shown = ", ".join(quoted(field) for field in named) or "line"
        failed = session.table(f"SELECT line, {shown} FROM {name} WHERE NOT ({condition})")
        titles = "、".join(table.columns[int(field[1:])].title for field in named)
        for line, *values in failed.rows:
            value = " · ".join("" if one is None else _plain(one) for one in values)
            yield _finding(
                table.number, int(line), titles, value, "rule_failed",
                severity=rule.severity, facts={"rule": rule.title},
            )  # fmt: skip


def _sums(
    session: Session, definition: PackageDefinition, told: SumDefinition
) -> Iterator[Finding]:
    here = _measured(session, definition, told.table, told.measure)
    there = _measured(session, definition, told.other_table, told.other_measure)
    if here != there:
        yield _finding(
            told.table, 0, "", f"{_plain(here)} ≠ {_plain(there)}", "sums_differ",
            severity=told.severity, facts={"rule": told.title, "other": told.other_table},
        )  # fmt: skip


def _measured(
    session: Session, definition: PackageDefinition, number: str, measure: str
) -> Decimal | None:
    table = definition.by_number[number]
    infos = [info_of(column, place) for place, column in enumerate(table.columns)]
    formula = parse_measure(measure, infos)
    denominator = formula.denominator_sql() or "1"
    name = f"t{definition.tables.index(table)}"
    asked = f"SELECT {formula.numerator_sql()}, {denominator}, count(*) FROM {name}"
    row = session.table(asked).rows[0]
    if row[0] is None or not row[1]:
        # A table without rows adds up to nothing; that it is empty is told by itself.
        return None if row[2] else Decimal(0)
    scale = formula.denominator_scale - formula.numerator_scale
    return Decimal(int(row[0])).scaleb(scale) / Decimal(int(row[1]))


def _plain(value: object) -> str:
    if value is None:
        return "—"
    if not isinstance(value, Decimal):
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
