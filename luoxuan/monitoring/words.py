"""An alert in one sentence."""

from decimal import Decimal

from django.utils.translation import gettext

from luoxuan.campus.queries import periods
from luoxuan.core.charts.words import amount_words, reading_words
from luoxuan.indicators.blocks import localized
from luoxuan.indicators.models import IndicatorVersion
from luoxuan.indicators.rules import Direction
from luoxuan.monitoring.models import Alert


def sentence_of(alert: Alert, *, period: str = "") -> str:
    """Return what fell where below which value, with its fraction, in the active language."""
    version = alert.indicator_version
    texts = {
        "subject": localized(alert.subject, "name"),
        "period": period or period_words(alert.period),
        "indicator": localized(version, "title"),
        "value": value_words(alert.value, version),
        "fraction": fraction_words(alert.numerator, alert.denominator),
        "warning": value_words(alert.warning_value, version),
    }
    if version.direction == Direction.LOWER:
        return (
            gettext(
                "%(subject)s，%(period)s：%(indicator)s %(value)s%(fraction)s，"
                "高于预警值 %(warning)s。"
            )
            % texts
        )
    return (
        gettext(
            "%(subject)s，%(period)s：%(indicator)s %(value)s%(fraction)s，低于预警值 %(warning)s。"
        )
        % texts
    )


def value_words(value: Decimal | None, version: IndicatorVersion) -> str:
    """Return a value as the indicator writes it."""
    return reading_words(value, unit=version.unit, decimals=version.decimals)


def fraction_words(numerator: Decimal | None, denominator: Decimal | None) -> str:
    """Return numerator and denominator in brackets; empty for a plain sum."""
    if numerator is None or denominator is None or denominator == 1:
        return ""
    return f"（{amount_words(numerator)}/{amount_words(denominator)}）"


def period_words(code: str) -> str:
    """Return the name of a period; one that is not recorded shows its code."""
    found = periods().filter(code=code).first()
    return localized(found, "name") if found else code
