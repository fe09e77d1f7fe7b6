"""Indicators keep numerator and denominator exact."""

from decimal import Decimal

import pytest

from luoxuan.data.formula import (
    FormulaRefused,
    Rational,
    explain,
    half_even,
    parse_indicator,
    parse_measure,
    rounded_sql,
)
from luoxuan.data.formula.tests.conftest import FIELDS

MEASURES = {
    "course.passed": parse_measure("计数(score >= 60)", FIELDS),
    "course.count": parse_measure("计数()", FIELDS),
    "course.mean": parse_measure("平均(fee)", FIELDS),
    "course.other_mean": parse_measure("平均(weight)", FIELDS),
    "course.fee": parse_measure("求和(fee)", FIELDS),
    "course.weight": parse_measure("求和(weight)", FIELDS),
}
TITLES = {
    "course.passed": "通过人次",
    "course.count": "全部人次",
    "course.fee": "重",
    "course.weight": "重",
}
COLUMNS = {
    "course.passed": ("t.pn", None),
    "course.count": ("t.cn", None),
    "course.mean": ("t.mn", "t.md"),
    "course.other_mean": ("t.on_", "t.od"),
    "course.fee": ("t.fn", None),
    "course.weight": ("t.wn", None),
}
# passed 3 of 7; mean 10.25 / 4; other mean 8.5 / 5; fee 8.00; weight 4.0; nothing counted: z
VALUES = {"pn": 3, "cn": 7, "mn": 1025, "md": 4, "on_": 85, "od": 5, "fn": 800, "wn": 40}


def value_of(database, text, decimals=6, **changed):
    formula = parse_indicator(text, MEASURES, TITLES)
    rational = formula.rational(COLUMNS)
    sql = rounded_sql(
        rational.numerator_sql,
        rational.numerator_scale,
        rational.denominator_sql,
        rational.denominator_scale,
        decimals,
    )
    columns = ", ".join(
        f"CAST({'NULL' if value is None else value} AS HUGEINT) AS {name}"
        for name, value in {**VALUES, **changed}.items()
    )
    units, type_name = database.execute(
        f"SELECT {sql}, typeof({sql}) FROM (SELECT {columns}) AS t"
    ).fetchone()
    assert type_name == "HUGEINT"
    return None if units is None else Decimal(units).scaleb(-decimals)


def test_a_quotient_of_two_counts_is_just_these():
    formula = parse_indicator("course.passed ÷ 【course.count】", MEASURES)
    assert formula.measures == ("course.passed", "course.count")
    assert formula.rational(COLUMNS) == Rational("t.pn", 0, "t.cn", 0)


def test_a_mean_keeps_its_own_pair():
    assert parse_indicator("course.mean", MEASURES).rational(COLUMNS) == Rational(
        "t.mn", 2, "t.md", 0
    )


@pytest.mark.parametrize(
    ("text", "numerator", "denominator"),
    [
        ("course.passed / course.count", 3, 7),
        ("通过人次 \N{FULLWIDTH SOLIDUS} 全部人次", 3, 7),
        ("【通过人次】 \N{MULTIPLICATION SIGN} 100 ÷ 全部人次", 300, 7),
        ("100% - course.passed / course.count", 4, 7),
        ("course.passed / course.count - 60%", 3 * 10 - 7 * 6, 70),
        ("-course.passed", -3, 1),
        ("(course.passed + course.count) / 2", 5, 1),
        ("course.passed ÷ 0.5", 6, 1),
        ("course.mean", 1025, 400),
        ("course.mean + course.other_mean", 1025 * 5 + 850 * 4, 2000),
        ("course.mean - course.mean", 0, 1),
        ("course.mean * course.other_mean", 1025 * 85, 20 * 1000),
        ("course.mean / course.other_mean", 1025 * 50, 850 * 40),
        ("course.count / course.mean", 7 * 400, 1025),
        ("course.fee / course.weight", 2, 1),
        ("course.fee + course.weight", 12, 1),
    ],
)
def test_indicators_agree_with_the_hand(database, text, numerator, denominator):
    assert value_of(database, text) == half_even(numerator, denominator, 6)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("course.passed / course.count", {"cn": 0}),
        ("course.passed / course.count", {"cn": None}),
        ("course.passed / course.count", {"pn": None}),
        ("course.mean", {"mn": None, "md": 0}),
        ("course.passed / course.mean", {"md": 0}),
        ("course.passed / course.mean", {"mn": 0}),
        ("course.passed + course.mean", {"md": 0}),
    ],
)
def test_a_missing_or_zero_divisor_leaves_no_value(database, text, changed):
    assert value_of(database, text, **changed) is None


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("course.passed / 0", "division_by_zero", 17),
        ("course.passed ÷ 0.0%", "division_by_zero", 17),
        ("course.passed / -0", "division_by_zero", 17),
        ("1 + 2", "measure_expected", 1),
        ("course.passed / course.nothing", "unknown_measure", 17),
        ("重 + 1", "ambiguous_name", 1),
        ("course.passed > 1", "not_in_indicator", 1),
        ("count()", "not_in_indicator", 1),
        ("course.passed * '1'", "not_in_indicator", 17),
        ("not course.passed", "not_in_indicator", 1),
        ("course.mean" + " * course.mean" * 4, "scale_too_large", 1),
        ("course.passed + 0.0000000001", "scale_too_large", 17),
    ],
)  # fmt: skip
def test_other_formulas_are_refused(text, code, position):
    with pytest.raises(FormulaRefused) as caught:
        parse_indicator(text, MEASURES, TITLES)
    assert (caught.value.code, caught.value.position) == (code, position)


@pytest.mark.parametrize(
    ("text", "numerator", "denominator"),
    [
        ("course.count" + " + course.count" * 60, 7 * 61, 1),
        ("course.count" + " - course.count" * 60, 7 - 7 * 60, 1),
        ("course.mean" + " + course.mean" * 60, 1025 * 61, 400),
        ("course.passed" + " * 1" * 90, 3, 1),
        ("course.passed" + " / 1" * 90, 3, 1),
        ("(" * 9 + "course.passed" + ")" * 9, 3, 1),
    ],
)
def test_a_long_formula_is_computed_and_not_too_deep(database, text, numerator, denominator):
    assert value_of(database, text) == half_even(numerator, denominator, 6)


def test_an_indicator_is_said_in_words():
    formula = parse_indicator("course.passed / course.count", MEASURES, TITLES)
    assert explain(formula) == (
        "通过人次 ÷ 全部人次。其中 通过人次 = 考核成绩 ≥ 60 的行数；全部人次 = 全部行数"
    )
