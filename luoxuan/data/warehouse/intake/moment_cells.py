"""Texts to dates「日期」 and times「时间」: spellings with one meaning only.

Dates repeat, so only distinct texts are looked at; 1900 to 2100 has 73,000 days.
"""

import datetime as dt
import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.warehouse.intake.clean import count_true, fold_width
from luoxuan.data.warehouse.intake.failures import Column
from luoxuan.data.warehouse.intake.findings import Note
from luoxuan.data.warehouse.intake.spec import FieldSpec

FIRST_YEAR, LAST_YEAR = 1900, 2100
_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
    r"|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))",
    re.ASCII,
)
_MIDNIGHT = "[T ]0{1,2}:00(?::00(?:\\.0+)?)?(?:\\+08:?00|Z)?$"
# The last second of a day is how some systems write "until the end of this day".
_DAY_END = "[T ]23:59:59(?:\\.[0-9]+)?(?:\\+08:?00)?$"
_NAMED_DATE_MISTAKES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ambiguous_date", re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})", re.ASCII)),
    ("incomplete_date", re.compile(r"\d{4}(?:[-/.年]\d{1,2}月?|年)|\d{1,2}[-/.月]\d{1,2}日?")),
    ("school_term", re.compile(r"\d{4}-\d{4}(?:-\d)?", re.ASCII)),
    ("date_serial", re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)),
    ("time_in_date", re.compile(r"\d{4}\D{1,2}\d{1,2}\D\d{1,2}日?[T ]?\d{1,2}:\d.*", re.ASCII)),
    ("excel_error", re.compile(r"#[A-Z0-9/]+[!?]?|#+")),
)
_CLOCK = "^(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?$"
_ZONE = "[0-9](?: ?(?:Z|z|UTC|GMT)| ?[+-][0-9]{2}:?(?:[0-9]{2})?)$"
_TIME = "^(?P<date>[^T :]+)(?:T| +)(?P<clock>[0-9:.]+)$"


def read_date(text: str) -> dt.date | str:
    """Return the date that a text means, or the code of the reason why it means none."""
    found = _DATE.fullmatch(text)
    if found is None:
        for code, pattern in _NAMED_DATE_MISTAKES:
            if pattern.fullmatch(text):
                return code
        return "not_a_date"
    year, month, day = (int(part) for part in found.groups() if part is not None)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return "year_out_of_range"
    try:
        return dt.date(year, month, day)
    except ValueError:
        return "impossible_date"


def date_cells(column: Column, field: FieldSpec) -> tuple[Any, list[Note]]:
    """Return DATE values; midnight and the last second behind it are dropped with a note."""
    notes = fold_width(column, field)
    if column.texture().holds(":"):
        n_midnight, n_day_end = _drop(column, _MIDNIGHT), _drop(column, _DAY_END)
        if n_midnight:
            notes.append(Note("midnight_dropped", n_midnight, {"column": field.name}))
        if n_day_end:
            notes.append(Note("day_end_dropped", n_day_end, {"column": field.name}))
    return _dates(column), notes


def _drop(column: Column, pattern: str) -> int:
    """Cut what a pattern finds off the texts and return how many cells had it."""
    found = pc.match_substring_regex(column.text, pattern=pattern)
    column.text = pc.replace_substring_regex(column.text, pattern=pattern, replacement="")
    return count_true(found)


def _dates(column: Column) -> Any:
    """Read a column of dates by its distinct texts; what is none fails with its code."""
    encoded = column.text.dictionary_encode()
    codes: dict[str, str] = {}
    days: list[dt.date | None] = []
    for text in encoded.dictionary.to_pylist():
        day = read_date(text)
        if isinstance(day, str):
            codes[text] = day
        days.append(None if isinstance(day, str) else day)
    values = pa.array(days, pa.date32()).take(encoded.indices)
    failed = pc.and_(pc.is_valid(column.text), pc.is_null(values))
    column.fail_by(codes.__getitem__, failed)
    return values


def time_cells(column: Column, field: FieldSpec) -> tuple[Any, list[Note]]:
    """Return TIMESTAMP values in microseconds, without zone: local time of the institution."""
    notes = fold_width(column, field)
    zoned = pc.match_substring_regex(column.text, pattern=f":.*{_ZONE}")
    column.fail("time_zone", zoned)
    parts = pc.extract_regex(column.text, pattern=_TIME)
    has_both = pc.and_(pc.is_valid(column.text), pc.is_valid(parts))
    clock = pc.struct_field(parts, "clock")
    good_clock = pc.and_(has_both, pc.match_substring_regex(clock, pattern=_CLOCK))
    failed = pc.and_(pc.is_valid(column.text), pc.invert(pc.fill_null(good_clock, False)))
    column.fail_by(_name_time_mistake, failed)
    return _moments(column, pc.struct_field(parts, "date"), clock), notes


def _moments(column: Column, dates: Any, clock: Any) -> Any:
    """Join dates and clock times of the cells that are still good."""
    too_precise = pc.match_substring_regex(clock, pattern="\\.[0-9]{6}[0-9]*[1-9]")
    column.fail("too_precise", too_precise)
    halves = Column(pc.if_else(pc.is_valid(column.text), dates, pa.scalar(None, pa.string())))
    days = _dates(halves)
    column.failures.extend(halves.failures)
    good = pc.is_valid(days)
    column.text = pc.if_else(good, column.text, pa.scalar(None, pa.string()))
    clock = pc.replace_substring_regex(clock, pattern="(\\.[0-9]{6})[0-9]+$", replacement=r"\1")
    joined = pc.binary_join_element_wise(days.cast(pa.string()), clock, " ")
    joined = pc.if_else(good, joined, pa.scalar(None, pa.string()))
    return joined.cast(pa.timestamp("us"))


def _name_time_mistake(text: str) -> str:
    day = read_date(text)
    if not isinstance(day, str):
        return "time_missing"
    return day if day in {"ambiguous_date", "excel_error", "date_serial"} else "not_a_time"
