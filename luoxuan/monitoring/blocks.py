"""Alerts as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import periods
from luoxuan.indicators.blocks import ShownIndicator, indicator_url, shown_indicator
from luoxuan.monitoring.models import Alert


@dataclass(frozen=True, slots=True)
class ShownAlert:
    """One alert「预警」 ready to be drawn: what crossed which value where, and since when."""

    status: str
    subject: Subject
    indicator: ShownIndicator
    period: Period
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    warning_value: Decimal
    direction: str
    title: str
    title_en: str
    opened_at: datetime
    closed_at: datetime | None
    url: str


def shown_alerts(found: Iterable[Alert]) -> list[ShownAlert]:
    """Return alerts as pages draw them, in the order given."""
    known = {period.code: period for period in periods()}
    return [
        ShownAlert(
            status="OPEN" if alert.recovered_at is None else "CLOSED",
            subject=alert.subject,
            indicator=shown_indicator(alert.indicator_version),
            period=known.get(alert.period) or Period(code=alert.period, name=alert.period),
            value=alert.value,
            numerator=alert.numerator,
            denominator=None if alert.denominator == 1 else alert.denominator,
            warning_value=alert.warning_value,
            direction=alert.indicator_version.direction,
            title=alert.watch.title,
            title_en=alert.watch.title_en,
            opened_at=alert.opened_at,
            closed_at=alert.recovered_at,
            url=indicator_url(
                alert.indicator_version.indicator.code,
                kind=alert.subject.kind,
                subject=alert.subject.code,
                period=alert.period,
            ),
        )
        for alert in found
    ]
