"""What a package declares, as plain values: tables, columns, codes, checks. Knows no Django."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from luoxuan.data.exchange.rules import ColumnType, ProblemLevel

_NUMBER = re.compile(r"[0-9A-Za-z]{1,6}(?:[.-][0-9A-Za-z]{1,6}){0,4}")
_SHEET = re.compile(r"[^\[\]:*?/\\']{1,31}")
_WORKBOOK = re.compile(r"[A-Za-z0-9_-]{1,60}\.xlsx")
_HEADS = frozenset({"table", "number", "title"})
_DATE_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y-%m", "%Y.%m.%d")


@dataclass(frozen=True, slots=True)
class ColumnDefinition:
    """One column of a receiver's table「上报列」 and where it comes from.

    Exactly one of ``field``, ``formula`` and ``measure``; with a measure in it, a table is grouped
    by its other columns. ``codes`` names the mapping of own codes to those of the receiver.
    """

    number: str
    title: str
    field: str = ""
    formula: str = ""
    measure: str = ""
    type: ColumnType = ColumnType.TEXT
    length: int = 0
    decimals: int = 0
    date_format: str = "%Y-%m-%d"
    required: bool = False
    key: bool = False
    codes: str = ""
    total: bool = True

    @property
    def is_number(self) -> bool:
        """Say whether the receiver takes a number here."""
        return self.type in {ColumnType.INTEGER, ColumnType.DECIMAL}


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """A condition that every row must satisfy「行校验」; what is missing satisfies it."""

    title: str
    condition: str
    severity: ProblemLevel = ProblemLevel.REFUSE


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """One table of a receiver「上报表」; ``number`` is a key, always text."""

    number: str
    title: str
    dataset: str
    columns: tuple[ColumnDefinition, ...]
    condition: str = ""
    is_whole: bool = False
    sheet: str = ""
    workbook: str = "tables.xlsx"
    header: tuple[str, ...] = ("title",)
    rules: tuple[RuleDefinition, ...] = ()

    @property
    def key(self) -> tuple[int, ...]:
        """Return the places of the columns that tell rows apart."""
        return tuple(place for place, column in enumerate(self.columns) if column.key)

    @property
    def is_grouped(self) -> bool:
        """Say whether its rows are counted from those of the dataset."""
        return any(column.measure for column in self.columns)


@dataclass(frozen=True, slots=True)
class SumDefinition:
    """Two measures of two tables that must agree「表间校验」."""

    title: str
    table: str
    measure: str
    other_table: str
    other_measure: str
    severity: ProblemLevel = ProblemLevel.REFUSE


@dataclass(frozen=True)
class PackageDefinition:
    """Everything that a bundle is built and checked by「交换包定义」."""

    tables: tuple[TableDefinition, ...]
    codes: Mapping[str, Mapping[str, str]]
    sums: tuple[SumDefinition, ...]
    jump_share: Decimal

    @cached_property
    def by_number(self) -> dict[str, TableDefinition]:
        """Return the tables by number."""
        return {table.number: table for table in self.tables}


def definition_of(values: Mapping[str, Any]) -> PackageDefinition:
    """Return a declared or stored definition; raises ValueError saying what is wrong where."""
    codes = {name: {str(k): str(v) for k, v in codes.items()}
             for name, codes in values.get("codes", {}).items()}  # fmt: skip
    tables = tuple(_table(entry, codes) for entry in values["tables"])
    _once([table.number for table in tables], "table")
    _once([f"{table.workbook}/{table.sheet}".lower() for table in tables], "sheet")
    numbers = {table.number for table in tables}
    sums = tuple(_sum(entry, numbers) for entry in values.get("sums", []))
    try:
        share = Decimal(str(values["jump_share"]))
    except InvalidOperation as error:
        raise ValueError("jump_share") from error
    if not tables or not share.is_finite() or share <= 0:
        raise ValueError("table or jump_share")
    return PackageDefinition(tables, codes, sums, share)


def _table(entry: Mapping[str, Any], codes: Mapping[str, Mapping[str, str]]) -> TableDefinition:
    number = str(entry["number"])
    columns = tuple(_column(one, number, codes) for one in entry["columns"])
    _once([column.number for column in columns], f"{number} column")
    _once([column.title for column in columns], f"{number} title")
    sheet, workbook = str(entry.get("sheet") or number), str(entry.get("workbook", "tables.xlsx"))
    header = tuple(entry.get("header", ["title"]))
    if not columns or not _NUMBER.fullmatch(number) or not _SHEET.fullmatch(sheet):
        raise ValueError(f"table {number} {sheet}")
    if not _WORKBOOK.fullmatch(workbook) or set(header) - _HEADS or "title" not in header:
        raise ValueError(f"table {number} layout")
    rules = tuple(
        RuleDefinition(str(one["title"]), str(one["condition"]), ProblemLevel(one["severity"])
                       if "severity" in one else ProblemLevel.REFUSE)
        for one in entry.get("rules", [])
    )  # fmt: skip
    return TableDefinition(
        number, str(entry["title"]), str(entry["dataset"]), columns,
        condition=str(entry.get("condition", "")), is_whole=bool(entry.get("is_whole", False)),
        sheet=sheet, workbook=workbook, header=header, rules=rules,
    )  # fmt: skip


def _column(
    entry: Mapping[str, Any], table: str, codes: Mapping[str, Mapping[str, str]]
) -> ColumnDefinition:
    known = {**entry, "number": str(entry["number"]), "title": str(entry["title"])}
    column = ColumnDefinition(**{**known, "type": ColumnType(entry.get("type", "text"))})
    place = f"{table}/{column.number}"
    if sum(map(bool, (column.field, column.formula, column.measure))) != 1:
        raise ValueError(f"{place}: field, formula or measure")
    if column.codes and (column.codes not in codes or column.type is not ColumnType.TEXT):
        raise ValueError(f"{place}: codes {column.codes}")
    if column.measure and not column.is_number:
        raise ValueError(f"{place}: type of a measure")
    if column.date_format not in _DATE_FORMATS or not 0 <= column.decimals <= 9:
        raise ValueError(f"{place}: date_format or decimals")
    return column


def _sum(entry: Mapping[str, Any], numbers: set[str]) -> SumDefinition:
    found = SumDefinition(
        str(entry["title"]), str(entry["table"]), str(entry["measure"]),
        str(entry["other_table"]), str(entry["other_measure"]),
        ProblemLevel(entry.get("severity", ProblemLevel.REFUSE)),
    )  # fmt: skip
    if {found.table, found.other_table} - numbers:
        raise ValueError(f"check {found.title}: table")
    return found


def _once(names: list[str], what: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{what} {', '.join(twice)} twice")
