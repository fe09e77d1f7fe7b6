"""What a later reading does, and which periods are compared, as tables."""

from datetime import date
from decimal import Decimal

import pytest

from luoxuan.improvement.rules import (
    DatedPeriod,
    RemeasurementEffect,
    cause_categories,
    causes_for,
    period_before,
    remeasurement_effect,
    year_before,
)
from luoxuan.indicators.rules import Direction, ReadingState

CLOSE, RETURN, NOTHING = RemeasurementEffect
HIGHER, LOWER, RANGE = Direction
MET, BELOW, WARNING = (ReadingState.MET, ReadingState.BELOW_STANDARD, ReadingState.WARNING)
KNOWN = [
    DatedPeriod("2025-1-期中", "FREE", 1, date(2025, 9, 1)),
    DatedPeriod("2025-1-期末", "FREE", 2, date(2025, 11, 17)),
    DatedPeriod("2026-1-期中", "FREE", 3, date(2026, 8, 31)),
    DatedPeriod("2026-1-期末", "FREE", 4, date(2026, 11, 16)),
    DatedPeriod("2026-1", "TERM", 2, date(2026, 8, 31)),
    DatedPeriod("2013J", "FREE", 9, None),
]


@pytest.mark.parametrize(
    ("before", "now", "direction", "state", "effect"),
    [
        ("0.610", "0.780", HIGHER, BELOW, CLOSE),
        ("0.610", "0.800", HIGHER, MET, CLOSE),
        ("0.610", "0.620", HIGHER, WARNING, RETURN),
        ("0.750", "0.750", HIGHER, BELOW, RETURN),
        ("0.750", "0.740", HIGHER, BELOW, RETURN),
        ("0.10", "0.05", LOWER, MET, CLOSE),
        ("0.10", "0.11", LOWER, MET, RETURN),
        ("0.610", "0.780", HIGHER, ReadingState.NOT_JUDGED, CLOSE),
        ("0.610", None, HIGHER, ReadingState.NO_DATA, NOTHING),
        (None, "0.780", HIGHER, MET, NOTHING),
        ("0.610", "0.780", RANGE, ReadingState.NOT_JUDGED, NOTHING),
    ],
)
def test_a_later_reading_closes_only_when_it_is_better_and_not_in_warning(
    before, now, direction, state, effect
):
    decided = remeasurement_effect(
        before=Decimal(before) if before else None,
        now=Decimal(now) if now else None,
        direction=direction,
        state=state,
    )
    assert decided is effect


@pytest.mark.parametrize(
    ("code", "before", "a_year_ago"),
    [
        ("2026-1-期中", "2025-1-期末", "2025-1-期中"),
        ("2026-1-期末", "2026-1-期中", "2025-1-期末"),
        ("2025-1-期中", "", ""),
        ("2026-1", "", ""),
        ("2013J", "2026-1-期末", ""),
        ("unknown", "", ""),
    ],
)
def test_a_period_is_compared_with_the_one_before_and_a_year_ago(code, before, a_year_ago):
    assert period_before(code, KNOWN) == before
    assert year_before(code, KNOWN) == a_year_ago


def test_every_kind_of_subject_has_causes_to_tap_and_codes_stand_once():
    codes = [row.code for row in cause_categories()]
    assert len(codes) == len(set(codes))
    assert {row.code for row in causes_for("UNIT")} < {row.code for row in causes_for("COURSE")}
    assert len(causes_for("UNIT")) >= 4
    assert all(row.title and row.title_en for row in cause_categories())
