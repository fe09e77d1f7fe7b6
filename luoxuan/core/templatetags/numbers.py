"""Numbers as text in templates."""

from decimal import Decimal

from django import template

from luoxuan.core.charts.pictures import part_of
from luoxuan.core.charts.words import amount_words, reading_words

register = template.Library()


@register.filter
def reading(value: Decimal | int | None, indicator: object) -> str:
    """Write a value of the indicator: a share as percent, with the declared decimals."""
    decimals = part_of(indicator, "decimals")
    return reading_words(
        value,
        unit=str(part_of(indicator, "unit") or ""),
        decimals=decimals if isinstance(decimals, int) else 0,
    )


@register.filter
def amount(value: Decimal | int | None) -> str:
    """Write a count or a sum; a missing one is a dash."""
    return amount_words(value)


@register.filter
def fraction(reading: object) -> str:
    """Write numerator/denominator of a reading; empty for a plain sum, which has denominator 1."""
    numerator, denominator = part_of(reading, "numerator"), part_of(reading, "denominator")
    if not isinstance(numerator, (Decimal, int)) or not isinstance(denominator, (Decimal, int)):
        return ""
    if denominator == 1:
        return ""
    return f"{amount_words(numerator)}/{amount_words(denominator)}"
