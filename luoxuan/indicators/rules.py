"""How a value is judged; pure decisions on plain numbers."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Direction(StrEnum):
    """Which values are better「指标方向」; RANGE has no better end and is not judged."""

    HIGHER = "HIGHER"
    LOWER = "LOWER"
    RANGE = "RANGE"


class ReadingState(StrEnum):
    """How a value stands to its thresholds「指标状态」."""

    MET = "MET"
    BELOW_STANDARD = "BELOW_STANDARD"
    WARNING = "WARNING"
    NO_DATA = "NO_DATA"
    NOT_JUDGED = "NOT_JUDGED"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reading is compared with「目标值、标准值、预警值」; each may be missing."""

    target: Decimal | None = None
    standard: Decimal | None = None
    warning: Decimal | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is there to compare with."""
        return self.target is None and self.standard is None and self.warning is None


def state_of(value: Decimal | None, direction: Direction, limits: Limits) -> ReadingState:
    """Return how a rounded value stands; what is shown is what is judged.

    At the warning value it is not yet a warning, at the standard value it meets the standard. A
    missing value is NO_DATA, never a warning. Without standard and warning value nothing is judged.
    """
    if value is None:
        return ReadingState.NO_DATA
    if direction is Direction.RANGE or (limits.standard is None and limits.warning is None):
        return ReadingState.NOT_JUDGED
    if limits.warning is not None and is_worse(value, limits.warning, direction):
        return ReadingState.WARNING
    if limits.standard is not None and is_worse(value, limits.standard, direction):
        return ReadingState.BELOW_STANDARD
    return ReadingState.MET


def is_worse(value: Decimal, than: Decimal, direction: Direction) -> bool:
    """Return whether a value is strictly worse than another in this direction."""
    return value > than if direction is Direction.LOWER else value < than


def is_on_target(value: Decimal | None, direction: Direction, limits: Limits) -> bool:
    """Return whether a value reaches the target「达目标」."""
    if value is None or limits.target is None or direction is Direction.RANGE:
        return False
    return not is_worse(value, limits.target, direction)


def is_ordered(direction: Direction, limits: Limits) -> bool:
    """Return whether target, standard and warning value stand in the order of the direction."""
    given = [
        value for value in (limits.target, limits.standard, limits.warning) if value is not None
    ]
    if direction is Direction.RANGE:
        return True
    return given == sorted(given, reverse=direction is Direction.HIGHER)
