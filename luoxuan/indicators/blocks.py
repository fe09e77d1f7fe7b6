"""Readings as pages show them: one shape for cards, tables, trends and the drawer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, gettext

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import all_periods
from luoxuan.campus.scope import Scope
from luoxuan.indicators.models import IndicatorVersion, Threshold
from luoxuan.indicators.queries import JudgedReading, Reading, judged, latest, readings
from luoxuan.indicators.rules import Direction, ReadingState


@dataclass(frozen=True, slots=True)
class ShownIndicator:
    """The definition that a page prints beside a value."""

    code: str
    title: str
    title_en: str
    about: str
    about_en: str
    decimals: int
    unit: str
    direction: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownReading:
    """One reading「指标值」 ready to be drawn: numbers, words, state and links to its proof."""

    indicator: ShownIndicator
    subject: Subject
    period: Period
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    rows: int
    reason: str
    status: ReadingState
    is_on_target: bool
    target_value: Decimal | None
    standard_value: Decimal | None
    warning_value: Decimal | None
    url: str
    rows_url: str
    run: int
    threshold: Threshold | None = None

    @property
    def doubt_url(self) -> str:
        """Return where one says that this number is wrong「数据有误？」."""
        return doubt_url(
            self.indicator.code, kind=self.subject.kind, subject=self.subject.code,
            period=self.period.code,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One point of a trend; a missing value is a gap, not a zero."""

    label: str
    value: Decimal | None
    status: ReadingState
    numerator: Decimal | None
    denominator: Decimal | None
    url: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The values of one indicator and subject over periods「趋势」, with the limits in force."""

    points: list[TrendPoint]
    target_value: Decimal | None
    standard_value: Decimal | None
    warning_value: Decimal | None
    decimals: int
    unit: str
    direction: str
    title: str


@dataclass(frozen=True)
class Frame:
    """What drawing readings needs beside them: definitions, subjects and periods by key."""

    versions: Mapping[str, IndicatorVersion]
    subjects: Mapping[tuple[str, str], Subject]
    periods: Mapping[str, Period]
    rows_allowed: bool = False


def localized(thing: object, name: str) -> str:
    """Return a text of an object in the active language, the Chinese one when there is no other."""
    english = str(getattr(thing, f"{name}_en", "") or "")
    is_english = (get_language() or "").startswith("en")
    return english if is_english and english else str(getattr(thing, name, ""))


def indicator_url(code: str, *, kind: str = "", subject: str = "", period: str = "") -> str:
    """Return the address of an indicator's page, or of one reading on it."""
    asked = {"kind": kind, "subject": subject, "period": period}
    query = urlencode({name: value for name, value in asked.items() if value})
    address = reverse("indicators:indicator_detail", args=[code])
    return f"{address}?{query}" if query else address


def doubt_url(code: str, *, kind: str, subject: str, period: str) -> str:
    """Return where one says that a reading is wrong."""
    query = urlencode({"kind": kind, "subject": subject, "period": period})
    return f"{reverse('indicators:reading_doubt', args=[code])}?{query}"


def rows_url(reading: Reading) -> str:
    """Return the address of the rows behind one reading, at its run."""
    query = {
        "kind": reading.kind,
        "subject": reading.subject,
        "period": reading.period,
        "run": reading.run,
    }
    address = reverse("indicators:reading_rows", args=[reading.indicator])
    return f"{address}?{urlencode(query)}"


def shown_indicator(version: IndicatorVersion) -> ShownIndicator:
    """Return a definition as pages print it."""
    code = version.indicator.code
    return ShownIndicator(
        code=code,
        title=version.title,
        title_en=version.title_en,
        about=version.about,
        about_en=version.about_en,
        decimals=version.decimals,
        unit=version.unit,
        direction=version.direction,
        url=indicator_url(code),
    )


def shown(row: JudgedReading, frame: Frame) -> ShownReading:
    """Return one judged reading as pages draw it."""
    reading = row.reading
    return ShownReading(
        indicator=shown_indicator(frame.versions[reading.indicator]),
        subject=frame.subjects[reading.kind, reading.subject],
        period=frame.periods.get(reading.period)
        or Period(code=reading.period, name=gettext("全部时间")),
        value=reading.value,
        numerator=reading.numerator,
        denominator=None if reading.denominator == 1 else reading.denominator,
        rows=reading.rows,
        reason=reason_text(reading.reason),
        status=row.state,
        is_on_target=row.is_on_target,
        target_value=row.limits.target,
        standard_value=row.limits.standard,
        warning_value=row.limits.warning,
        url=indicator_url(
            reading.indicator, kind=reading.kind, subject=reading.subject, period=reading.period
        ),
        rows_url=rows_url(reading) if frame.rows_allowed else "",
        run=reading.run,
        threshold=row.threshold,
    )


def reason_text(reason: str | None) -> str:
    """Return why a value is missing, as a sentence."""
    if reason is None:
        return ""
    texts = {
        "zero_denominator": gettext("分母为零，没有数值。"),
        "no_value": gettext("没有可以计算的数据，缺失不等于零。"),
    }
    return texts.get(reason, reason)


def subject_readings(
    scope: Scope,
    subject: Subject,
    versions: Sequence[IndicatorVersion],
    *,
    on: date,
    rows_allowed: bool,
) -> dict[str, list[ShownReading]]:
    """Return all readings of one subject by indicator code, in the order of periods."""
    known = {period.code: period for period in all_periods()}
    codes = [version.indicator.code for version in versions]
    found = readings(scope, indicator_codes=codes, seen=[subject])
    frame = Frame(
        {version.indicator.code: version for version in versions},
        {(subject.kind, subject.code): subject},
        known,
        rows_allowed,
    )
    by_code: dict[str, list[ShownReading]] = {}
    for row in judged(found, on=on, versions=versions):
        by_code.setdefault(row.reading.indicator, []).append(shown(row, frame))
    for rows in by_code.values():
        rows.sort(key=lambda row: (row.period.position or 0, row.period.code))
    return by_code


def trend_of(rows: Sequence[ShownReading]) -> Trend | None:
    """Return the trend of readings of one subject and indicator in the order given, or None."""
    if not rows:
        return None
    last = rows[-1]
    return Trend(
        points=[
            TrendPoint(
                short_label(row.period),
                row.value,
                row.status,
                row.numerator,
                row.denominator,
                row.url,
            )
            for row in rows
        ],
        target_value=last.target_value,
        standard_value=last.standard_value,
        warning_value=last.warning_value,
        decimals=last.indicator.decimals,
        unit=last.indicator.unit,
        direction=last.indicator.direction,
        title=localized(last.indicator, "title"),
    )


def short_label(period: Period) -> str:
    """Return what stands below a point: the week's number of a week, else the code."""
    if period.first_day is not None:
        return f"W{period.first_day // 7}"
    return period.code.rpartition("-")[2] if period.kind == "TEACHING_WEEK" else period.code


def sentence_of(row: ShownReading) -> str:
    """Return one sentence that says what the value is and how it stands."""
    if row.value is None:
        return row.reason
    if row.indicator.direction == Direction.RANGE or row.standard_value is None:
        return gettext("按现行口径由 %(rows)s 行明细计算，没有设定标准值，不作判定。") % {
            "rows": f"{row.rows:,}"
        }
    words = {
        ReadingState.MET: gettext("达到标准值。"),
        ReadingState.BELOW_STANDARD: gettext("未达标准值，还没有越过预警值。"),
        ReadingState.WARNING: gettext("越过了预警值，需要处理。"),
    }
    return words.get(row.status, "")


def newest(found: Sequence[Reading], known: Mapping[str, Period]) -> list[Reading]:
    """Return the reading of the last period of each indicator and subject."""
    positions = {code: period.position for code, period in known.items()}
    return list(latest(found, positions).values())
