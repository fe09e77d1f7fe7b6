"""Numbers as people read them; a missing one is a dash, never a zero."""

from decimal import ROUND_HALF_EVEN, Decimal

MISSING = "—"


def reading_words(value: Decimal | int | None, *, unit: str, decimals: int) -> str:
    """Return the reading as text: a share as percent, everything else with grouped thousands.

    ``decimals`` are those of the stored value: 0.4750 with 4 decimals is "47.50 %".
    """
    if value is None:
        return MISSING
    if unit == "share":
        return f"{rounded(Decimal(value) * 100, max(decimals - 2, 0)):,} %"
    return f"{rounded(Decimal(value), decimals):,}"


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Return the value with exactly that many decimals, half to even."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)


def amount_words(value: Decimal | int | None) -> str:
    """Return a count or sum with thousands and without idle zeros: 1204.500 is "1,204.5"."""
    if value is None:
        return MISSING
    number = Decimal(value)
    if number == number.to_integral_value():
        return f"{int(number):,}"
    return f"{number.normalize():,f}"
