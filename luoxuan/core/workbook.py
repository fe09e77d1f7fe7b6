"""Workbooks「工作簿」 and CSV files that leave the system: typed cells, never a formula."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

MOST_ROWS = 1_048_575
_SAMPLE, _NARROWEST, _WIDEST = 200, 8, 60
_LIST_SHEET = "_lists"
# What a spreadsheet would run as a formula, and the apostrophe that says of such a text that it is
# one: the reader of uploads takes one apostrophe off, so a text with its own gets another.
_FORMULA = re.compile("'*[=+@\t\r-]")
_DELIMITERS = re.compile('[,;|\t"\r\n]')
# Excel keeps fifteen digits and no part of a second below the thousandth, and its 1900 has a
# 29 February; what it would change is written as text.
_MOST_DIGITS = 15
_FIRST_YEAR = 1901


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet「列」: text integer decimal date datetime share; 0 fits the width."""

    title: str
    kind: str = "text"
    width: int = 0
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell that is pointed out「标记单元格」: its value, a note and ``error`` or ``question``."""

    value: object
    note: str = ""
    kind: str = "error"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook「工作表」: typed columns, rows, notes above and lists to choose from.

    ``lists`` gives by column position the values that a reader may choose; ``hints`` are the
    comments of the header cells.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[object]]
    notes: tuple[str, ...] = ()
    lists: Mapping[int, Sequence[str]] = field(default_factory=dict)
    hints: Mapping[int, str] = field(default_factory=dict)


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook in memory; for what is small enough to be shown on a page."""
    buffer = io.BytesIO()
    _write(buffer, sheets)
    return buffer.getvalue()


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write a workbook row by row with little memory; for long exports."""
    with TemporaryDirectory() as folder:
        _write(path, sheets, {"constant_memory": True, "tmpdir": folder})


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV file in UTF-8 with a byte order mark, as Excel opens it rightly."""
    buffer = io.StringIO(newline="")
    _write_csv(buffer, columns, rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file like `csv_bytes`, row by row."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        _write_csv(file, columns, rows)


def harmless(value: object) -> object:
    """Return a CSV value that no spreadsheet takes for a formula; numbers stay as they are.

    The reader of uploads takes the apostrophe off again: what comes back is what left.
    """
    if isinstance(value, Decimal):
        return format(value, "f")
    if not isinstance(value, str) or not _FORMULA.match(value):
        return value
    return f"'{value}"


def own_apostrophe(text: str) -> str:
    """Return a text for a CSV file that no spreadsheet opens, only the reader of uploads."""
    return f"'{text}" if text.startswith("'") and _FORMULA.match(text) else text


def text_width(text: str) -> int:
    """Return how many places a text takes; a Han character takes two."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def _write_csv(file: Any, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    # A title with another delimiter in it stands in quotes, so that nobody takes it for one.
    titles = [str(harmless(title)) for title in columns]
    quoted = ['"{}"'.format(title.replace('"', '""')) for title in titles]
    pairs = zip(titles, quoted, strict=True)
    file.write(",".join(two if _DELIMITERS.search(one) else one for one, two in pairs) + "\r\n")
    writer = csv.writer(file)
    writer.writerows([harmless(value) for value in row] for row in rows)


def _write(
    target: io.BytesIO | Path, sheets: Sequence[Sheet], options: Mapping[str, Any] | None = None
) -> None:
    settings = {
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd", "remove_timezone": True, **(options or {}),
    }  # fmt: skip
    if isinstance(target, io.BytesIO):
        settings["in_memory"] = True
    with xlsxwriter.Workbook(
        str(target) if isinstance(target, Path) else target, settings
    ) as workbook:
        writer = _Writer(workbook)
        for sheet in sheets:
            writer.sheet(sheet)
        writer.write_lists()


class _Writer:
    """Writes the sheets of one workbook with shared formats."""

    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        self.bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.quiet = workbook.add_format({"italic": True, "font_color": "#5b6472"})
        self.marks = {
            "error": workbook.add_format({"bg_color": "#fde0dd", "font_color": "#9b1c1c"}),
            "question": workbook.add_format({"bg_color": "#fff3c4", "font_color": "#7a4d00"}),
        }
        self.formats: dict[tuple[str, int], Any] = {}
        self.lists: list[Sequence[str]] = []

    def sheet(self, sheet: Sheet) -> None:
        page = self.workbook.add_worksheet(sheet.name[:31])
        rows = iter(sheet.rows)
        first = list(islice(rows, _SAMPLE))
        for place, column in enumerate(sheet.columns):
            width = column.width or _fitting(column, [row[place] for row in first])
            page.set_column(place, place, width, self._format(column))
        for line, note in enumerate(sheet.notes):
            page.write_string(line, 0, note, self.quiet)
        top = len(sheet.notes)
        for place, column in enumerate(sheet.columns):
            page.write_string(top, place, column.title, self.bold)
            if hint := sheet.hints.get(place):
                page.write_comment(top, place, hint, {"x_scale": 2, "y_scale": 1.5})
        page.freeze_panes(top + 1, 0)
        for line, row in enumerate(_chained(first, rows), top + 1):
            for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
                self._cell(page, line, place, column, value)
        for place, values in sheet.lists.items():
            self._list(page, top + 1, place, values)

    def _cell(self, page: Any, line: int, place: int, column: Column, value: object) -> None:
        shape = self._format(column)
        if isinstance(value, Mark):
            shape = self.marks[value.kind]
            if value.note:
                page.write_comment(line, place, value.note, {"x_scale": 2})
            value = value.value
        if value is None or value == "":
            page.write_blank(line, place, None, shape)
        elif isinstance(value, bool):
            page.write_boolean(line, place, value, shape)
        elif isinstance(value, int | float | Decimal) and _is_exact(value):
            page.write_number(line, place, value, shape)
        elif isinstance(value, Decimal):
            page.write_string(line, place, format(value, "f"), shape)
        elif isinstance(value, datetime | date) and _is_moment_of_excel(value):
            page.write_datetime(line, place, value, shape)
        else:
            page.write_string(line, place, str(value)[:32_767], shape)

    def _format(self, column: Column) -> Any:
        key = (column.kind, column.decimals)
        if key not in self.formats:
            pattern = {
                "text": "@",
                "integer": "0",
                "decimal": _decimals("0", column.decimals),
                "share": _decimals("0", column.decimals) + "%",
                "date": "yyyy-mm-dd",
                "datetime": "yyyy-mm-dd hh:mm",
            }.get(column.kind, "General")
            self.formats[key] = self.workbook.add_format({"num_format": pattern})
        return self.formats[key]

    def _list(self, page: Any, top: int, place: int, values: Sequence[str]) -> None:
        """Let a reader choose from values; they stand in a hidden sheet, as a list may be long."""
        if not values:
            return
        name = xlsxwriter.utility.xl_col_to_name(len(self.lists))
        self.lists.append(values)
        page.data_validation(
            top, place, top + 9_999, place,
            {
                "validate": "list",
                "source": f"={_LIST_SHEET}!${name}$1:${name}${len(values)}",
                "error_type": "warning",
            },
        )  # fmt: skip

    def write_lists(self) -> None:
        """Write the hidden sheet of all lists, row by row."""
        if self.lists:
            page = self.workbook.add_worksheet(_LIST_SHEET)
            page.hide()
            for line, values in enumerate(zip_longest(*self.lists, fillvalue="")):
                for place, value in enumerate(values):
                    page.write_string(line, place, value)


def _chained(
    first: Iterable[Sequence[object]], rest: Iterable[Sequence[object]]
) -> Iterable[Sequence[object]]:
    yield from first
    yield from rest


def _decimals(whole: str, places: int) -> str:
    return f"{whole}.{'0' * places}" if places else whole


def _is_exact(value: float | Decimal) -> bool:
    """Say whether Excel keeps every digit of a number (15 of them); else it is written as text."""
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")
    number = Decimal(value).normalize()
    return len(number.as_tuple().digits) <= _MOST_DIGITS and number.adjusted() < _MOST_DIGITS


def _is_moment_of_excel(value: date) -> bool:
    """Say whether Excel keeps a day or a moment; else it is written as text."""
    is_exact = not (isinstance(value, datetime) and value.microsecond)
    return is_exact and value.year >= _FIRST_YEAR


def _fitting(column: Column, values: Sequence[object]) -> int:
    shown = [_shown(column, value) for value in values]
    widest = max(map(text_width, [column.title, *shown]), default=0)
    return min(max(widest + 2, _NARROWEST), _WIDEST)


def _shown(column: Column, value: object) -> str:
    if isinstance(value, Mark):
        value = value.value
    if value is None:
        return ""
    if column.kind == "datetime":
        return "0000-00-00 00:00"
    return str(value)
