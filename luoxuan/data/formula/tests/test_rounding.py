"""The rounding of the engine and of Python is one rule."""

import random
from decimal import Decimal

import pytest

from luoxuan.data.formula import half_even, rounded_sql


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "expected"),
    [
        (1, 2, 0, "0"),
        (3, 2, 0, "2"),
        (5, 2, 0, "2"),
        (-3, 2, 0, "-2"),
        (-1, 2, 0, "0"),
        (3, -2, 0, "-2"),
        (1, 8, 2, "0.12"),
        (3, 8, 2, "0.38"),
        (2, 3, 4, "0.6667"),
        (10**37, 3, 0, "3" * 37),
    ],
)
def test_ties_go_to_the_even_digit(numerator, denominator, decimals, expected):
    assert str(half_even(numerator, denominator, decimals)) == str(
        Decimal(expected).quantize(Decimal(1).scaleb(-decimals)) if decimals else Decimal(expected)
    )


def test_dividing_by_zero_has_no_value():
    with pytest.raises(ZeroDivisionError):
        half_even(1, 0, 2)


def _cases():
    source = random.Random(20260901)  # noqa: S311 - not for secrets
    for _ in range(1500):
        yield source.randint(-(10**12), 10**12), source.randint(-(10**6), 10**6) or 1
    for _ in range(1500):
        base = source.choice([2, 4, 8, 16, 20, 40, 200, 2000, -2, -20])
        yield source.randint(-5000, 5000), base


@pytest.mark.parametrize(
    ("numerator_scale", "denominator_scale", "decimals"),
    [(0, 0, 0), (0, 0, 4), (2, 0, 2), (3, 1, 1), (0, 3, 2), (9, 0, 2)],
)
def test_engine_and_python_agree(database, numerator_scale, denominator_scale, decimals):
    cases = list(_cases())
    database.execute("CREATE OR REPLACE TEMP TABLE pairs (i BIGINT, n HUGEINT, d HUGEINT)")
    values = ", ".join(f"({i}, {n}, {d})" for i, (n, d) in enumerate(cases))
    database.execute(f"INSERT INTO pairs VALUES {values}")
    sql = rounded_sql("n", numerator_scale, "pairs.d", denominator_scale, decimals)
    rows = database.execute(f"SELECT {sql}, typeof({sql}) FROM pairs ORDER BY i").fetchall()
    for (n, d), (units, type_name) in zip(cases, rows, strict=True):
        exact = half_even(n * 10**denominator_scale, d * 10**numerator_scale, decimals)
        assert type_name == "HUGEINT"
        assert Decimal(units).scaleb(-decimals) == exact


@pytest.mark.parametrize(
    ("numerator", "scale", "denominator", "expected"),
    [
        ("CAST(125 AS HUGEINT)", 3, None, 12),
        ("CAST(-135 AS HUGEINT)", 3, None, -14),
        ("CAST(7 AS HUGEINT)", 0, None, 700),
        ("CAST(7 AS HUGEINT)", 0, "CAST(0 AS HUGEINT)", None),
        ("CAST(NULL AS HUGEINT)", 0, "CAST(3 AS HUGEINT)", None),
        ("CAST(3 AS HUGEINT)", 0, "CAST(NULL AS HUGEINT)", None),
        ("CAST(NULL AS HUGEINT)", 3, None, None),
        ("1 + 1", 0, "2 + 2", 50),
    ],
)
def test_missing_parts_and_whole_numbers(database, numerator, scale, denominator, expected):
    sql = rounded_sql(numerator, scale, denominator, 0, 2)
    assert database.execute(f"SELECT {sql}").fetchone()[0] == expected
