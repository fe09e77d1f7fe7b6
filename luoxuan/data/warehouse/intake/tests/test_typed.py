"""Cells to values, type by type: what is taken, what is repaired with a note, what is refused."""
# ruff: noqa: RUF001 - full-width characters are what is tested here

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoxuan.data.formula.types import FieldType
from luoxuan.data.warehouse.intake.findings import FileRefused
from luoxuan.data.warehouse.intake.spec import FieldSpec, Limits
from luoxuan.data.warehouse.intake.typed import read_column
from luoxuan.data.warehouse.stored_types import stored_type


def column(texts, kind, **options):
    field = FieldSpec("f", (), FieldType(kind), **options)
    return read_column(pa.array(texts, pa.string()), field, Limits(cell=100))


def moment(*parts):
    return dt.datetime(*parts)  # noqa: DTZ001 - stored times have no zone


def outcome(text, kind, **options):
    """Return the value of one cell, or the code of its failure."""
    read = column([text], kind, **options)
    assert read.values.type == stored_type(read.field.type, read.field.decimals)
    if read.failures:
        (failure,) = read.failures
        assert failure.indices.to_pylist() == [0]
        assert read.values[0].as_py() is None
        return failure.code
    return read.values[0].as_py()


def noted(text, kind, **options):
    return {note.code: note.count for note in column([text], kind, **options).notes}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("85", Decimal("85.00")),
        ("85.5", Decimal("85.50")),
        ("85.5000", Decimal("85.50")),
        ("85.", Decimal("85.00")),
        (".5", Decimal("0.50")),
        ("+3", Decimal("3.00")),
        ("-0.0", Decimal("0.00")),
        ("007.10", Decimal("7.10")),
        ("８５．５", Decimal("85.50")),
        (" 85 ", Decimal("85.00")),
        ("9999999999999999.99", Decimal("9999999999999999.99")),
        ("00000000000000000000001.00", Decimal("1.00")),
        ("", None),
        ("85.555", "too_many_decimals"),
        ("0.1000000000000000055", "too_many_decimals"),
        ("10000000000000000", "number_too_large"),
        ("1e3", "exponent"),
        ("1E+400", "exponent"),
        ("1e309", "exponent"),
        ("NaN", "not_finite"),
        ("-inf", "not_finite"),
        ("1,234.5", "thousands_separator"),
        ("1 234", "thousands_separator"),
        ("85,5", "decimal_comma"),
        ("85%", "percent_sign"),
        ("８５％", "percent_sign"),
        ("true", "boolean_in_number"),
        ("是", "boolean_in_number"),
        ("#DIV/0!", "excel_error"),
        ("#N/A", "excel_error"),
        ("#####", "excel_error"),
        ("85分", "not_a_number"),
        ("八十五", "not_a_number"),
        ("①", "not_a_number"),
        ("٣", "not_a_number"),
        ("1_000", "not_a_number"),
        ("=1+1", "not_a_number"),
        ("--1", "not_a_number"),
        (".", "not_a_number"),
        ("0x10", "not_a_number"),
        ("8\u200b5", "invisible_character"),
    ],
)
def test_decimals_are_exact_or_refused_by_name(text, expected):
    assert outcome(text, "decimal", decimals=2) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12),
        ("+12", 12),
        ("-7", -7),
        ("007", 7),
        ("12.00", 12),
        ("12.", 12),
        ("１２", 12),
        ("999999999999999999", 999999999999999999),
        ("12.5", "too_many_decimals"),
        ("1e3", "exponent"),
        ("9999999999999999999", "number_too_large"),
        ("1,234", "thousands_separator"),
        ("12人", "not_a_number"),
    ],
)
def test_integers_are_exact_or_refused_by_name(text, expected):
    assert outcome(text, "integer") == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("integer", "0", 0),
        ("integer", "100", 100),
        ("integer", "-1", "below_minimum"),
        ("integer", "101", "above_maximum"),
        ("decimal", "100.0", Decimal("100.0")),
        ("decimal", "100.1", "above_maximum"),
        ("decimal", "-0.1", "below_minimum"),
    ],
)
def test_bounds_are_inclusive(kind, text, expected):
    bounds = {"minimum": Decimal(0), "maximum": Decimal(100)}
    assert outcome(text, kind, decimals=1 if kind == "decimal" else 0, **bounds) == expected


def test_a_bound_finer_than_the_field_is_kept_exactly():
    assert outcome("0", "integer", minimum=Decimal("0.5")) == "below_minimum"
    assert outcome("1", "integer", minimum=Decimal("0.5")) == 1
    assert outcome("1.5", "decimal", decimals=1, maximum=Decimal("1.45")) == "above_maximum"
    assert outcome("1", "integer", maximum=Decimal("1e40")) == 1


DAY = dt.date(2021, 9, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-09-01", DAY),
        ("2021-9-1", DAY),
        ("2021/9/1", DAY),
        ("2021.9.1", DAY),
        ("2021年9月1日", DAY),
        ("2021年09月01日", DAY),
        ("20210901", DAY),
        ("２０２１－０９－０１", DAY),
        ("2021-09-01 00:00:00", DAY),
        ("2020-02-29", dt.date(2020, 2, 29)),
        ("2021-02-29", "impossible_date"),
        ("2021-13-01", "impossible_date"),
        ("20211301", "impossible_date"),
        ("1/2/2021", "ambiguous_date"),
        ("01-02-21", "ambiguous_date"),
        ("2021-9", "incomplete_date"),
        ("2021年9月", "incomplete_date"),
        ("9月1日", "incomplete_date"),
        ("1-2", "incomplete_date"),
        ("2021-2022", "school_term"),
        ("2021-2022-1", "school_term"),
        ("44440", "date_serial"),
        ("60", "not_a_date"),
        ("0021-09-01", "year_out_of_range"),
        ("2121-09-01", "year_out_of_range"),
        ("2021-09-01 08:30", "time_in_date"),
        ("2021-09/01", "not_a_date"),
        ("二〇二一年九月一日", "not_a_date"),
        ("Sep 1, 2021", "not_a_date"),
        ("#VALUE!", "excel_error"),
    ],
)
def test_dates_have_one_meaning_or_are_refused(text, expected):
    assert outcome(text, "date") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-09-01T08:30", moment(2021, 9, 1, 8, 30)),
        ("2021-09-01 08:30:15", moment(2021, 9, 1, 8, 30, 15)),
        ("2021/9/1 08:30:15.5", moment(2021, 9, 1, 8, 30, 15, 500_000)),
        ("2021-09-01 23:59:59.123456000", moment(2021, 9, 1, 23, 59, 59, 123456)),
        ("2021-09-01 23:59:59.1234567", "too_precise"),
        ("2021-09-01T08:30:00Z", "time_zone"),
        ("2021-09-01T08:30:00+08:00", "time_zone"),
        ("2021-09-01 08:30 +0800", "time_zone"),
        ("2021-09-01", "time_missing"),
        ("2021-09-01 24:00", "not_a_time"),
        ("2021-09-01 08:60", "not_a_time"),
        ("2021-02-30 08:30", "impossible_date"),
        ("08:30", "not_a_time"),
        ("1/2/2021 08:30", "ambiguous_date"),
        ("1/2/2021", "ambiguous_date"),
        ("noon", "not_a_time"),
    ],
)
def test_times_are_local_and_exact_or_refused(text, expected):
    assert outcome(text, "time") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("是", True),
        ("否", False),
        ("TRUE", True),
        ("False", False),
        ("1", True),
        ("0", False),
        ("Y", True),
        ("n", False),
        ("", None),
        ("2", "not_a_boolean"),
        ("对", "not_a_boolean"),
    ],
)
def test_booleans(text, expected):
    assert outcome(text, "boolean") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" \u3000张三\u3000 ", "张三"),
        ("买买提·艾力", "买买提·艾力"),
        ("买买提•艾力", "买买提•艾力"),
        ("𠮷野㛃", "𠮷野㛃"),
        ("Null", "Null"),
        ("NaN", "NaN"),
        ("None", "None"),
        ("0202100001", "0202100001"),
        ('="007"', "007"),
        ("😀好", "😀好"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("e\u0301", "é"),
        ("two\nlines\tx", "two\nlines\tx"),
        ("a\u200bb", "invisible_character"),
        ("a\ufeff", "invisible_character"),
        ("\u202eabc", "invisible_character"),
        ("\x1b[31m", "invisible_character"),
        ("a\x1f", "invisible_character"),
        ("a\uffff", "invisible_character"),
        ("张\ufffd", "replacement_character"),
        ("a" + "\u0301" * 30, "too_many_combining_marks"),
        ("x" * 100, "x" * 100),
        ("中" * 100, "中" * 100),
        ("x" * 101, "cell_too_long"),
    ],
)
def test_text_keeps_what_it_says(text, expected):
    assert outcome(text, "text") == expected


def test_repairs_are_counted():
    assert noted(" a ", "text") == {"trimmed_blanks": 1}
    assert noted('="007"', "text") == {"excel_text_formula": 1}
    assert noted("８", "integer") == {"folded_width": 1}
    assert noted("e\u0301", "text") == {"normalized_text": 1}
    assert noted("2021-09-01 00:00", "date") == {"midnight_dropped": 1}
    assert noted("?", "integer", missing=("?",)) == {"missing_values": 1}


def test_an_invisible_character_is_named_with_its_place():
    (failure,) = column(["ab\u200b"], "text").failures
    assert failure.facts("ab\u200b") == {"character": "U+200B", "position": 3}


def test_a_value_outside_the_code_list_comes_with_the_closest_one():
    codes = ("已就业", "未就业", "升学")
    (failure,) = column(["已就业", "己就业", ""], "code", codes=codes).failures
    assert (failure.code, failure.indices.to_pylist()) == ("not_in_code_list", [1])
    assert failure.facts("己就业")["suggestion"] == "已就业"
    assert failure.facts("xyz")["suggestion"] == ""
    assert "已就业" in str(failure.facts("xyz")["codes"]).split("、")


def test_a_required_value_must_not_be_missing():
    assert outcome("", "text", required=True) == "required"
    assert outcome("?", "integer", required=True, missing=("?",)) == "required"
    assert outcome("\u3000", "text", required=True) == "required"


def test_a_pattern_must_fit_the_whole_text():
    assert outcome("0202100001", "text", pattern="[0-9]{8,12}") == "0202100001"
    assert outcome("x02021000", "text", pattern="[0-9]{8,12}|x") == "pattern"
    assert outcome("12345678\n9", "text", pattern="[0-9]{8,12}") == "pattern"
    assert outcome("a" * 90 + "!", "text", pattern="(a+)+b") == "pattern"
    with pytest.raises(FileRefused) as caught:
        outcome("a", "text", pattern="(?=a)")
    assert caught.value.code == "bad_pattern"


def test_failures_of_a_column_hold_the_right_cells():
    read = column(["1", "x", "", "1e3", "z", "2"], "integer")
    assert read.values.to_pylist() == [1, None, None, None, None, 2]
    found = {failure.code: failure.indices.to_pylist() for failure in read.failures}
    assert found == {"not_a_number": [1, 4], "exponent": [3]}


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(list(FieldType)),
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.text(st.sampled_from("0123456789.-+/年月日 :TeE%,#是否\u3000０９"), max_size=20),
            st.floats().map(str),
            st.datetimes().map(str),
            st.decimals().map(str),
        ),
        max_size=6,
    ),
)
def test_any_cell_is_a_value_missing_or_a_failure(kind, texts):
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    read = column(texts, kind.value, decimals=3 if kind is FieldType.DECIMAL else 0)
    failed = [index for failure in read.failures for index in failure.indices.to_pylist()]
    assert len(failed) == len(set(failed))
    n_missing = sum(note.count for note in read.notes if note.code == "missing_values")
    assert read.values.null_count == len(failed) + n_missing


@settings(max_examples=200, deadline=None)
@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3))
def test_a_decimal_written_plainly_comes_back_exactly(number):
    assert outcome(format(number, "f"), "decimal", decimals=3) == number


@settings(max_examples=200, deadline=None)
@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), st.sampled_from("-/."))
def test_every_day_comes_back_in_every_spelling(day, mark):
    assert outcome(f"{day.year}{mark}{day.month}{mark}{day.day}", "date") == day
    assert outcome(f"{day:%Y%m%d}", "date") == day
