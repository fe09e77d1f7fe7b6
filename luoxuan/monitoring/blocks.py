"""Alerts as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils import timezone

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import all_periods
from luoxuan.campus.scope import Scope
from luoxuan.core.models import User
from luoxuan.improvement.blocks import ShownImprovement, shown_improvements
from luoxuan.improvement.queries import dated_periods, readings_beside
from luoxuan.indicators.blocks import (
    ShownIndicator,
    doubt_url,
    indicator_url,
    localized,
    shown_indicator,
)
from luoxuan.indicators.queries import Reading, limits_for
from luoxuan.monitoring.models import Alert
from luoxuan.monitoring.queries import NamesBehind, names_behind, readings_of, recipients
from luoxuan.monitoring.rules import AlertState
from luoxuan.monitoring.words import (
    fraction_words,
    sentence_of,
    value_words,
)


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
    is_answered: bool
    answer_url: str
    answer_due_on: date | None
    days_left: int | None
    recipients: tuple[User, ...]

    @property
    def is_late(self) -> bool:
        """Return whether the day to answer has passed."""
        return self.days_left is not None and self.days_left < 0

    @property
    def days_late(self) -> int:
        """Return how many days the answer is late."""
        return max(0, -(self.days_left or 0))


@dataclass(frozen=True, slots=True)
class ShownPart:
    """The fraction of one part, a teaching class of the course, and its names."""

    subject: Subject
    fraction: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class NamedPart:
    """The names of one part, under its name."""

    title: str
    names: list[tuple[str, tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class AlertStory:
    """An alert in words「预警详情」: sentence, comparisons, fractions, names, answer."""

    alert: ShownAlert
    sentence: str
    standard: str
    last: str
    last_period: str
    year_before: str
    reading_url: str
    doubt_url: str
    parts: list[ShownPart]
    n_names: int
    n_hidden: int
    named_parts: list[NamedPart]
    improvement: ShownImprovement | None


def shown_alerts(
    found: Iterable[Alert], *, on: date | None = None, known: Iterable[Period] | None = None
) -> list[ShownAlert]:
    """Return alerts as pages draw them, in the order given.

    ``known`` are all periods, for a caller that has them at hand.
    """
    rows = list(found)
    today = on or timezone.localdate()
    by_code = {period.code: period for period in (all_periods() if known is None else known)}
    to = recipients(rows, on=today)
    return [_shown(alert, by_code.get(alert.period), to[alert.pk], today) for alert in rows]


def alert_story(scope: Scope, alert: Alert, *, rows_scope: Scope | None, on: date) -> AlertStory:
    """Return everything that the page of one alert says.

    Names appear only where the reader may see the rows behind readings.
    """
    version = alert.indicator_version
    code, subject = version.indicator.code, alert.subject
    known = all_periods()
    shown = shown_alerts([alert], on=on, known=known)[0]
    beside = readings_beside(
        scope, indicator=code, subject=subject, period=alert.period, known=dated_periods(known)
    )
    limits = limits_for([code], on=on)
    own = limits.get((code, subject.kind, subject.code)) or limits.get((code, subject.kind, ""))
    found = readings_of(scope, alert)
    titles = {part.code: localized(part, "name") for part, _ in found.parts}
    behind = names_behind(rows_scope or Scope(), alert, found.own, known=known)
    named = {period.code: localized(period, "name") for period in known}
    return AlertStory(
        alert=shown,
        sentence=sentence_of(alert, period=localized(shown.period, "name")),
        standard=value_words(own[0].standard, version) if own and own[0].standard else "",
        last=_words(alert, beside.last),
        last_period=named.get(beside.last.period, "") if beside.last else "",
        year_before=_words(alert, beside.year_before),
        reading_url=indicator_url(
            code, kind=subject.kind, subject=subject.code, period=alert.period
        ),
        doubt_url=doubt_url(code, kind=subject.kind, subject=subject.code, period=alert.period),
        parts=[_part(alert, part, reading) for part, reading in found.parts],
        n_names=len(behind.rows) if behind else 0,
        n_hidden=behind.n_hidden if behind else 0,
        named_parts=_named_parts(behind, titles) if behind else [],
        improvement=shown_improvements([alert.improvement], on=on)[0]
        if alert.improvement
        else None,
    )


def _shown(alert: Alert, period: Period | None, to: Iterable[User], today: date) -> ShownAlert:
    is_waiting = alert.state == AlertState.OPEN and alert.improvement_id is None
    days = (alert.answer_due_on - today).days if is_waiting and alert.answer_due_on else None
    return ShownAlert(
        status="OPEN" if alert.recovered_at is None else "CLOSED",
        subject=alert.subject,
        indicator=shown_indicator(alert.indicator_version),
        period=period or Period(code=alert.period, name=alert.period),
        value=alert.value,
        numerator=alert.numerator,
        denominator=None if alert.denominator == 1 else alert.denominator,
        warning_value=alert.warning_value,
        direction=alert.indicator_version.direction,
        title=alert.watch.title,
        title_en=alert.watch.title_en,
        opened_at=alert.opened_at,
        closed_at=alert.recovered_at,
        url=reverse("monitoring:alert_detail", args=[alert.pk]),
        is_answered=alert.improvement_id is not None,
        answer_url=reverse("improvement:improvement_detail", args=[alert.improvement_id])
        if alert.improvement_id
        else "",
        answer_due_on=alert.answer_due_on,
        days_left=days,
        recipients=tuple(to),
    )


def _named_parts(behind: NamesBehind, titles: dict[str, str]) -> list[NamedPart]:
    rows = sorted(behind.rows, key=lambda row: row[0])
    return [
        NamedPart(titles.get(code, code), [(name, rest) for _, name, rest in group])
        for code, group in groupby(rows, key=lambda row: row[0])
    ]


def _part(alert: Alert, part: Subject, reading: Reading) -> ShownPart:
    return ShownPart(
        subject=part,
        fraction=fraction_words(reading.numerator, reading.denominator).strip("（）"),
        value=value_words(reading.value, alert.indicator_version),
        url=indicator_url(
            reading.indicator, kind=part.kind, subject=part.code, period=reading.period
        ),
    )


def _words(alert: Alert, reading: Reading | None) -> str:
    if reading is None:
        return ""
    fraction = fraction_words(reading.numerator, reading.denominator)
    return value_words(reading.value, alert.indicator_version) + fraction
