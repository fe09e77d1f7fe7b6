"""Decisions about collections and what is filled in; pure, without Django."""

from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

MOST_ROWS = 500
MOST_CHARACTERS = 4000
REMIND_DAYS = (3, 1)
"""How many days before its last day a collection reminds, if nobody says otherwise."""
MOST_REMINDERS = 5
LONGEST_REMINDER = 60
OVERDUE = "overdue"
LEADERS = frozenset({"college_head", "department_head"})
"""Roles of those who answer for a unit; they learn what it owes after the day."""
NIGHT_HOUR = 1
_PAUSE = timedelta(minutes=10)
"""A longer silence between two savings is no work at the form."""

Rows = Sequence[Mapping[str, Any]]
"""Rows of a submission as they are stored: id, cells, and where prefilled cells come from."""


class CollectionState(StrEnum):
    """How far a collection「采集状态」 is: it takes submissions, no more of them, or never did."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"


class AskedKind(StrEnum):
    """Of whom a collection asks「填报对象」: units or single persons."""

    UNIT = "UNIT"
    PERSON = "PERSON"


class SubmissionState(StrEnum):
    """How far a submission「填报状态」 is."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    ACCEPTED = "ACCEPTED"


EDITABLE = frozenset({SubmissionState.DRAFT, SubmissionState.RETURNED})
"""States in which whoever is asked may write."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One cell that is wrong「格子问题」; an empty row or field means the whole of it."""

    row: str
    field: str
    code: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of the cells that must hold something do「完成度」."""

    filled: int
    required: int

    @property
    def missing(self) -> int:
        """Return how many still lack a value."""
        return self.required - self.filled


@dataclass(frozen=True, slots=True)
class Burden:
    """What a submission cost「填报负担」: cells asked, brought along, and changed of these."""

    asked: int
    prefilled: int
    changed: int


def completeness(rows: Rows, required: Several[str]) -> Completeness:
    """Return how complete rows are."""
    filled = sum(bool(row["cells"].get(name)) for row in rows for name in required)
    return Completeness(filled, len(rows) * len(required))


def burden(rows: Rows, asked: Several[str]) -> Burden:
    """Return what a submission cost whoever filled it in."""
    brought = [
        (row["cells"].get(name, ""), row["was"][name])
        for row in rows
        for name in asked
        if row.get("was", {}).get(name)
    ]
    changed = sum(now != before for now, before in brought)
    return Burden(len(rows) * len(asked), len(brought), changed)


def worked_seconds(
    before: int | None, *, opened: datetime | None, saved: datetime | None, at: datetime
) -> int | None:
    """Return how long people sat at a form, with the stretch that ends now.

    ``opened`` is when the page that was sent was made, ``saved`` the saving before; None as long
    as nobody was seen to open it. A pause is cut to ten minutes.
    """
    if opened is None:
        return before
    stretch = at - max(opened, saved) if saved else at - opened
    return (before or 0) + max(0, int(min(stretch, _PAUSE).total_seconds()))


def reminder_due(days: Iterable[int], *, due_on: date, opened_on: date, on: date) -> str:
    """Return the step of reminding「提醒」 that a day stands at, "" before the first.

    Steps are so many days before the last day, that day itself, and the day after it. A step that
    came while the machine was off is skipped for a later one; none comes on the day of opening.
    """
    steps = [(due_on - timedelta(days=n), f"before:{n}") for n in days]
    steps += [(due_on, "due"), (due_on + timedelta(days=1), OVERDUE)]
    passed = [step for step in steps if opened_on < step[0] <= on]
    return max(passed)[1] if passed else ""


def last_night(at: datetime) -> datetime:
    """Return when the last night was in which drafts are cleared; in the institution's clock."""
    night = at.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return night if night <= at else night - timedelta(days=1)


def fits_reminding(days: Sequence[int]) -> bool:
    """Tell whether a collection may remind so many days before its last one."""
    return len(days) <= MOST_REMINDERS and all(1 <= n <= LONGEST_REMINDER for n in days)


def is_overdue(state: SubmissionState, *, due_on: date, on: date) -> bool:
    """Tell whether a submission is late: it is still with whoever is asked after its day."""
    return state in EDITABLE and due_on < on


def merged_rows(
    stored: Rows,
    sent: Sequence[tuple[str, Mapping[str, str]]],
    *,
    asked: Several[str],
    unlocked: Several[str] = (),
) -> list[dict[str, Any]]:
    """Return stored rows with what was sent for the fields asked for; rows not sent are left out.

    A locked cell keeps what its owner says. A new row without any value is none. With ``unlocked``
    only these fields take something new, and rows are neither added nor left out.
    """
    known = {row["id"]: row for row in stored}
    if unlocked:
        told = dict(sent)
        return [_merged(row, told.get(row["id"], {}), unlocked) for row in stored]
    rows = []
    for key, cells in sent:
        row = known.get(key)
        if row is not None:
            rows.append(_merged(row, cells, asked))
        elif any(cells.get(name, "").strip() for name in asked):
            rows.append(_merged({"id": key, "cells": {}}, cells, asked))
    return rows


def _merged(
    row: Mapping[str, Any], cells: Mapping[str, str], open_fields: Several[str]
) -> dict[str, Any]:
    taken = {
        name: cells[name].strip()[:MOST_CHARACTERS]
        for name in open_fields
        if name in cells and name not in row.get("locked", ())
    }
    return {**row, "cells": {**row["cells"], **taken}}


def differing_cells(stored: Rows, sent: Rows, asked: Several[str]) -> dict[tuple[str, str], str]:
    """Return what is stored by (row, field) where something else was sent."""
    told = {row["id"]: row["cells"] for row in sent}
    return {
        (row["id"], name): row["cells"].get(name, "")
        for row in stored
        for name in asked
        if row["id"] in told and row["cells"].get(name, "") != told[row["id"]].get(name, "")
    }


def next_row_ids(rows: Iterable[Mapping[str, Any]], n: int) -> list[str]:
    """Return ids for new rows, none of which is used already."""
    used = [int(row["id"][1:]) for row in rows if row["id"][1:].isdecimal()]
    first = max(used, default=0) + 1
    return [f"r{number}" for number in range(first, first + n)]
