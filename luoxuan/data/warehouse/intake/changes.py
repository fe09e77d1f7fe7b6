"""Cells that were brought to normal form「规范化」: how they stood, how they are kept, and why."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.formula.types import FieldType
from luoxuan.data.warehouse.intake.clean import WIDE
from luoxuan.data.warehouse.intake.headers import Matching
from luoxuan.data.warehouse.intake.raw import RawTable
from luoxuan.data.warehouse.intake.spec import FieldSpec
from luoxuan.data.warehouse.intake.typed import TypedColumn

SCHEMA = pa.schema(
    [
        ("row_number", pa.int64()),
        ("field", pa.string()),
        ("cell", pa.string()),
        ("before", pa.string()),
        ("after", pa.string()),
        ("rules", pa.string()),
    ]
)
_TEXTS = (FieldType.TEXT, FieldType.CODE)
_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)
_EXCEL_TEXT = re.compile('="([^"]*)"')
_FOLDED = {ord(wide): plain for wide, plain in WIDE.items()}
_ISO = {
    FieldType.DATE: re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
    FieldType.TIME: re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?", re.ASCII),
}


def changed_cells(
    raw: RawTable,
    before: Sequence[Any],
    matching: Matching,
    columns: Sequence[TypedColumn],
    row_numbers: Any,
) -> Any:
    """Return the cells of accepted rows whose text was changed, by column, as a table.

    ``before`` are the columns of the file as they stand in it; an empty ``after`` is a missing
    value. ``rules`` are codes, by commas, in the order in which they were applied.
    """
    kept = pc.is_in(raw.row_numbers, value_set=row_numbers)
    found = []
    for column in columns:
        position = matching.positions[column.field.name]
        if position is not None:
            found.append(_of_column(raw, before[position], position, column, kept))
    return pa.concat_tables(found) if found else SCHEMA.empty_table()


def _of_column(
    raw: RawTable, before: Any, position: int, column: TypedColumn, kept: Any
) -> pa.Table:
    after = pc.fill_null(_texts(column.values, column.field), "")
    is_other = pc.not_equal(_comparable(before, column.field), after)
    mask = pc.and_(is_other, kept)
    rows, texts = raw.row_numbers.filter(mask), before.filter(mask)
    cells = [raw.address(position, row) for row in rows.to_pylist()]
    names = pa.repeat(pa.scalar(column.field.name, pa.string()), len(rows))
    arrays = [rows, names, pa.array(cells, pa.string()), texts, after.filter(mask)]
    return pa.Table.from_arrays([*arrays, _rules(texts, column.field)], schema=SCHEMA)


def _texts(values: Any, field: FieldSpec) -> Any:
    """Return the values as they are written when nothing about them is special."""
    if field.type in _TEXTS:
        return values
    if field.type is FieldType.BOOLEAN:
        return pc.if_else(values, "是", "否")
    return _short(values.cast(pa.string()))


def _comparable(before: Any, field: FieldSpec) -> Any:
    """Zeros behind the point change nothing about a number, nor about a second."""
    return _short(before) if field.type in (*_NUMBERS, FieldType.TIME) else before


def _short(texts: Any) -> Any:
    cut = pc.replace_substring_regex(texts, pattern=r"(\.[0-9]*?)0+$", replacement=r"\1")
    return pc.replace_substring_regex(cut, pattern=r"\.$", replacement="")


def _rules(texts: Any, field: FieldSpec) -> Any:
    """Return the rules of each text; equal texts are looked at once."""
    encoded = texts.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    named = [",".join(rules_of(text, field)) for text in encoded.dictionary.to_pylist()]
    return pa.array(named, pa.string()).take(encoded.indices)


def rules_of(text: str, field: FieldSpec) -> list[str]:
    """Return the codes of what was done to a text on its way to a value of a field."""
    found = []
    if (trimmed := text.strip()) != text:
        found.append("trimmed_blanks")
    if unwrapped := _EXCEL_TEXT.fullmatch(trimmed):
        trimmed = unwrapped[1]
        found.append("excel_text_formula")
    if trimmed in field.missing:
        return [*found, "missing_value"]
    if field.type in _TEXTS:
        return found + _text_rules(trimmed)
    if (folded := trimmed.translate(_FOLDED)) != trimmed:
        found.append("folded_width")
    return found + _form_rules(folded, field, is_first=not found)


def _text_rules(text: str) -> list[str]:
    return ["normalized_text"] if unicodedata.normalize("NFC", text) != text else []


def _form_rules(text: str, field: FieldSpec, *, is_first: bool) -> list[str]:
    """Return what is left to say: another spelling of a date, a truth or a number."""
    if (iso := _ISO.get(field.type)) is not None:
        is_plain = iso.fullmatch(text) is not None
        return [] if is_plain else ["time_dropped" if _has_clock(text, field) else "date_form"]
    if field.type is FieldType.BOOLEAN:
        return [] if text in {"是", "否"} else ["boolean_form"]
    return ["number_form"] if is_first else []


def _has_clock(text: str, field: FieldSpec) -> bool:
    return field.type is FieldType.DATE and ":" in text
