"""Where the axis of a drawing begins and ends, and which round numbers stand on it."""

from collections.abc import Iterable
from decimal import Decimal


def axis_of(
    values: Iterable[Decimal], *, unit: str, is_whole_share: bool
) -> tuple[Decimal, Decimal]:
    """Return lowest and highest value of the axis.

    A share keeps the whole 0-1 when ``is_whole_share``; otherwise the axis hugs the values with
    some room, stays inside 0-1 for shares and begins below zero only for a negative value.
    """
    known = list(values)
    if unit == "share" and (is_whole_share or not known):
        known += [Decimal(0), Decimal(1)]
        return min(known), max(known)
    if not known:
        return Decimal(0), Decimal(1)
    lowest, highest = min(known), max(known)
    room = (highest - lowest) * Decimal("0.15") or abs(highest) * Decimal("0.1") or Decimal(1)
    start = lowest - room if lowest < 0 else max(Decimal(0), lowest - room)
    end = highest + room
    if unit == "share" and highest <= 1:
        end = min(end, Decimal(1))
    return start, end


def ticks_of(lowest: Decimal, highest: Decimal, *, at_most: int = 5) -> list[Decimal]:
    """Return round numbers (1, 2, 2.5 or 5 times a power of ten) inside the axis."""
    rough = (highest - lowest) / at_most
    step = Decimal(1).scaleb(rough.adjusted())
    for factor in ("1", "2", "2.5", "5", "10"):
        if step * Decimal(factor) >= rough:
            step *= Decimal(factor)
            break
    first = -(-lowest // step) if lowest > 0 else lowest // step
    ticks = [step * (first + number) for number in range(at_most + 3)]
    return [tick for tick in ticks if lowest <= tick <= highest]
