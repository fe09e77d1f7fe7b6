"""The receiver's workbooks「上报工作簿」: sheets and header rows as he wants them, fixed bytes."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

import xlsxwriter

from luoxuan.data.exchange.definition import (
    ColumnDefinition,
    PackageDefinition,
    TableDefinition,
)
from luoxuan.data.exchange.rules import ColumnType

# A workbook names the time of its making; ours must not differ from one making to the next.
_THEN = datetime(2000, 1, 1, tzinfo=UTC)
_DIGITS = 15


def workbooks(
    definition: PackageDefinition, rows: Mapping[str, Sequence[Sequence[str]]], *, notice: str
) -> dict[str, bytes]:
    """Return every workbook of a package by its name."""
    names = dict.fromkeys(table.workbook for table in definition.tables)
    return {
        name: _workbook(
            [table for table in definition.tables if table.workbook == name], rows, notice
        )
        for name in names
    }


def _workbook(
    tables: Sequence[TableDefinition], rows: Mapping[str, Sequence[Sequence[str]]], notice: str
) -> bytes:
    buffer = io.BytesIO()
    settings = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(buffer, settings) as workbook:
        workbook.set_properties({"created": _THEN, "comments": notice})
        bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        text = workbook.add_format({"num_format": "@"})
        for table in tables:
            page = workbook.add_worksheet(table.sheet)
            line = 0
            if notice:
                page.write_string(line, 0, notice)
                line += 1
            for head in table.header:
                for place, words in enumerate(_head(table, head)):
                    page.write_string(line, place, words, bold)
                line += 1
            page.freeze_panes(line, 0)
            page.set_column(0, len(table.columns) - 1, 18)
            for row in rows[table.number]:
                for place, column in enumerate(table.columns):
                    _write(page, line, place, column, row[place], text)
                line += 1
    return buffer.getvalue()


def _head(table: TableDefinition, head: str) -> list[str]:
    if head == "table":
        return [f"{table.number} {table.title}"]
    return [column.number if head == "number" else column.title for column in table.columns]


def _write(
    page: object, line: int, place: int, column: ColumnDefinition, value: str, text: object
) -> None:
    sheet: xlsxwriter.worksheet.Worksheet = page
    number = _number(value) if column.is_number and value else None
    if not value:
        return
    if number is not None:
        sheet.write_number(line, place, number)
    else:
        sheet.write_string(line, place, shown(column, value), text)


def shown(column: ColumnDefinition, value: str) -> str:
    """Return a value as the receiver writes it: dates in his format, anything else as it is."""
    if column.type is not ColumnType.DATE or not value:
        return value
    try:
        return date.fromisoformat(value).strftime(column.date_format)
    except ValueError:
        return value


def _number(value: str) -> Decimal | None:
    """Return a number that a workbook keeps exactly; a longer one is written as text."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    is_exact = number.is_finite() and len(number.normalize().as_tuple().digits) <= _DIGITS
    return number if is_exact else None
