"""Texts to exact numbers「数值」: integers and decimals, never through binary floats."""

import re
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.warehouse.intake.clean import fold_width
from luoxuan.data.warehouse.intake.failures import Column, Facts
from luoxuan.data.warehouse.intake.findings import Note
from luoxuan.data.warehouse.intake.spec import FieldSpec
from luoxuan.data.warehouse.stored_types import PRECISION

_PLAIN = "^[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)$"
_NAMED_MISTAKES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("exponent", re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)e[+-]?[0-9]+", re.IGNORECASE)),
    ("not_finite", re.compile(r"[+-]?(?:nan|inf|infinity|∞|非数字)", re.IGNORECASE)),
    ("thousands_separator", re.compile(r"[+-]?[0-9]{1,3}(?:[,，' \u00a0][0-9]{3})+(?:\.[0-9]*)?")),
    ("percent_sign", re.compile(r"[+-]?[0-9.]+\s*[%\uff05\u2030]")),
    ("boolean_in_number", re.compile(r"true|false|yes|no|是|否|[yn]|真|假", re.IGNORECASE)),
    ("excel_error", re.compile(r"#[A-Z0-9/]+[!?]?|#+")),
    ("decimal_comma", re.compile(r"[+-]?[0-9]+,[0-9]+")),
)


def decimal_cells(column: Column, field: FieldSpec) -> tuple[Any, list[Note]]:
    """Return DECIMAL(18, decimals) values; more digits than declared fail unless they are zeros."""
    if (values := _plain_values(column, pa.decimal128(PRECISION, field.decimals))) is not None:
        return _bounded(column, values, field), []
    notes = _prepare(column, field, field.decimals)
    values = column.text.cast(pa.decimal128(PRECISION, field.decimals))
    return _bounded(column, values, field), notes


def integer_cells(column: Column, field: FieldSpec) -> tuple[Any, list[Note]]:
    """Return BIGINT values; "12.0" is twelve, because zeros after the point say nothing."""
    if (values := _plain_values(column, pa.int64())) is not None:
        return _bounded(column, values, field), []
    notes = _prepare(column, field, 0)
    column.text = pc.replace_substring_regex(column.text, pattern=r"^\+|\.0*$", replacement="")
    return _bounded(column, column.text.cast(pa.int64()), field), notes


def _plain_values(column: Column, kind: Any) -> Any:
    """Return the values of a column of nothing but plain numbers, or None if some cell is not."""
    texture = column.texture()
    if texture.longest > PRECISION or not texture.is_digits:
        return None
    try:
        return column.text.cast(kind)
    except pa.ArrowInvalid:
        return None


def _prepare(column: Column, field: FieldSpec, decimals: int) -> list[Note]:
    """Leave only texts that the exact casts take; everything else gets its named failure."""
    notes = fold_width(column, field)
    plain = pc.match_substring_regex(column.text, pattern=_PLAIN)
    column.fail_by(_name_mistake, pc.invert(plain))
    has_fraction = pc.match_substring(column.text, pattern=".")
    if pc.any(has_fraction).as_py():
        zeros = f"(\\.[0-9]{{{decimals}}})0+$"
        column.text = pc.replace_substring_regex(column.text, pattern=zeros, replacement=r"\1")
        too_many = pc.match_substring_regex(column.text, pattern=f"\\.[0-9]{{{decimals + 1},}}$")
        column.fail("too_many_decimals", too_many, _decimals_facts(decimals))
    digits = PRECISION - decimals
    fits = pc.match_substring_regex(column.text, pattern=f"^[+-]?0*[0-9]{{0,{digits}}}(?:\\.|$)")
    column.fail("number_too_large", pc.invert(fits), _digits_facts(digits))
    return notes


def _decimals_facts(decimals: int) -> Callable[[str], Facts]:
    return lambda _text: {"decimals": decimals}


def _digits_facts(digits: int) -> Callable[[str], Facts]:
    return lambda _text: {"digits": digits}


def _name_mistake(text: str) -> str:
    for code, pattern in _NAMED_MISTAKES:
        if pattern.fullmatch(text):
            return code
    return "not_a_number"


def _bounded(column: Column, values: Any, field: FieldSpec) -> Any:
    """Fail values outside the inclusive bounds and return the others.

    A bound is rounded inwards to the field's decimals, so the comparison stays exact.
    """
    if field.minimum is not None:
        bound = _scalar(field.minimum, field, ROUND_CEILING)
        facts = {"minimum": _shown(field.minimum)}
        column.fail("below_minimum", pc.less(values, bound), lambda _text: facts)
    if field.maximum is not None:
        bound = _scalar(field.maximum, field, ROUND_FLOOR)
        above = {"maximum": _shown(field.maximum)}
        column.fail("above_maximum", pc.greater(values, bound), lambda _text: above)
    return pc.if_else(pc.is_valid(column.text), values, pa.scalar(None, values.type))


def _shown(bound: Decimal) -> str:
    """Write a bound without the zeros of the column it was kept in."""
    text = format(bound, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scalar(bound: Decimal, field: FieldSpec, rounding: str) -> Any:
    step = Decimal(1).scaleb(-field.decimals) if _has_decimals(field) else Decimal(1)
    largest = Decimal(10) ** PRECISION * step - step
    rounded = max(min(bound, largest), -largest).quantize(step, rounding=rounding)
    if _has_decimals(field):
        return pa.scalar(rounded, pa.decimal128(PRECISION, field.decimals))
    return pa.scalar(int(rounded), pa.int64())


def _has_decimals(field: FieldSpec) -> bool:
    return field.type == "decimal"
