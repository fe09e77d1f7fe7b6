"""Cells of files as hypothesis makes them「单元格生成」: every type, its edges, the nasty ones."""

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from luoxuan.data.formula.types import FieldType
from luoxuan.data.warehouse.intake import FieldSpec, TableSpec

NASTY = (
    "007", "00000000000000000001", "12345678901234567890", "1e5", "1-2", "3/4", "2026-02-30", "-",
    "=1+1", "+86 138", "-5", "@home", "'=1+1", "''=x", "'quoted'", '="007"', '="  x "', 
    'say "hi"', '"', '""', "a,b;c|d\te", "line\nbreak", "line\r\nbreak", "lone\rreturn", "null",
    "NULL", "NaN", "#N/A", "TRUE", "是", "合计", "总计：3", "备注：无", "制表人：甲", "😀👩‍🏫", 
    "\uff11\uff12", "\uff21\uff22", "全角　空格", "e\u0301", "ñ",
    "𠮷野家", "_x000D_", "_x0041_b", "&amp;<b>", "万元", "95%",
    "1,234", "3万元", " outer ", "a\u00a0b", "\u0085x", "sep=;", "0", "0.10", "-0", "0E-7", "2.50",
    "学号", "2025-2026-1", "C:\\new", "x" * 300,
)  # fmt: skip
# Controls, half characters and whatever nobody writes are refused; one such cell costs its row.
_WRITTEN = st.text(st.characters(exclude_categories=["C"]), max_size=12)
TEXTS = st.one_of(st.sampled_from(NASTY), _WRITTEN, st.text("'=+-@\t\r\n\",; a1学", max_size=8))
_FIRST_DAY, _LAST_DAY = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
_EDGES = [_FIRST_DAY, dt.date(1900, 2, 28), dt.date(1900, 3, 1), dt.date(2000, 2, 29), _LAST_DAY]
_DAYS = st.one_of(st.sampled_from(_EDGES), st.dates(_FIRST_DAY, _LAST_DAY))
_DIGITS, _LARGEST = 18, 2**63 - 1


def cells(field: FieldSpec, *, is_key: bool) -> st.SearchStrategy[str]:
    """Return texts for a field, most of which it takes; the others say what it refuses."""
    good = _READERS[field.type](field)
    if field.pattern and field.type in (FieldType.TEXT, FieldType.CODE):
        good = st.from_regex(f"(?:{field.pattern})", fullmatch=True, alphabet=_ALPHABET)
    if field.checksum == "id_number":
        good = st.builds(_identity, st.dates(_FIRST_DAY, dt.date(2020, 1, 1)), st.integers(0, 999))
    if field.required or is_key:
        return good
    return st.one_of(good, good, good, st.sampled_from(["", "", *field.missing]))


def rows(
    spec: TableSpec, *, least: int = 1, most: int = 8
) -> st.SearchStrategy[list[tuple[str, ...]]]:
    """Return rows of texts for the fields of a table, in their order."""
    found = [cells(field, is_key=field.name in spec.key) for field in spec.fields]
    return st.lists(st.tuples(*found), min_size=least, max_size=most)


_ALPHABET = st.characters(min_codepoint=0x20, max_codepoint=0x9FFF, exclude_categories=["C"])


def _texts(_field: FieldSpec) -> st.SearchStrategy[str]:
    return TEXTS


def _codes(field: FieldSpec) -> st.SearchStrategy[str]:
    return st.sampled_from(field.codes) if field.codes else TEXTS


def _integers(field: FieldSpec) -> st.SearchStrategy[str]:
    low = max(-_LARGEST, int(field.minimum)) if field.minimum is not None else -_LARGEST
    high = min(_LARGEST, int(field.maximum)) if field.maximum is not None else _LARGEST
    most = 10**_DIGITS - 1
    low, high = max(low, -most), min(high, most)
    edges = [n for n in (low, high, 0, 10**14, 10**15, 10**15 - 1, 10**16) if low <= n <= high]
    return st.one_of(st.sampled_from(edges), st.integers(low, high)).map(str)


def _decimals(field: FieldSpec) -> st.SearchStrategy[str]:
    most = Decimal(10) ** (_DIGITS - field.decimals) - Decimal(1).scaleb(-field.decimals)
    low = -most if field.minimum is None else max(field.minimum, -most)
    high = most if field.maximum is None else min(field.maximum, most)
    return st.decimals(low, high, places=field.decimals, allow_nan=False).map(
        lambda value: format(value, "f")
    )


def _dates(_field: FieldSpec) -> st.SearchStrategy[str]:
    return st.builds(
        lambda day, shape: shape.format(day),
        _DAYS,
        st.sampled_from(["{:%Y-%m-%d}", "{0:%Y}/{0.month}/{0.day}", "{:%Y%m%d}"]),
    )


def _times(_field: FieldSpec) -> st.SearchStrategy[str]:
    moments = st.builds(dt.datetime.combine, _DAYS, st.times())
    return st.one_of(
        moments.map(str), moments.map(lambda at: str(at.replace(microsecond=0))),
        _DAYS.map(lambda day: f"{day} 00:00:00"), _DAYS.map(lambda day: f"{day} 23:59:59"),
    )  # fmt: skip


def _booleans(_field: FieldSpec) -> st.SearchStrategy[str]:
    return st.sampled_from(["是", "否", "true", "FALSE", "1", "0", "Y", "n"])


_READERS: dict[FieldType, Any] = {
    FieldType.TEXT: _texts,
    FieldType.CODE: _codes,
    FieldType.INTEGER: _integers,
    FieldType.DECIMAL: _decimals,
    FieldType.DATE: _dates,
    FieldType.TIME: _times,
    FieldType.BOOLEAN: _booleans,
}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _identity(born: dt.date, serial: int) -> str:
    first = f"110101{born:%Y%m%d}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
    return first + "10X98765432"[total % 11]
