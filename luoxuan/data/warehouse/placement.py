"""Which subject and which period a row counts for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from luoxuan.data.warehouse.engine import Session
from luoxuan.data.warehouse.relation import Relation, quoted

WHOLE_TIME = "-"
"""The period code of datasets that know no periods."""


class TimingKind(StrEnum):
    """How a row tells its period."""

    WHOLE = "whole"
    CODE = "code"
    DAY = "day"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Timing:
    """How the rows of a dataset find a period of one kind「时段」.

    CODE: ``field`` holds the code. DAY: ``field`` holds the code of the period of the offering and
    ``day_field`` the days since its start. DATE: ``field`` holds a date. WHOLE: all rows count for
    one period.
    """

    kind: TimingKind
    period_kind: str = ""
    field: str = ""
    day_field: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that the timing reads."""
        return tuple(name for name in (self.field, self.day_field) if name)


@dataclass(frozen=True, slots=True)
class PeriodEntry:
    """A period as the warehouse needs it: dates half-open, days inclusive, None for none."""

    kind: str
    code: str
    within: str | None = None
    start_on: date | None = None
    end_on: date | None = None
    first_day: int | None = None
    last_day: int | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """The institution's code and, for each unit code, itself and the units above it.

    ``dated`` says the same over time (unit, above, since, until; half-open) once a unit moved: a
    row counts for the units that stood above its own at the end of the period.
    """

    institution: str
    ancestors: tuple[tuple[str, str], ...] = field(default=())
    dated: tuple[tuple[str, str, date | None, date | None], ...] = field(default=())

    @property
    def is_flat(self) -> bool:
        """Return whether every unit stands directly below the institution."""
        pairs = (*self.ancestors, *((unit, above) for unit, above, _, _ in self.dated))
        return all(unit == above for unit, above in pairs)


@dataclass(frozen=True, slots=True)
class Grain:
    """The kind of subject that readings are for, and the field that holds its code.

    An empty ``field`` means the institution: every row counts for it. ``rolls_up`` says that the
    code is a unit's and that a row counts for the units above it too.
    """

    kind: str
    field: str = ""
    rolls_up: bool = False


def offer_periods(session: Session, periods: Sequence[PeriodEntry]) -> None:
    """Make the periods joinable by equality: by code, by day of an offering, by date.

    Ranges are unfolded to days once, so that ten million rows probe a hash table instead of
    comparing with every period.
    """
    codes = [(entry.kind, entry.code, entry.within) for entry in periods]
    session.offer_rows("period_codes", {"_kind": "text", "_code": "text", "_within": "text"}, codes)
    days = [
        (entry.kind, entry.within, day, entry.code)
        for entry in periods
        if entry.first_day is not None and entry.last_day is not None
        for day in range(entry.first_day, entry.last_day + 1)
    ]
    session.offer_rows(
        "period_days",
        {"_kind": "text", "_within": "text", "_day": "integer", "_code": "text"},
        days,
    )
    dates = [
        (entry.kind, entry.start_on + timedelta(days=offset), entry.code)
        for entry in periods
        if entry.start_on is not None and entry.end_on is not None
        for offset in range((entry.end_on - entry.start_on).days)
    ]
    session.offer_rows("period_dates", {"_kind": "text", "_on": "date", "_code": "text"}, dates)


def offer_places(session: Session, places: Places, periods: Sequence[PeriodEntry]) -> None:
    """Make the tree of units joinable: as it is now and, once a unit moved, by period."""
    session.offer_rows("ancestors", {"_unit": "text", "_above": "text"}, places.ancestors)
    if places.dated:
        columns = dict.fromkeys(("_unit", "_above", "_kind", "_at"), "text")
        session.offer_rows("ancestors_at", columns, _ancestors_at(places, periods))


def _ancestors_at(
    places: Places, periods: Sequence[PeriodEntry]
) -> list[tuple[str, str, str, str]]:
    """Return (unit, above, kind and code of the period) as the tree stood on its last day.

    A period without dates has those of the one it lies within; without any, the tree of now.
    """
    ends = {entry.code: entry.end_on for entry in periods if entry.end_on}
    rows = []
    for entry in periods:
        end = entry.end_on or ends.get(entry.within or "")
        rows += [
            (unit, above, entry.kind, entry.code)
            for unit, above, since, until in places.dated
            if _holds(since, until, end)
        ]
    return rows


def _holds(since: date | None, until: date | None, end: date | None) -> bool:
    """Tell whether a stretch of time covers the day before ``end``; None is the end of time."""
    if end is None:
        return until is None
    return (since is None or since < end) and (until is None or until >= end)


def placed_sql(
    relation: Relation, needed: Iterable[str], *, grain: Grain, timing: Timing, places: Places
) -> str:
    """Return FROM … JOIN … of the rows with the expressions of :func:`subject_sql` and period."""
    fields = {*needed, *timing.fields, *([grain.field] if grain.field else [])}
    parts = [f"({relation.sql(fields)}) AS r"]
    kind = timing.period_kind.replace("'", "''")
    name = quoted(timing.field)
    if timing.kind is TimingKind.CODE:
        table = f"(SELECT _code FROM period_codes WHERE _kind = '{kind}')"
        parts.append(f"LEFT JOIN {table} AS p ON p._code = r.{name}")
    if timing.kind is TimingKind.DAY:
        table = f"(SELECT * FROM period_days WHERE _kind = '{kind}')"
        day = quoted(timing.day_field)
        parts.append(f"LEFT JOIN {table} AS p ON p._within = r.{name} AND p._day = r.{day}")
    if timing.kind is TimingKind.DATE:
        table = f"(SELECT * FROM period_dates WHERE _kind = '{kind}')"
        parts.append(f"LEFT JOIN {table} AS p ON p._on = CAST(r.{name} AS DATE)")
    if grain.rolls_up and not places.is_flat:
        parts.append(_above_sql(grain, timing, places))
    return " ".join(parts)


def _above_sql(grain: Grain, timing: Timing, places: Places) -> str:
    """Return the join with the units above the row's own, at the period where they moved."""
    unit = f"r.{quoted(grain.field)}"
    if not places.dated or timing.kind is TimingKind.WHOLE:
        return f"LEFT JOIN ancestors AS a ON a._unit = {unit}"
    kind = timing.period_kind.replace("'", "''")
    table = f"(SELECT * FROM ancestors_at WHERE _kind = '{kind}')"
    return f"LEFT JOIN {table} AS a ON a._unit = {unit} AND a._at = p._code"


def subject_sql(grain: Grain, places: Places) -> str:
    """Return the expression of the subject's code in the rows of :func:`placed_sql`."""
    if not grain.field:
        return "'" + places.institution.replace("'", "''") + "'"
    if grain.rolls_up and not places.is_flat:
        return "a._above"
    return f"r.{quoted(grain.field)}"


def period_sql(timing: Timing) -> str:
    """Return the expression of the period's code in the rows of :func:`placed_sql`."""
    return f"'{WHOLE_TIME}'" if timing.kind is TimingKind.WHOLE else "p._code"
