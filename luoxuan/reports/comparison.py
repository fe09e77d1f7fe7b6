"""Readings of one period beside what they are compared with「同期对照」."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.rules import PeriodKind
from luoxuan.campus.scope import Scope
from luoxuan.core.charts.words import amount_words, reading_words
from luoxuan.diagnosis.queries import covered_periods
from luoxuan.improvement.queries import dated_periods
from luoxuan.improvement.rules import period_before, year_before
from luoxuan.indicators.models import IndicatorVersion
from luoxuan.indicators.proofs import ProofIds
from luoxuan.indicators.queries import JudgedReading, Reading, indicators, judged, readings
from luoxuan.indicators.rules import ReadingState

STATE_WORDS = {
    ReadingState.MET: "● 达标",
    ReadingState.BELOW_STANDARD: "▲ 未达标准",
    ReadingState.WARNING: "■ 预警",
    ReadingState.NO_DATA: "○ 无数据",
    ReadingState.NOT_JUDGED: "– 未设标准",
}
"""A shape and a word, so that a grey print tells the states apart."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A reading with its limits, that of the period before and that of a year ago."""

    subject: Subject
    version: IndicatorVersion
    judged: JudgedReading
    last: Reading | None
    year_before: Reading | None
    # The part of the period that the reading is of, empty for the whole.
    part: str = ""

    @property
    def label(self) -> str:
        """Return the subject, with the part of the period where it is not the whole."""
        return f"{self.subject.name} · {self.part}" if self.part else self.subject.name

    @property
    def reading(self) -> Reading:
        """Return the reading of the period."""
        return self.judged.reading


@dataclass(frozen=True)
class Comparison:
    """All readings of some subjects in one period「本期指标值」, by indicator in their order."""

    period: Period
    rows: dict[str, list[Compared]]
    # Every reading of the same indicators and subjects, for lines over time.
    history: list[Reading]
    proofs: ProofIds
    # The kind of every period that the rows are of, by its code.
    kinds: Mapping[str, str]
    # What the parts of the period are called within it, by code; empty for the whole.
    parts: Mapping[str, str]

    def kind_of(self, row: Compared) -> str:
        """Return the kind of period that a row is of."""
        return self.kinds[row.reading.period]

    def of(self, subject: Subject) -> list[Compared]:
        """Return the last row of each indicator about one subject."""
        found = {
            code: row for code, rows in self.rows.items() for row in rows if row.subject == subject
        }
        return list(found.values())

    def count(self, state: ReadingState) -> int:
        """Return how many readings stand like this."""
        return sum(row.judged.state is state for rows in self.rows.values() for row in rows)


def compare(scope: Scope, subjects: Sequence[Subject], period: Period, *, on: date) -> Comparison:
    """Return the readings of subjects in a period with the readings to compare them with.

    What is not read for the whole period is read for parts of it: every assessment, the last week.
    Readings without a value stay in: a report says that something was not measured.
    """
    versions = {version.indicator.code: version for version in indicators()}
    by_key = {(subject.kind, subject.code): subject for subject in subjects}
    found = readings(
        scope,
        indicator_codes=list(versions),
        kinds=sorted({subject.kind for subject in subjects}),
        subject_codes=sorted({subject.code for subject in subjects}),
    )
    found = [row for row in found if (row.kind, row.subject) in by_key]
    covered = covered_periods(period)
    known = dated_periods()
    at = {(row.indicator, row.kind, row.subject, row.period): row for row in found}
    rows: dict[str, list[Compared]] = {}
    for row in judged(_of_period(found, period, covered), on=on):
        reading = row.reading
        key = (reading.indicator, reading.kind, reading.subject)
        rows.setdefault(reading.indicator, []).append(
            Compared(
                by_key[reading.kind, reading.subject],
                versions[reading.indicator],
                row,
                at.get((*key, period_before(reading.period, known))),
                at.get((*key, year_before(reading.period, known))),
                _part(covered[reading.period], period),
            )
        )
    order = {subject: position for position, subject in enumerate(subjects)}
    place = {code: position for position, code in enumerate(covered)}
    for items in rows.values():
        items.sort(key=lambda item: (order[item.subject], place[item.reading.period]))
    kinds = {code: row.kind for code, row in covered.items()}
    parts = {code: _part(row, period) for code, row in covered.items()}
    return Comparison(period, rows, found, ProofIds(found), kinds, parts)


def _of_period(
    found: Sequence[Reading], period: Period, covered: Mapping[str, Period]
) -> list[Reading]:
    """Return the readings that a report on a period shows, at most one for each part."""
    by_key: dict[tuple[str, str, str], list[Reading]] = {}
    for row in found:
        if row.period in covered:
            by_key.setdefault((row.indicator, row.kind, row.subject), []).append(row)
    chosen = []
    place = {code: position for position, code in enumerate(covered)}
    for rows in by_key.values():
        rows.sort(key=lambda row: place[row.period])
        whole = [row for row in rows if row.period == period.code]
        apart = [row for row in rows if covered[row.period].kind == PeriodKind.FREE]
        valued = [row for row in rows if row.value is not None]
        chosen += whole or apart or (valued or rows)[-1:]
    return chosen


def _part(part: Period, whole: Period) -> str:
    return "" if part == whole else part.name.removeprefix(whole.name).strip(" ·") or part.name


def words_of(reading: Reading | None, version: IndicatorVersion) -> str:
    """Return a value as it is printed; a missing one is a dash."""
    value = reading.value if reading else None
    return reading_words(value, unit=version.unit, decimals=version.decimals)


def fraction_of(reading: Reading | None) -> str:
    """Return numerator/denominator, empty for a sum or a missing reading."""
    if reading is None or reading.numerator is None or reading.denominator in {None, 1}:
        return ""
    return f"{amount_words(reading.numerator)}/{amount_words(reading.denominator)}"
