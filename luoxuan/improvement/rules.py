"""What an improvement may do next, and what a new reading does to it; pure decisions."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from luoxuan.indicators.rules import Direction, ReadingState, is_worse


class ImprovementState(StrEnum):
    """Where an improvement「改进」 stands; 待复测 is AWAITING_REMEASUREMENT."""

    TO_PLAN = "TO_PLAN"
    UNDER_WAY = "UNDER_WAY"
    AWAITING_REMEASUREMENT = "AWAITING_REMEASUREMENT"
    CLOSED = "CLOSED"
    CLOSED_WITHOUT_PROOF = "CLOSED_WITHOUT_PROOF"


class EventKind(StrEnum):
    """What happened to an improvement「改进记录」."""

    OPENED = "OPENED"
    PLANNED = "PLANNED"
    PUT_IN_PLACE = "PUT_IN_PLACE"
    REMEASURED = "REMEASURED"
    RETURNED = "RETURNED"
    VERIFIED = "VERIFIED"
    CLOSED_WITHOUT_PROOF = "CLOSED_WITHOUT_PROOF"
    NOTED = "NOTED"
    CARRIED = "CARRIED"


class RemeasurementEffect(StrEnum):
    """What a later reading does to a measure in place「复测结果」."""

    CLOSE = "CLOSE"
    RETURN = "RETURN"
    NOTHING = "NOTHING"


OPEN_STATES = (
    ImprovementState.TO_PLAN,
    ImprovementState.UNDER_WAY,
    ImprovementState.AWAITING_REMEASUREMENT,
)
"""The states in which something is still to be done or to be measured."""


@dataclass(frozen=True, slots=True)
class CauseCategory:
    """A cause that a person taps「原因类别」, for the subjects of some kinds or of all."""

    code: str
    title: str
    title_en: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class DatedPeriod:
    """A period as comparisons need it: where it stands in the order, and when it begins."""

    code: str
    kind: str
    position: int
    start_on: date | None


@dataclass(frozen=True, slots=True)
class Baseline:
    """The numbers that showed the problem「改进前」, copied from one reading."""

    indicator: str
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    period: str
    run: int
    warning_value: Decimal | None = None
    standard_value: Decimal | None = None


@cache
def cause_categories() -> tuple[CauseCategory, ...]:
    """Return every category of the catalogue in its order."""
    text = files("luoxuan.improvement").joinpath("catalogues/causes.toml").read_text("utf-8")
    return tuple(
        CauseCategory(row["code"], row["title"], row["title_en"], frozenset(row.get("kinds", ())))
        for row in tomllib.loads(text)["cause"]
    )


def causes_for(kind: str) -> list[CauseCategory]:
    """Return the categories that fit subjects of a kind."""
    return [row for row in cause_categories() if not row.kinds or kind in row.kinds]


def remeasurement_effect(
    *, before: Decimal | None, now: Decimal | None, direction: Direction, state: ReadingState
) -> RemeasurementEffect:
    """Return what a reading does that came after the measure was put in place.

    It closes when it is strictly better than the baseline and not in warning. A missing value, a
    missing baseline or an indicator without a better end proves nothing and does nothing.
    """
    if now is None or before is None or direction is Direction.RANGE:
        return RemeasurementEffect.NOTHING
    if state is ReadingState.WARNING or not is_worse(before, now, direction):
        return RemeasurementEffect.RETURN
    return RemeasurementEffect.CLOSE


def period_before(code: str, known: Sequence[DatedPeriod]) -> str:
    """Return the period of the same kind that stands just before, or an empty text."""
    here = next((row for row in known if row.code == code), None)
    if here is None:
        return ""
    earlier = [row for row in known if row.kind == here.kind and row.position < here.position]
    return max(earlier, key=lambda row: row.position).code if earlier else ""


def year_before(code: str, known: Sequence[DatedPeriod]) -> str:
    """Return the period of the same kind that began about a year earlier「去年同期」, or "".

    Terms and weeks move by days from year to year, so a month of difference is allowed; of several
    the nearest counts. A period without dates has no year before.
    """
    here = next((row for row in known if row.code == code), None)
    if here is None or here.start_on is None:
        return ""
    near = [
        (abs((here.start_on - row.start_on).days - 365), row.code)
        for row in known
        if row.kind == here.kind and row.start_on is not None
    ]
    distance, found = min(near)
    return found if distance <= 31 else ""
