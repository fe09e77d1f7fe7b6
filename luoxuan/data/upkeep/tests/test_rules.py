"""Decisions about files, by cases."""

from datetime import UTC, datetime, timedelta

import pytest

from luoxuan.data.upkeep.rules import (
    PACK_BYTES,
    SMALL_BYTES,
    Candidate,
    is_needed,
    is_upkeep_due,
    packings,
)

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def alone(n, size=1000):
    return [Candidate(key, size, None) for key in range(1, n + 1)]


def test_seven_files_are_few_and_eight_are_many():
    assert packings(alone(7)) == []
    assert packings(alone(8)) == [[1, 2, 3, 4, 5, 6, 7, 8]]


def test_large_files_stay_and_large_groups_are_parted():
    assert packings(alone(20, SMALL_BYTES)) == []
    groups = packings(alone(20, SMALL_BYTES - 1))
    assert [len(group) for group in groups] == [8, 8, 4]
    assert all(len(group) * (SMALL_BYTES - 1) <= PACK_BYTES for group in groups)


def test_a_pack_that_is_half_full_takes_no_part():
    half = Candidate(99, 1000, 1, PACK_BYTES // 2)
    assert packings([half, *alone(8)]) == [[1, 2, 3, 4, 5, 6, 7, 8]]
    young = Candidate(99, 1000, 1, 5000)
    assert packings([young, *alone(7)]) == [[99, 1, 2, 3, 4, 5, 6, 7]]


@pytest.mark.parametrize(
    ("number", "is_pinned", "age", "days", "expected"),
    [
        (1, False, 4000, 0, True),
        (1, False, 400, 365, False),
        (1, False, 364, 365, True),
        (1, True, 400, 365, True),
        (4, False, 400, 365, True),
        (5, False, 400, 365, True),
        (3, False, 400, 365, False),
    ],
)
def test_a_version_is_needed(number, is_pinned, age, days, expected):
    made = AT - timedelta(days=age)
    needed = is_needed(number, current=5, is_pinned=is_pinned, made_at=made, at=AT, days=days)
    assert needed is expected


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (AT.replace(hour=1), True),
        (AT.replace(hour=2), False),
        (AT.replace(hour=3), False),
        (AT - timedelta(days=1), True),
    ],
)
def test_the_pass_of_the_night_is_due_once(last, expected):
    assert is_upkeep_due(last, at=AT) is expected


def test_before_two_the_night_before_counts():
    at = AT.replace(hour=1)
    assert not is_upkeep_due(AT - timedelta(days=1, hours=9), at=at)
    assert is_upkeep_due(AT - timedelta(days=1, hours=11), at=at)
