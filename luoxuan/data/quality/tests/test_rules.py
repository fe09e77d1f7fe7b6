from decimal import Decimal

import pytest

from luoxuan.data.quality.rules import (
    QualityDimension,
    Severity,
    Tally,
    drifts,
    fences,
    score_of,
)

COMPLETE, VALID = QualityDimension.COMPLETENESS, QualityDimension.VALIDITY


@pytest.mark.parametrize(
    ("tallies", "value", "parts"),
    [
        ([], None, {}),
        # Nothing looked at is not 100 %, and a dimension without rules is absent.
        ([Tally(VALID, 0, 0)], None, {}),
        ([Tally(VALID, 200, 10)], "95.0", {VALID: "95.0"}),
        # Rules of one dimension are summed up by rows, dimensions count alike.
        ([Tally(VALID, 100, 10), Tally(VALID, 300, 0)], "97.5", {VALID: "97.5"}),
        (
            [Tally(VALID, 100, 10), Tally(COMPLETE, 1000, 0)],
            "95.0",
            {VALID: "90.0", COMPLETE: "100.0"},
        ),
        ([Tally(VALID, 100, 50, Severity.NOTE), Tally(COMPLETE, 4, 1)], "75.0", {COMPLETE: "75.0"}),
        # One bad row in a million does not show as full.
        ([Tally(VALID, 1_000_000, 1)], "99.9", {VALID: "99.9"}),
        ([Tally(VALID, 3, 3)], "0.0", {VALID: "0.0"}),
    ],
)
def test_the_score_is_the_mean_of_the_dimensions_that_were_judged(tallies, value, parts):
    score = score_of(tallies)
    assert score.value == (None if value is None else Decimal(value))
    assert score.parts == {part: Decimal(text) for part, text in parts.items()}


@pytest.mark.parametrize(
    ("before", "after", "most", "is_share", "drifted"),
    [
        ("100", "80", "20", False, False),
        ("100", "79", "20", False, True),
        ("100", "121", "20", False, True),
        ("0", "50", "20", False, False),
        (None, "50", "20", False, False),
        ("5", "16", "10", True, True),
        ("5", "15", "10", True, False),
    ],
)
def test_drift_is_a_change_beyond_the_set_share(before, after, most, is_share, drifted):
    numbers = [None if text is None else Decimal(text) for text in (before, after)]
    assert drifts(*numbers, most_change=Decimal(most), is_share=is_share) is drifted


def test_the_fences_lie_three_interquartile_ranges_outside():
    assert fences(Decimal(60), Decimal(80)) == (Decimal(0), Decimal(140))
