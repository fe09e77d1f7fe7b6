"""Every reading of the OULAD example equals the figure worked out by independent SQL."""

import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from .independent_sql import Figure, figures

pytestmark = pytest.mark.django_db

PACKAGE = Path(__file__).parents[2] / "examples" / "oulad"
KEY = ("indicator", "period", "kind", "subject")


@pytest.fixture(scope="module")
def expected(oulad_folder: Path) -> dict[tuple[str, ...], Figure]:
    return {
        (figure.indicator, figure.period, figure.kind, figure.subject): figure
        for figure in figures(oulad_folder)
    }


@pytest.fixture(scope="module")
def computed(oulad_readings: list[dict[str, Any]]) -> dict[tuple[str, ...], dict[str, Any]]:
    found = {tuple(str(reading[name]) for name in KEY): reading for reading in oulad_readings}
    assert len(found) == len(oulad_readings), "two readings share one key"
    return found


@pytest.fixture(scope="module")
def decimals() -> dict[str, int]:
    definitions = tomllib.loads((PACKAGE / "indicators.toml").read_text(encoding="utf-8"))
    return {entry["code"]: entry["decimals"] for entry in definitions["indicator"]}


def half_even(numerator: Decimal, denominator: Decimal, decimals: int) -> Decimal:
    """Divide as whole numbers and round once; `round` of a Fraction takes the even neighbor."""
    scaled = round(Fraction(numerator) / Fraction(denominator) * 10**decimals)
    return Decimal(scaled).scaleb(-decimals)


def test_the_independent_figures_know_every_indicator_and_kind(
    expected: Any, decimals: Any
) -> None:
    kinds = {"TEACHING_CLASS", "COURSE", "UNIT", "INSTITUTION"}
    assert {(key[0], key[2]) for key in expected} == {
        (indicator, kind) for indicator in decimals for kind in kinds
    }


def test_the_independent_figures_agree_with_counts_by_hand(expected: Any) -> None:
    passed = expected["course.pass_share", "2013J", "TEACHING_CLASS", "BBB-2013J"]
    assert (passed.numerator, passed.denominator, passed.rows) == (1072, 2237, 2237)
    mean = expected["course.mean_score", "2013B", "INSTITUTION", "OULAD"]
    assert (mean.numerator, mean.denominator, mean.rows) == (2560590, 33776, 33776)
    assert len(expected) == 1032


def test_every_figure_has_a_reading(expected: Any, computed: Any) -> None:
    assert sorted(expected.keys() - computed.keys()) == []


def test_no_reading_has_a_value_that_the_figures_do_not_know(expected: Any, computed: Any) -> None:
    valued = {key for key, reading in computed.items() if reading["value"] is not None}
    assert sorted(valued - expected.keys()) == []


def test_numerator_denominator_and_rows_are_equal_exactly(expected: Any, computed: Any) -> None:
    different = [
        (key, figure, computed[key])
        for key, figure in expected.items()
        if figure.denominator != 0
        and (computed[key]["numerator"], computed[key]["denominator"], computed[key]["rows"])
        != (figure.numerator, figure.denominator, figure.rows)
    ]
    assert different == []


def test_every_quotient_is_within_a_billionth(expected: Any, computed: Any) -> None:
    different = [
        key
        for key, figure in expected.items()
        if figure.denominator != 0
        and abs(
            Fraction(computed[key]["numerator"]) / Fraction(computed[key]["denominator"])
            - Fraction(figure.numerator) / Fraction(figure.denominator)
        )
        > Fraction(1, 10**9)
    ]
    assert different == []


def test_every_value_is_rounded_once_half_even(expected: Any, computed: Any, decimals: Any) -> None:
    different = [
        (key, computed[key]["value"])
        for key, figure in expected.items()
        if figure.denominator != 0
        and computed[key]["value"]
        != half_even(figure.numerator, figure.denominator, decimals[figure.indicator])
    ]
    assert different == []


def test_a_denominator_of_zero_leaves_the_value_missing_with_a_reason(
    expected: Any, computed: Any
) -> None:
    empty = [key for key, figure in expected.items() if figure.denominator == 0]
    assert ("course.weighted_score", "2013J", "TEACHING_CLASS", "GGG-2013J") in empty
    assert all(computed[key]["value"] is None and computed[key]["reason"] for key in empty)
