"""Own rows in a receiver's tables「映射」, and back again; values are texts with one spelling."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from luoxuan.campus.models import Period
from luoxuan.core.errors import Refused
from luoxuan.data.exchange.definition import (
    ColumnDefinition,
    PackageDefinition,
    TableDefinition,
)
from luoxuan.data.exchange.rules import ColumnType
from luoxuan.data.formula import FormulaRefused, half_even, parse_measure, parse_row
from luoxuan.data.formula.types import FieldInfo, FieldType
from luoxuan.data.models import Dataset
from luoxuan.data.queries import Definitions, engine, period_entries, timings_of
from luoxuan.data.warehouse.engine import Session
from luoxuan.data.warehouse.placement import PeriodEntry, TimingKind
from luoxuan.data.warehouse.relation import IMPORT_BATCH, ROW_NUMBER, quoted

MOST_ROWS = 200_000
"""So many rows of one bundle are built: each stands in memory, in a file and in a workbook."""


class MappingRefused(Refused):
    """A table cannot be built from its dataset, or its rows cannot go back into it."""


def mapped_rows(
    definition: PackageDefinition, *, numbers: Mapping[str, int], period: Period
) -> dict[str, list[list[str]]]:
    """Return the rows of every table for a period, at pinned versions. Raises MappingRefused."""
    definitions = Definitions()
    entries = period_entries()
    found: dict[str, list[list[str]]] = {}
    with engine().session() as session:
        for table in definition.tables:
            try:
                found[table.number] = _rows(
                    session, definitions, table, definition.codes, numbers, period, entries,
                    most=MOST_ROWS - sum(map(len, found.values())),
                )  # fmt: skip
            except FormulaRefused as refused:
                raise MappingRefused(
                    "exchange_bad_formula", table=table.number, reason=refused.code
                ) from refused
    return found


def check_formulas(table: TableDefinition, infos: Sequence[FieldInfo]) -> None:
    """Try every field and formula of a table on its dataset's fields.

    Raises FormulaRefused, and ValueError for an unknown field.
    """
    known = {info.name for info in infos}
    for column in table.columns:
        if column.field and column.field not in known:
            raise ValueError(f"{table.number}/{column.number}: {column.field}")
        _expression(column, infos)
    _condition(table, infos)
    outgoing = [info_of(column, place) for place, column in enumerate(table.columns)]
    for rule in table.rules:
        condition_sql(rule.condition, outgoing)


def fields_read(table: TableDefinition, infos: Sequence[FieldInfo]) -> set[str]:
    """Return the fields of its dataset that a table reads. Raises FormulaRefused."""
    names = set(_condition(table, infos)[1])
    for column in table.columns:
        names |= set(_expression(column, infos)[1])
    return names


def info_of(column: ColumnDefinition, place: int) -> FieldInfo:
    """Return a column as the formulas of checks see it, by its title."""
    decimals = column.decimals if column.type is ColumnType.DECIMAL else 0
    return FieldInfo(f"c{place}", FieldType(column.type), (column.title,), decimals)


def condition_sql(condition: str, infos: Sequence[FieldInfo]) -> tuple[str, tuple[str, ...]]:
    """Return a condition of our formula language as SQL, and the fields that it names."""
    formula = parse_measure(f"计数({condition})", infos)
    return formula.counted_sql(), formula.fields


def own_rows(
    table: TableDefinition, rows: Iterable[Sequence[str]], codes: Mapping[str, Mapping[str, str]]
) -> tuple[list[str], list[list[str]]]:
    """Return fields and rows as the dataset holds them: the inverse of the mapping.

    Raises MappingRefused where rows were counted, or two own codes became one.
    """
    if table.is_grouped:
        raise MappingRefused("exchange_rows_counted", table=table.number)
    places = [place for place, column in enumerate(table.columns) if column.field]
    inverse = {}
    for place in places:
        mapping = codes.get(table.columns[place].codes, {})
        inverse[place] = {theirs: own for own, theirs in mapping.items()}
        if len(inverse[place]) != len(mapping):
            raise MappingRefused(
                "exchange_codes_not_one_to_one", table=table.number,
                column=table.columns[place].title,
            )  # fmt: skip
    back = [[inverse[place].get(row[place], row[place]) for place in places] for row in rows]
    return [table.columns[place].field for place in places], back


def _rows(
    session: Session,
    definitions: Definitions,
    table: TableDefinition,
    codes: Mapping[str, Mapping[str, str]],
    numbers: Mapping[str, int],
    period: Period,
    entries: Sequence[PeriodEntry],
    *,
    most: int,
) -> list[list[str]]:
    if table.dataset not in definitions.by_name:
        raise MappingRefused("exchange_unknown_dataset", dataset=table.dataset)
    relation = definitions.relation(table.dataset, numbers)
    infos = list(relation.fields)
    missing = {c.field for c in table.columns if c.field} - {info.name for info in infos}
    if missing:
        raise MappingRefused(
            "exchange_unknown_field", table=table.number, fields=", ".join(sorted(missing))
        )
    parts = [_expression(column, infos) for column in table.columns]
    condition, named = _condition(table, infos)
    row = definitions.named(table.dataset)
    within, parameters, period_fields = (
        ("TRUE", [], ()) if table.is_whole else _within(row, period, entries)
    )
    needed = {name for part in parts for name in part[1]} | {*named, *period_fields}
    plain = [place + 1 for place, column in enumerate(table.columns) if not column.measure]
    select = ", ".join(f"{part[0]} AS c{place}" for place, part in enumerate(parts))
    grouped = f" GROUP BY {', '.join(map(str, _places(table)))}" if _places(table) else ""
    order = [f"c{place - 1}" for place in plain]
    if not table.is_grouped:
        order += [IMPORT_BATCH, ROW_NUMBER]
    sql = (
        f"SELECT {select} FROM ({relation.sql(sorted(needed))}) "
        f"WHERE ({condition}) AND ({within}){grouped}"
        + (f" ORDER BY {', '.join(order)}" if order else "")
    )
    n_rows = int(session.table(f"SELECT count(*) FROM ({sql})", parameters).rows[0][0])
    if n_rows > most:
        raise MappingRefused("exchange_too_many_rows", table=table.number, n=n_rows, most=MOST_ROWS)
    return [
        [
            codes.get(column.codes, {}).get(text, text)
            for column, text in zip(table.columns, _texts(table, found), strict=True)
        ]
        for found in session.table(sql, parameters).rows
    ]


def _places(table: TableDefinition) -> list[int]:
    """Return the places by which a counted table is grouped; none where it only adds up."""
    if not table.is_grouped:
        return []
    return [place + 1 for place, column in enumerate(table.columns) if not column.measure]


def _expression(
    column: ColumnDefinition, infos: Sequence[FieldInfo]
) -> tuple[str, tuple[str, ...]]:
    if column.field:
        return quoted(column.field), (column.field,)
    if column.formula:
        formula = parse_row(column.formula, infos)
        return formula.sql(), formula.fields
    measure = parse_measure(column.measure, infos)
    denominator = measure.denominator_sql() or "CAST(1 AS HUGEINT)"
    scales = f"{measure.numerator_scale}, {measure.denominator_scale}"
    return (
        f"[{measure.numerator_sql()}, {denominator}, CAST({scales.partition(', ')[0]} AS HUGEINT), "
        f"CAST({scales.rpartition(', ')[2]} AS HUGEINT)]",
        measure.fields,
    )


def _condition(table: TableDefinition, infos: Sequence[FieldInfo]) -> tuple[str, tuple[str, ...]]:
    return condition_sql(table.condition, infos) if table.condition else ("TRUE", ())


def _within(
    dataset: Dataset, period: Period, entries: Sequence[PeriodEntry]
) -> tuple[str, list[object], tuple[str, ...]]:
    """Return the condition of the rows that belong to a period; all where rows know no time.

    A shorter period belongs where its middle lies: a term may begin a day before its school year.
    """
    for timing in timings_of(dataset).values():
        field = timing.field
        if timing.kind is TimingKind.DATE and period.start_on and period.end_on:
            sql = f"{quoted(field)} >= ? AND {quoted(field)} < ?"
            return sql, [period.start_on, period.end_on], (field,)
        if timing.kind is TimingKind.CODE:
            inside = [
                entry.code
                for entry in entries
                if entry.kind == timing.period_kind and _lies_in(entry, period)
            ]
            marks = ", ".join("?" for _ in inside)
            sql = f"CAST({quoted(field)} AS VARCHAR) IN ({marks})" if inside else "FALSE"
            return sql, list(inside), (field,)
    return "TRUE", [], ()


def _lies_in(entry: PeriodEntry, period: Period) -> bool:
    if entry.code == period.code:
        return True
    if not (entry.start_on and entry.end_on and period.start_on and period.end_on):
        return False
    middle = entry.start_on + timedelta(days=(entry.end_on - entry.start_on).days // 2)
    return period.start_on <= middle < period.end_on


def _texts(table: TableDefinition, found: Sequence[object]) -> list[str]:
    return [
        _counted(column, value) if column.measure else text_of(column, value)
        for column, value in zip(table.columns, found, strict=True)
    ]


def _counted(column: ColumnDefinition, value: object) -> str:
    parts = list(value) if isinstance(value, list) else []
    if not parts or parts[0] is None or not parts[1]:
        return ""
    top, bottom, scale, other = map(int, parts)
    return format(half_even(top * 10**other, bottom * 10**scale, column.decimals), "f")


def text_of(column: ColumnDefinition, value: object) -> str:
    """Return a value as a bundle holds it: "" for what is missing, numbers at their decimals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if column.type is ColumnType.DATE else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal) and column.is_number:
        with localcontext() as context:
            context.prec = 60
            return format(
                value.quantize(Decimal(1).scaleb(-column.decimals), rounding=ROUND_HALF_EVEN), "f"
            )
    return format(value, "f") if isinstance(value, Decimal) else str(value)
