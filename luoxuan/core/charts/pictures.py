"""What a drawing needs to know about a reading or a line of readings, whoever carries it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from luoxuan.core.charts.words import reading_words

# CSS class of each state; colour never stands alone, the shape and the word come with it.
CLASS_OF_STATUS = {"MET": "ok", "BELOW_STANDARD": "wa", "WARNING": "ba"}


def part_of(thing: object, name: str) -> object:
    """Return an attribute or a key of that name, None when there is neither."""
    if isinstance(thing, Mapping):
        return cast(Mapping[str, object], thing).get(name)
    return getattr(thing, name, None)


def _number(thing: object, name: str) -> Decimal | None:
    value = part_of(thing, name)
    return Decimal(str(value)) if isinstance(value, (Decimal, int, str)) and value != "" else None


def _text(thing: object, name: str) -> str:
    value = part_of(thing, name)
    return "" if value is None else str(value)


def _count(thing: object, name: str) -> int:
    value = part_of(thing, name)
    return value if isinstance(value, int) else 0


@dataclass(frozen=True, slots=True)
class Limits:
    """Target, standard and warning value「目标值、标准值、预警值」, each None when not set."""

    direction: str
    target: Decimal | None
    standard: Decimal | None
    warning: Decimal | None

    def known(self) -> list[Decimal]:
        """Return the limits that are set."""
        return [limit for limit in (self.target, self.standard, self.warning) if limit is not None]

    def zones(self, lowest: Decimal, highest: Decimal) -> list[tuple[str, Decimal, Decimal]]:
        """Return the bands as (class, from, to) inside the axis; none when nothing is judged."""
        is_lower_better = self.direction == "LOWER"
        standard = self.warning if self.standard is None else self.standard
        warning = self.standard if self.warning is None else self.warning
        if self.direction == "RANGE" or standard is None or warning is None:
            return []
        good, bad = (lowest, highest) if is_lower_better else (highest, lowest)
        # Without a warning value everything short of the standard is only short of the standard.
        last = "zone-bad" if self.warning is not None else "zone-middle"
        bands = [("zone-good", good, standard), ("zone-middle", standard, warning)]
        bands.append((last, warning, bad))
        clipped = []
        for name, one_end, other_end in bands:
            ends = (_clip(one_end, lowest, highest), _clip(other_end, lowest, highest))
            clipped.append((name, min(ends), max(ends)))
        return [(name, start, end) for name, start, end in clipped if start != end]


def _clip(value: Decimal, lowest: Decimal, highest: Decimal) -> Decimal:
    return min(max(value, lowest), highest)


@dataclass(frozen=True, slots=True)
class ReadingPicture:
    """One reading with its limits, ready to be drawn."""

    value: Decimal | None
    status: str
    unit: str
    decimals: int
    limits: Limits

    def words(self, value: Decimal | None) -> str:
        """Return a value of this indicator as text."""
        return reading_words(value, unit=self.unit, decimals=self.decimals)


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One place on the time axis; a missing value leaves a gap."""

    label: str
    value: Decimal | None
    status: str


@dataclass(frozen=True, slots=True)
class TrendPicture:
    """A line of readings「趋势」 with one set of limits."""

    title: str
    points: tuple[TrendPoint, ...]
    unit: str
    decimals: int
    limits: Limits

    def words(self, value: Decimal | None) -> str:
        """Return a value of this indicator as text."""
        return reading_words(value, unit=self.unit, decimals=self.decimals)


def limits_of(thing: object, direction: str) -> Limits:
    """Read target_value, standard_value and warning_value."""
    return Limits(
        direction=direction,
        target=_number(thing, "target_value"),
        standard=_number(thing, "standard_value"),
        warning=_number(thing, "warning_value"),
    )


def reading_picture(reading: object) -> ReadingPicture:
    """Read what the bullet needs from a reading and its indicator."""
    indicator = part_of(reading, "indicator")
    return ReadingPicture(
        value=_number(reading, "value"),
        status=_text(reading, "status"),
        unit=_text(indicator, "unit"),
        decimals=_count(indicator, "decimals"),
        limits=limits_of(reading, _text(indicator, "direction")),
    )


def trend_picture(trend: object) -> TrendPicture:
    """Read what the line needs from a trend."""
    points = part_of(trend, "points")
    return TrendPicture(
        title=_text(trend, "title"),
        points=tuple(
            TrendPoint(
                label=_text(point, "label"),
                value=_number(point, "value"),
                status=_text(point, "status"),
            )
            for point in (cast(Iterable[object], points) if isinstance(points, Iterable) else ())
        ),
        unit=_text(trend, "unit"),
        decimals=_count(trend, "decimals"),
        limits=limits_of(trend, _text(trend, "direction")),
    )
