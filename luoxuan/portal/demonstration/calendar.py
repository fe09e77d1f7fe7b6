"""The calendar of the demonstration college: three school years of two terms of eighteen weeks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

WEEKS = 18
MID_TERM_WEEK = 11
# The day on which the demonstration stands: mid-term examinations are just marked.
TODAY = date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class Term:
    """A term「学期」 that starts on a Monday and lasts for whole teaching weeks."""

    school_year: int
    number: int
    first_on: date

    @property
    def code(self) -> str:
        """Return the code as registrars write it: 2026-2027-1."""
        return f"{self.school_year}-{self.school_year + 1}-{self.number}"

    @property
    def last_on(self) -> date:
        """The Sunday of the last teaching week."""
        return self.first_on + timedelta(days=7 * WEEKS - 1)

    def day(self, week: int, weekday: int) -> date:
        """Return a day of a teaching week; weeks count from 1, Monday is 0."""
        return self.first_on + timedelta(days=7 * (week - 1) + weekday)

    def cohort_in(self, term_of_study: int) -> int | None:
        """Return who entered so that this is their term of study (0-5), None if nobody did."""
        if term_of_study % 2 != self.number - 1:
            return None
        return self.school_year - term_of_study // 2


TERMS = (
    Term(2024, 1, date(2024, 9, 2)),
    Term(2024, 2, date(2025, 2, 24)),
    Term(2025, 1, date(2025, 9, 1)),
    Term(2025, 2, date(2026, 3, 2)),
    Term(2026, 1, date(2026, 8, 31)),
    Term(2026, 2, date(2027, 3, 1)),
)
THIS_TERM = TERMS[4]
LAST_TERM = TERMS[3]


def period_rows() -> Iterator[dict[str, str]]:
    """Yield the rows of `campus/periods.csv`: terms, assessments, weeks; `end_on` is a day later.

    Natural years, months and school years are everybody's and belong to the foundation package.
    """
    for position, term in enumerate(TERMS, start=1):
        yield {
            "kind": "TERM",
            "code": term.code,
            "name": _name(term),
            "name_en": _name_en(term),
            "start_on": term.first_on.isoformat(),
            "end_on": (term.last_on + timedelta(days=1)).isoformat(),
            "position": str(position),
        }
    for turn, term in enumerate(TERMS):
        yield _assessment(term, "期中", "mid-term", 1, MID_TERM_WEEK, 2 * turn + 1)
        yield _assessment(term, "期末", "end of term", MID_TERM_WEEK + 1, WEEKS, 2 * turn + 2)
    for turn, term in enumerate(TERMS):
        for week in range(1, WEEKS + 1):
            yield {
                "kind": "TEACHING_WEEK",
                "code": f"{term.code}-W{week:02d}",
                "name": f"{_name(term)}第{week}周",
                "name_en": f"{_name_en(term)}, week {week}",
                "start_on": term.day(week, 0).isoformat(),
                "end_on": term.day(week + 1, 0).isoformat(),
                "within": term.code,
                "position": str(turn * WEEKS + week),
            }


def _assessment(
    term: Term, stage: str, stage_en: str, first: int, last: int, position: int
) -> dict[str, str]:
    """Return the weeks of a term that an assessment「考核」 is about, as a period of its own."""
    return {
        "kind": "FREE",
        "code": f"{term.code}-{stage}",
        "name": f"{_name(term)}{stage}",
        "name_en": f"{_name_en(term)}, {stage_en}",
        "start_on": term.day(first, 0).isoformat(),
        "end_on": term.day(last + 1, 0).isoformat(),
        "position": str(position),
    }


def _name(term: Term) -> str:
    ordinal = "一二"[term.number - 1]
    return f"{term.school_year}-{term.school_year + 1}学年第{ordinal}学期"


def _name_en(term: Term) -> str:
    ordinal = ("first", "second")[term.number - 1]
    return f"{term.school_year}-{term.school_year + 1}, {ordinal} term"
