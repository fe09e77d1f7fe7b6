"""Measures run on a small table with missing values, against results worked out by hand."""

import pytest

from luoxuan.data.formula import Aggregate, FormulaRefused, explain, parse_measure


def run(database, formula):
    """Return numerator, denominator and the number of counted rows; all must be HUGEINT."""
    columns = [formula.numerator_sql(), formula.denominator_sql() or "CAST(NULL AS HUGEINT)"]
    types = ", ".join(f"typeof({column})" for column in columns)
    sql = f"SELECT {', '.join(columns)}, {types} FROM rows"
    *values, first_type, second_type = database.execute(sql).fetchone()
    assert (first_type, second_type) == ("HUGEINT", "HUGEINT")
    counted = f"SELECT count(*) FROM rows WHERE {formula.counted_sql()}"
    return (*values, database.execute(counted).fetchone()[0])


@pytest.mark.parametrize(
    ("text", "numerator", "denominator", "counted"),
    [
        ("计数()", 5, None, 5),
        ("count(score >= 60)", 2, None, 2),
        ("计数(条件=【考核成绩】 ≥ 60)", 2, None, 2),
        ("计数(not (score >= 60))", 2, None, 2),
        ("计数(非（score \N{FULLWIDTH GREATER-THAN SIGN}= 60）)", 2, None, 2),
        ("计数(score < 60 or weight > 3)", 3, None, 3),
        ('计数(result = "Pass")', 2, None, 2),
        ('计数(result != "Pass")', 2, None, 2),
        ('计数(result in ["Pass", “Fail”])', 3, None, 3),
        ('计数(result not in ["Pass"、"Fail"])', 1, None, 1),
        ("计数(result = 'O''Hara')", 1, None, 1),
        ("计数(banked)", 2, None, 2),
        ("计数(非 banked)", 2, None, 2),
        ("计数(banked = 否)", 2, None, 2),
        ("计数(缺失(banked))", 1, None, 1),
        ("计数(非 缺失(banked) 且 score > 0)", 3, None, 3),
        ("计数(weight = 2.5)", 1, None, 1),
        ("计数(40 <= score < 80)", 2, None, 2),
        ("计数(rate > 80%)", 4, None, 4),
        ("计数(【就业率(%)】 >= 80)", 2, None, 2),
        ("计数(【就业率（%）】 >= 80)", 2, None, 2),
        ('计数(taken_on >= "2025-05-31")', 2, None, 2),
        ("计数(taken_on = 日期(2025,5,31))", 1, None, 1),
        ('计数(sent_at > "2025-05-31")', 2, None, 2),
        ('计数(sent_at = 日期(2025,5,31))', 1, None, 1),
        ('计数(date(sent_at) = "2025-05-31")', 2, None, 2),
        ("计数(sent_at > taken_on)", 4, None, 4),
        ("计数(年(taken_on) = 2025 and 月(sent_at) = 5)", 2, None, 2),
        ("去重计数(student)", 3, None, 4),
        ("distinct(student, where=score > 50)", 2, None, 2),
        ("求和(score)", 181, None, 4),
        ("SUM(fee)", 800, None, 4),
        ("求和(fee, 条件=fee > 1000)", None, None, 0),
        ("求和(score * weight)", 2400, None, 3),
        ("求和(-fee)", -800, None, 4),
        ("求和(若(banked, score, 0))", 141, None, 5),
        ("求和(缺省(score, 100))", 281, None, 5),
        ("求和(缺省(score, 0.5))", 1815, None, 5),
        ("平均(score)", 181, 4, 4),
        ("平均(score, 条件=score > 1000)", None, 0, 0),
        ("加权平均(score, 权=weight)", 2400, 40, 3),
        ("weighted_mean(score, weight, where=score > 0)", 2400, 35, 2),
        ("占比(score >= 60)", 2, 5, 5),
        ("占比(score >= 60, 条件=非 缺失(score))", 2, 4, 4),
        ("share(score >= 60, of=student)", 2, 3, 4),
        ("share(result = 'Pass', 按=学号, 条件=weight > 1)", 2, 2, 2),
        ("最大(score)", 80, None, 4),
        ("最小(fee)", -375, None, 4),
        ("max(fee, where=fee > 1000)", None, None, 0),
        ("count(weight = 0.5)", 1, None, 1),
        ("sum(【od\"d】)", 15, None, 5),
    ],
)  # fmt: skip
def test_measures_agree_with_the_hand(database, fields, text, numerator, denominator, counted):
    formula = parse_measure(text, fields)
    # the scaled integers are compared as they are: 800 is 8.00 with scale 2
    assert run(database, formula) == (numerator, denominator, counted)


def test_scales_follow_the_decimals_of_the_arguments(fields):
    weighted = parse_measure("加权平均(fee, 权=weight)", fields)
    assert (weighted.numerator_scale, weighted.denominator_scale) == (3, 1)
    mean = parse_measure("mean(fee)", fields)
    assert (mean.aggregate, mean.numerator_scale, mean.denominator_scale) == (Aggregate.MEAN, 2, 0)
    assert parse_measure("计数(fee > 1)", fields).numerator_scale == 0


def test_fields_are_named_once_and_in_order(fields):
    formula = parse_measure("share(fee > 1, of=student, where=score > fee)", fields)
    assert formula.fields == ("fee", "student", "score")


def test_sums_of_large_integers_do_not_overflow(database, fields):
    top = 2**62
    database.execute("CREATE OR REPLACE TEMP TABLE large (score BIGINT, fee DECIMAL(18,2))")
    database.execute(f"INSERT INTO large SELECT {top}, 9999999999999999.99 FROM range(4)")
    for text, expected in [
        ("求和(score)", top * 4),
        ("求和(score + score)", top * 8),
        ("求和(fee)", 999999999999999999 * 4),
        ("最大(fee)", 999999999999999999),
        ("最大(score * 2)", top * 2),
    ]:
        sql = f"SELECT {parse_measure(text, fields).numerator_sql()} FROM large"
        assert database.execute(sql).fetchone()[0] == expected


def test_a_measure_of_all_rows_counts_under_true(fields):
    assert parse_measure("计数()", fields).counted_sql() == "TRUE"
    assert parse_measure("占比(banked)", fields).counted_sql() == "TRUE"


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        (
            "占比(score >= 60)",
            "分子：考核成绩 ≥ 60 的行数；分母：全部行数",
            "Numerator: number of rows where Score ≥ 60; denominator: number of all rows",
        ),
        (
            "求和(score*2)",
            "（考核成绩 \N{MULTIPLICATION SIGN} 2） 的合计",
            "sum of (Score \N{MULTIPLICATION SIGN} 2)",
        ),
        (
            "去重计数(student, 条件=banked)",
            "在 沿用 的行中，不同的 学号 的个数",
            "among rows where Banked, number of different Student",
        ),
    ],
)
def test_a_measure_is_said_in_words(fields, text, chinese, english):
    formula = parse_measure(text, fields)
    assert explain(formula) == chinese
    assert explain(formula, "en") == english


@pytest.mark.parametrize("text", ["score", "score > 3", "1", "若(banked, 1, 2)"])
def test_a_measure_without_an_aggregate_is_refused(fields, text):
    with pytest.raises(FormulaRefused) as caught:
        parse_measure(text, fields)
    assert caught.value.code == "aggregate_expected"
