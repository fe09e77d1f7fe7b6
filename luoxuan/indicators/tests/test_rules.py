"""How a value is judged, as tables."""

from decimal import Decimal

import pytest

from luoxuan.indicators.rules import (
    Direction,
    Limits,
    ReadingState,
    is_on_target,
    is_ordered,
    state_of,
)

HIGHER = Limits(Decimal("0.9"), Decimal("0.8"), Decimal("0.6"))
LOWER = Limits(Decimal("0.1"), Decimal("0.2"), Decimal("0.4"))


@pytest.mark.parametrize(
    ("value", "state", "on_target"),
    [
        ("1", "MET", True),
        ("0.9", "MET", True),
        ("0.8999", "MET", False),
        ("0.8", "MET", False),
        ("0.7999", "BELOW_STANDARD", False),
        ("0.6", "BELOW_STANDARD", False),
        ("0.5999", "WARNING", False),
        ("0", "WARNING", False),
        ("-1", "WARNING", False),
    ],
)
def test_where_higher_is_better(value, state, on_target):
    assert state_of(Decimal(value), Direction.HIGHER, HIGHER) == state
    assert is_on_target(Decimal(value), Direction.HIGHER, HIGHER) is on_target


@pytest.mark.parametrize(
    ("value", "state", "on_target"),
    [
        ("0", "MET", True),
        ("0.1", "MET", True),
        ("0.1001", "MET", False),
        ("0.2", "MET", False),
        ("0.2001", "BELOW_STANDARD", False),
        ("0.4", "BELOW_STANDARD", False),
        ("0.4001", "WARNING", False),
        ("1", "WARNING", False),
    ],
)
def test_where_lower_is_better(value, state, on_target):
    assert state_of(Decimal(value), Direction.LOWER, LOWER) == state
    assert is_on_target(Decimal(value), Direction.LOWER, LOWER) is on_target


@pytest.mark.parametrize("direction", Direction)
def test_a_missing_value_is_no_data_and_never_a_warning(direction):
    assert state_of(None, direction, HIGHER) is ReadingState.NO_DATA
    assert not is_on_target(None, direction, HIGHER)


@pytest.mark.parametrize(
    ("direction", "limits"),
    [
        (Direction.RANGE, HIGHER),
        (Direction.HIGHER, Limits()),
        (Direction.LOWER, Limits(target=Decimal(1))),
    ],
)
def test_without_a_better_end_or_a_limit_nothing_is_judged(direction, limits):
    assert state_of(Decimal("0.5"), direction, limits) is ReadingState.NOT_JUDGED


@pytest.mark.parametrize(
    ("limits", "value", "state"),
    [
        (Limits(standard=Decimal("0.8")), "0.1", "BELOW_STANDARD"),
        (Limits(standard=Decimal("0.8")), "0.8", "MET"),
        (Limits(warning=Decimal("0.6")), "0.1", "WARNING"),
        (Limits(warning=Decimal("0.6")), "0.7", "MET"),
    ],
)
def test_a_limit_that_is_missing_is_not_compared(limits, value, state):
    assert state_of(Decimal(value), Direction.HIGHER, limits) == state


@pytest.mark.parametrize(
    ("direction", "values", "expected"),
    [
        (Direction.HIGHER, (0.9, 0.8, 0.6), True),
        (Direction.HIGHER, (0.8, 0.8, 0.8), True),
        (Direction.HIGHER, (0.6, 0.8, 0.9), False),
        (Direction.HIGHER, (0.9, None, 0.95), False),
        (Direction.HIGHER, (None, 0.8, None), True),
        (Direction.LOWER, (0.1, 0.2, 0.4), True),
        (Direction.LOWER, (0.4, 0.2, 0.1), False),
        (Direction.LOWER, (None, 0.2, 0.1), False),
        (Direction.RANGE, (0.1, 0.9, 0.5), True),
    ],
)
def test_limits_stand_in_the_order_of_the_direction(direction, values, expected):
    limits = Limits(*(None if value is None else Decimal(str(value)) for value in values))
    assert is_ordered(direction, limits) is expected


def test_no_limits_are_empty():
    assert Limits().is_empty
    assert not HIGHER.is_empty
