"""Improvements as pages, reports and diagnoses show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import periods
from luoxuan.campus.scope import Scope
from luoxuan.core.charts.words import amount_words, reading_words
from luoxuan.core.models import User
from luoxuan.improvement.models import Improvement, ImprovementEvent
from luoxuan.improvement.queries import is_late, people_for, readings_beside
from luoxuan.improvement.rules import (
    EventKind,
    ImprovementState,
    cause_categories,
    causes_for,
)
from luoxuan.indicators.blocks import indicator_url, localized
from luoxuan.indicators.models import IndicatorVersion
from luoxuan.indicators.queries import Reading, indicators

# Kept in Chinese whatever language its writer reads pages in, and shown in that of the reader.
OWN_ORIGIN = gettext_noop("自行提出")


@dataclass(frozen=True, slots=True)
class ShownImprovement:
    """One improvement「改进」 ready to be drawn: state in a word and a shape, numbers as words."""

    pk: int
    problem: str
    subject: Subject
    state: str
    state_words: str
    state_class: str
    is_late: bool
    late_days: int
    causes: str
    measure: str
    responsible: User | None
    due_on: date | None
    opened_at: datetime
    closed_at: datetime | None
    before: str
    now: str
    origin_label: str
    origin_url: str
    url: str


@dataclass(frozen=True, slots=True)
class ProofLine:
    """The first line of a proof「改进成效」 in words: before, now, standard, a year ago."""

    indicator: str
    before: str
    before_url: str
    now: str
    now_url: str
    standard: str
    warning: str
    year_before: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """One step of the timeline in words."""

    title: str
    text: str
    url: str
    at: datetime
    by: User | None
    is_current: bool


def state_words(improvement: Improvement, *, shows_unproved: bool = False) -> tuple[str, str]:
    """Return the word and the class of the shape of a state.

    That something was closed without proof is said to the quality office only.
    """
    waits = gettext("措施已落实·待复测") if improvement.indicator else gettext("措施已落实·待查证")
    unproved = gettext("无证明关闭") if shows_unproved else gettext("已关闭")
    return {
        ImprovementState.TO_PLAN: (gettext("待制定措施"), "wa"),
        ImprovementState.UNDER_WAY: (gettext("措施进行中"), "do"),
        ImprovementState.AWAITING_REMEASUREMENT: (waits, "wt"),
        ImprovementState.CLOSED: (gettext("已关闭·有证明"), "ok"),
        ImprovementState.CLOSED_WITHOUT_PROOF: (unproved, "no"),
    }[ImprovementState(improvement.state)]


def origin_words(label: str) -> str:
    """Return where an improvement comes from「来源」, in the reader's language where it has one."""
    return gettext(OWN_ORIGIN) if label == OWN_ORIGIN else label


def shown_improvements(
    found: Iterable[Improvement], *, on: date, shows_unproved: bool = False
) -> list[ShownImprovement]:
    """Return improvements as pages draw them, in the order given."""
    rows = list(found)
    versions = _versions(row.indicator for row in rows)
    named = {row.code: localized(row, "title") for row in cause_categories()}
    return [_shown(row, versions, named, on=on, shows_unproved=shows_unproved) for row in rows]


def proof_line(scope: Scope, improvement: Improvement) -> ProofLine | None:
    """Return the numbers that prove an improvement, or None for one without an indicator."""
    version = _versions([improvement.indicator]).get(improvement.indicator)
    if version is None or improvement.baseline_value is None:
        return None
    known = {row.code: row for row in periods()}
    here = improvement.closing_period or improvement.baseline_period
    beside = readings_beside(
        scope, indicator=improvement.indicator, subject=improvement.subject, period=here
    )
    before = _number(version, known, improvement, "baseline")
    return ProofLine(
        indicator=localized(version, "title"),
        before=before,
        before_url=_reading_url(improvement, improvement.baseline_period),
        now=_number(version, known, improvement, "closing"),
        now_url=_reading_url(improvement, improvement.closing_period),
        standard=_words(version, improvement.standard_value),
        warning=_words(version, improvement.warning_value),
        year_before=_reading_words(version, known, beside.year_before),
        is_closed=improvement.closing_run is not None,
    )


def shown_events(improvement: Improvement, found: Iterable[ImprovementEvent]) -> list[ShownEvent]:
    """Return the timeline in words, the newest step first."""
    version = _versions([improvement.indicator]).get(improvement.indicator)
    known = {row.code: row for row in periods()}
    rows = [
        ShownEvent(
            title=_titles()[EventKind(event.kind)],
            text=_event_text(event, version, known),
            url=str(event.facts.get("url", "")) or _event_url(improvement, event),
            at=event.at,
            by=event.by,
            is_current=False,
        )
        for event in found
    ]
    return list(reversed(rows))


def cause_choices(kind: str) -> list[tuple[str, str]]:
    """Return the causes to tap for subjects of a kind."""
    return [(row.code, localized(row, "title")) for row in causes_for(kind)]


def person_choices(subject: Subject, me: User, *, on: date) -> list[tuple[str, str]]:
    """Return who may be responsible; oneself first."""
    others = [user for user in people_for(subject, on=on) if user.pk != me.pk]
    mine = gettext("我（%(name)s）") % {"name": str(me)}
    return [(str(me.pk), mine), *((str(user.pk), str(user)) for user in others)]


def _shown(
    row: Improvement,
    versions: Mapping[str, IndicatorVersion],
    named: Mapping[str, str],
    *,
    on: date,
    shows_unproved: bool,
) -> ShownImprovement:
    words, shape = state_words(row, shows_unproved=shows_unproved)
    is_behind = is_late(row, on=on)
    version = versions.get(row.indicator)
    return ShownImprovement(
        pk=row.pk,
        problem=row.problem,
        subject=row.subject,
        state=row.state,
        state_words=words,
        state_class=shape,
        is_late=is_behind,
        late_days=(on - row.due_on).days if is_behind and row.due_on else 0,
        causes="、".join([*(named.get(code, code) for code in row.cause_categories)]),
        measure=row.measure,
        responsible=row.responsible,
        due_on=row.due_on,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        before=_words(version, row.baseline_value),
        now=_words(version, row.closing_value),
        origin_label=origin_words(row.origin_label),
        origin_url=row.origin_url,
        url=reverse("improvement:improvement_detail", args=[row.pk]),
    )


def _versions(codes: Iterable[str]) -> dict[str, IndicatorVersion]:
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    found = indicators().filter(indicator__code__in=wanted).prefetch_related(None)
    return {row.indicator.code: row for row in found}


def _words(version: IndicatorVersion | None, value: Decimal | None) -> str:
    if version is None or value is None:
        return ""
    return reading_words(value, unit=version.unit, decimals=version.decimals)


def _number(
    version: IndicatorVersion, known: Mapping[str, Period], row: Improvement, which: str
) -> str:
    """Return value, fraction and period of the baseline or the closing numbers as words."""
    return _with_period(
        version,
        known,
        value=getattr(row, f"{which}_value"),
        numerator=getattr(row, f"{which}_numerator"),
        denominator=getattr(row, f"{which}_denominator"),
        period=getattr(row, f"{which}_period"),
    )


def _reading_words(
    version: IndicatorVersion, known: Mapping[str, Period], reading: Reading | None
) -> str:
    if reading is None:
        return ""
    return _with_period(
        version,
        known,
        value=reading.value,
        numerator=reading.numerator,
        denominator=reading.denominator,
        period=reading.period,
    )


def _with_period(
    version: IndicatorVersion,
    known: Mapping[str, Period],
    *,
    value: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
    period: str,
) -> str:
    if value is None:
        return ""
    parts = [_words(version, value)]
    if numerator is not None and denominator not in {None, Decimal(1)}:
        parts.append(f"{amount_words(numerator)}/{amount_words(denominator)}")
    parts.append(localized(known[period], "name") if period in known else period)
    return " · ".join(parts)


def _reading_url(row: Improvement, period: str) -> str:
    if not period:
        return ""
    kind, code = row.subject.kind, row.subject.code
    return indicator_url(row.indicator, kind=kind, subject=code, period=period)


def _titles() -> dict[EventKind, str]:
    return {
        EventKind.OPENED: gettext("提出问题"),
        EventKind.PLANNED: gettext("制定措施"),
        EventKind.PUT_IN_PLACE: gettext("措施已落实"),
        EventKind.REMEASURED: gettext("复测通过，自动关闭"),
        EventKind.RETURNED: gettext("复测没有变好，回到待制定措施"),
        EventKind.VERIFIED: gettext("查证通过，关闭"),
        EventKind.CLOSED_WITHOUT_PROOF: gettext("关闭"),
        EventKind.NOTED: gettext("补充说明"),
        EventKind.CARRIED: gettext("带入下一轮设计"),
    }


def _event_text(
    event: ImprovementEvent, version: IndicatorVersion | None, known: Mapping[str, Period]
) -> str:
    facts = event.facts
    if version is None or event.kind not in {EventKind.REMEASURED, EventKind.RETURNED}:
        return origin_words(event.text) if event.kind == EventKind.OPENED else event.text
    number = _with_period(
        version,
        known,
        value=_decimal(facts.get("value")),
        numerator=_decimal(facts.get("numerator")),
        denominator=_decimal(facts.get("denominator")),
        period=str(facts.get("period", "")),
    )
    if event.kind == EventKind.REMEASURED:
        return gettext("新数值 %(number)s，好于改进前，不在预警中。") % {"number": number}
    if facts.get("state") == "WARNING":
        return gettext("新数值 %(number)s，仍在预警中，请重新制定措施。") % {"number": number}
    return gettext("新数值 %(number)s，没有好于改进前，请重新制定措施。") % {"number": number}


def _event_url(improvement: Improvement, event: ImprovementEvent) -> str:
    """Return the address of the reading behind an event; where it came from for the first."""
    if event.kind == EventKind.OPENED:
        return improvement.origin_url
    return _reading_url(improvement, str(event.facts.get("period", "")))


def _decimal(text: object) -> Decimal | None:
    return Decimal(str(text)) if text else None
