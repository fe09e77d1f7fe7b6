"""Columns of text to typed columns: a function per field type, no loop over good cells."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.formula.types import FieldType
from luoxuan.data.warehouse.intake.clean import clean, normalize_text
from luoxuan.data.warehouse.intake.failures import Column, Failure
from luoxuan.data.warehouse.intake.findings import FileRefused, Note
from luoxuan.data.warehouse.intake.look_alikes import closest
from luoxuan.data.warehouse.intake.moment_cells import date_cells, time_cells
from luoxuan.data.warehouse.intake.number_cells import decimal_cells, integer_cells
from luoxuan.data.warehouse.intake.reference_cells import check_identity, check_reference
from luoxuan.data.warehouse.intake.spec import FieldSpec, Limits
from luoxuan.data.warehouse.patterns import example_of

# As many as a sentence can hold.
_CODES_SHOWN = 12
_BOOLEANS = {
    "是": True,
    "true": True,
    "1": True,
    "y": True,
    "否": False,
    "false": False,
    "0": False,
    "n": False,
}
_NO_FLAWS: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """The typed values of a field, null where missing or failed, and what was found on the way.

    ``text`` is the trimmed text with null for missing and failed cells; keys compare by it.
    """

    field: FieldSpec
    values: Any
    text: Any
    failures: list[Failure]
    notes: list[Note]


def read_column(
    text: Any,
    field: FieldSpec,
    limits: Limits,
    flaws: Mapping[str, Any] = _NO_FLAWS,
    *,
    on: dt.date | None = None,
) -> TypedColumn:
    """Read one column of cell texts as the values of a field.

    ``flaws`` are masks of cells that the file itself shows to be unusable, by code; nobody is born
    after ``on``.
    """
    column, notes = clean(text, field, limits, flaws)
    notes += check_identity(column, field, on)
    _check_pattern(column, field)
    values, more = _READERS[field.type](column, field)
    return TypedColumn(field, values, column.text, column.failures, notes + more)


def _check_pattern(column: Column, field: FieldSpec) -> None:
    if field.pattern is None:
        return
    try:
        fits = pc.match_substring_regex(column.text, pattern=f"^(?:{field.pattern})\\z")
    except pa.ArrowInvalid as error:
        raise FileRefused("bad_pattern", column=field.name, pattern=field.pattern) from error
    facts = {"pattern": example_of(field.pattern)}
    column.fail("pattern", pc.invert(fits), lambda _text: facts)


def _text_cells(column: Column, field: FieldSpec) -> tuple[Any, list[Note]]:
    notes = normalize_text(column, field)
    check_reference(column, field)
    return column.text, notes


def _code_cells(column: Column, field: FieldSpec) -> tuple[Any, list[Note]]:
    """Return the values of a code list; others fail with the value that looks most alike."""
    notes = normalize_text(column, field)
    if field.codes is not None:
        codes = list(field.codes)
        known = pc.is_in(column.text, value_set=pa.array(codes, pa.string()))
        unknown = pc.and_(pc.is_valid(column.text), pc.invert(known))
        listed = "、".join(codes[:_CODES_SHOWN]) + ("…" if len(codes) > _CODES_SHOWN else "")
        column.fail(
            "not_in_code_list",
            unknown,
            lambda text: {"suggestion": closest(text, codes), "codes": listed},
        )
    check_reference(column, field)
    return column.text, notes


def _boolean_cells(column: Column, _field: FieldSpec) -> tuple[Any, list[Note]]:
    encoded = column.text.dictionary_encode()
    values = [_BOOLEANS.get(text.lower()) for text in encoded.dictionary.to_pylist()]
    booleans = pa.array(values, pa.bool_()).take(encoded.indices)
    failed = pc.and_(pc.is_valid(column.text), pc.is_null(booleans))
    column.fail("not_a_boolean", failed)
    return booleans, []


_READERS = {
    FieldType.TEXT: _text_cells,
    FieldType.CODE: _code_cells,
    FieldType.INTEGER: integer_cells,
    FieldType.DECIMAL: decimal_cells,
    FieldType.DATE: date_cells,
    FieldType.TIME: time_cells,
    FieldType.BOOLEAN: _boolean_cells,
}
