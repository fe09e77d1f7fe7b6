"""The calendar of the demonstration college: two terms of eighteen teaching weeks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

WEEKS = 18


@dataclass(frozen=True, slots=True)
class Term:
    """A term「学期」 that starts on a Monday and lasts for whole teaching weeks."""

    code: str
    name: str
    name_en: str
    first_on: date

    @property
    def last_on(self) -> date:
        """The Sunday of the last teaching week."""
        return self.first_on + timedelta(days=7 * WEEKS - 1)

    def day(self, week: int, weekday: int) -> date:
        """Return a day of a teaching week; weeks count from 1, Monday is 0."""
        return self.first_on + timedelta(days=7 * (week - 1) + weekday)


TERMS = (
    Term("2025-2026-2", "2025-2026学年第二学期", "2025-2026, second term", date(2026, 3, 2)),
    Term("2026-2027-1", "2026-2027学年第一学期", "2026-2027, first term", date(2026, 8, 31)),
)


def period_rows() -> Iterator[dict[str, str]]:
    """Yield the rows of `campus/periods.csv`: terms, then weeks; `end_on` is the day after."""
    for position, term in enumerate(TERMS, start=1):
        yield {
            "kind": "TERM",
            "code": term.code,
            "name": term.name,
            "name_en": term.name_en,
            "start_on": term.first_on.isoformat(),
            "end_on": (term.last_on + timedelta(days=1)).isoformat(),
            "position": str(position),
        }
    for turn, term in enumerate(TERMS):
        for week in range(1, WEEKS + 1):
            yield {
                "kind": "TEACHING_WEEK",
                "code": f"{term.code}-W{week:02d}",
                "name": f"{term.name}第{week}周",
                "name_en": f"{term.name_en}, week {week}",
                "start_on": term.day(week, 0).isoformat(),
                "end_on": term.day(week + 1, 0).isoformat(),
                "within": term.code,
                "position": str(turn * WEEKS + week),
            }
