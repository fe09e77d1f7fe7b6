"""Every reading of the two schools equals the figure worked out by hand-written SQL."""

import tomllib
from decimal import Decimal
from fractions import Fraction

import pytest

from luoxuan.monitoring.models import Alert

from .conftest import Onboarded
from .schools import EXAMPLES, figures

# Figures come from the column engine, which is the same under both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ROWS = {"student-mat.csv": 395, "student-por.csv": 649, "xAPI-Edu-Data.csv": 480}
KEY = ("indicator", "period", "kind", "subject")


def test_every_row_of_the_files_as_downloaded_is_accepted(onboarded: Onboarded) -> None:
    for name in onboarded.school.files.values():
        report = onboarded.imports[name]
        assert (report.rows_accepted, report.rows_rejected) == (ROWS[name], 0)
        assert report.questions == ()


def test_every_reading_equals_the_figure_by_hand(onboarded: Onboarded) -> None:
    expected = figures(onboarded.school, onboarded.folder)
    package = EXAMPLES / onboarded.school.package
    definitions = tomllib.loads((package / "indicators.toml").read_text(encoding="utf-8"))
    decimals = {entry["code"]: entry["decimals"] for entry in definitions["indicator"]}
    assert {key[0] for key in expected} == set(decimals)
    found = {
        tuple(str(one[name]) for name in KEY): one
        for one in onboarded.readings
        if one["value"] is not None
    }
    assert set(found) == {key for key, (_, lower, _) in expected.items() if lower}
    for key, (upper, lower, n_rows) in expected.items():
        if not lower:
            continue
        reading = found[key]
        numbers = Decimal(reading["numerator"]), Decimal(reading["denominator"]), reading["rows"]
        assert numbers == (upper, lower, n_rows), key
        scaled = round(Fraction(upper) / Fraction(lower) * 10 ** decimals[key[0]])
        assert Decimal(reading["value"]) == Decimal(scaled).scaleb(-decimals[key[0]]), key


def test_the_figures_agree_with_counts_by_hand(onboarded: Onboarded) -> None:
    expected = figures(onboarded.school, onboarded.folder)
    by_hand = {
        "student-performance": (
            ("mathematics.pass_share", "2005-2006", "INSTITUTION", "ALENTEJO"), (265, 395, 395),
        ),
        "xapi-edu": (("learning.low_share", "F", "INSTITUTION", "KALBOARD"), (77, 245, 245)),
    }  # fmt: skip
    key, numbers = by_hand[onboarded.school.package]
    numerator, denominator, n_rows = expected[key]
    assert (int(numerator), int(denominator), n_rows) == numbers


def test_a_threshold_of_the_package_raises_an_alert(onboarded: Onboarded) -> None:
    assert Alert.objects.filter(watch__code__startswith=onboarded.school.package.replace("-", "_"))
