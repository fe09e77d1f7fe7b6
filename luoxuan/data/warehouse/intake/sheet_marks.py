"""What single cells of a sheet mean beside their text「单元格标记」: formulas, errors, formats."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from luoxuan.data.warehouse.intake.findings import Note
from luoxuan.data.warehouse.intake.number_formats import date_text, plain_number
from luoxuan.data.warehouse.intake.raw import LONE_SURROGATE
from luoxuan.data.warehouse.intake.sheet_scan import Formula, SheetFacts
from luoxuan.data.warehouse.intake.text_formulas import is_dangerous
from luoxuan.data.warehouse.intake.workbook_parts import WorkbookParts

_CONSTANT = re.compile(r"[-+*/^%.,() 0-9]+")
# The reader has put every other character in place; what is left of _x005F_x000D_ is a text.
_ESCAPED = re.compile(r"_x([Dd][89A-Fa-f][0-9A-Fa-f]{2})_")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LEADING_ZEROS = "leading_zeros:"
_PERCENT = "percent_format"


@dataclass(slots=True)
class Marks:
    """Texts to put in place, flaws and formats, by column and row「标记」."""

    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    flaws: dict[int, dict[str, list[int]]] = field(default_factory=dict)
    formats: dict[int, dict[str, dict[int, str]]] = field(default_factory=dict)
    values: list[int] = field(default_factory=list)
    arrays: list[int] = field(default_factory=list)

    def put(self, column: int, row: int, text: str) -> None:
        """Show a text in a cell."""
        self.texts.setdefault(column, {})[row] = text

    def flaw(self, column: int, row: int, code: str, text: str) -> None:
        """Say that a cell cannot be used, and what to show of it."""
        self.flaws.setdefault(column, {}).setdefault(code, []).append(row)
        self.put(column, row, text)

    def format(self, column: int, row: int, kind: str, text: str) -> None:
        """Say how a spreadsheet shows a cell."""
        self.formats.setdefault(column, {}).setdefault(kind, {})[row] = text

    def notes(self, first_row: int) -> list[Note]:
        """Return what is worth a note among the rows of data."""
        values = sum(row >= first_row for row in self.values)
        arrays = sum(row >= first_row for row in self.arrays)
        notes = [Note("formula_values", values)] if values else []
        return [*notes, Note("array_formulas", arrays)] if arrays else notes


def read_marks(facts: SheetFacts, parts: WorkbookParts) -> Marks:
    """Return what the raw XML says about single cells."""
    marks = Marks()
    _mark_styled(marks, facts, parts)
    for row, column, text in facts.iso_dates:
        marks.put(column, row, text.replace("T", " "))
    for row, column, text in facts.long_numbers:
        if row not in marks.texts.get(column, {}):
            marks.flaw(column, row, "number_precision_lost", text)
    for row, column, text in facts.errors:
        marks.flaw(column, row, "excel_error", text or "#")
    failed = {(row, column) for row, column, _ in facts.errors}
    for formula in facts.formulas:
        if (formula.row, formula.column) not in failed:
            _mark_formula(marks, formula)
    return marks


def _mark_styled(marks: Marks, facts: SheetFacts, parts: WorkbookParts) -> None:
    """Mark the cells whose number format matters; nearly all of them are good dates."""
    shown: dict[tuple[int, bytes], tuple[str, str]] = {}
    dates: dict[int, dict[int, str]] = {}
    for row, column, style, value in facts.styled:
        known = shown.get((style, value))
        if known is None:
            kind = parts.kinds[style]
            known = kind, _shown(kind, value.decode(), is_1904=parts.is_1904)
            shown[style, value] = known
        kind, text = known
        if kind == "date" and text:
            dates.setdefault(column, {})[row] = text
        else:
            _mark_format(marks, row, column, kind, value, text)
    for column, texts in dates.items():
        marks.texts.setdefault(column, {}).update(texts)
        marks.formats.setdefault(column, {}).setdefault("date", {}).update(texts)


def unescape(text: str) -> str:
    """Return a text with the halves of UTF-16 that _xHHHH_ stands for, pairs as one."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    paired = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return _SURROGATE.sub(LONE_SURROGATE, paired)


def _shown(kind: str, value: str, *, is_1904: bool) -> str:
    if kind == "date":
        return date_text(value, is_1904=is_1904)
    if kind == "percent":
        try:
            return f"{plain_number(str(Decimal(value) * 100))}%"
        except InvalidOperation:
            return ""
    plain = plain_number(value)
    digits = int(kind.removeprefix(_LEADING_ZEROS))
    return plain.zfill(digits) if plain.isdigit() and len(plain) < digits else ""


def _mark_format(marks: Marks, row: int, column: int, kind: str, value: bytes, shown: str) -> None:
    if kind == "date":
        marks.format(column, row, "date", shown)
        marks.flaw(column, row, "impossible_date", value.decode())
    elif shown:
        marks.format(column, row, kind.split(":")[0] if kind != "percent" else _PERCENT, shown)


def _mark_formula(marks: Marks, formula: Formula) -> None:
    text = f"={formula.text}"
    code = _formula_flaw(formula)
    if code:
        marks.flaw(formula.column, formula.row, code, text)
    elif formula.value:
        (marks.arrays if formula.is_array else marks.values).append(formula.row)


def _formula_flaw(formula: Formula) -> str:
    if is_dangerous(formula.text):
        return "dangerous_formula"
    if formula.value is None:
        return "formula_without_value"
    return "formula_constant" if _CONSTANT.fullmatch(formula.text) else ""
