"""Decisions about sources and pulls on plain values."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum

_PATIENCE = timedelta(hours=1)


class SourceKind(StrEnum):
    """What another system is「数据源类别」: a database, a list over HTTP, a folder of files."""

    SQL = "SQL"
    HTTP = "HTTP"
    FOLDER = "FOLDER"


class PullMode(StrEnum):
    """What a pull takes「采集方式」: FULL replaces what is held, INCREMENTAL takes what is new."""

    FULL = "FULL"
    INCREMENTAL = "INCREMENTAL"


class PullOutcome(StrEnum):
    """How a pull ended「采集结论」.

    RUNNING has not ended; DONE made a version; UNCHANGED brought nothing new; HELD brought too few
    or too different rows and waits for a person, who may have DECLINED it; FAILED changed nothing.
    """

    RUNNING = "RUNNING"
    DONE = "DONE"
    UNCHANGED = "UNCHANGED"
    HELD = "HELD"
    DECLINED = "DECLINED"
    FAILED = "FAILED"


def next_due(
    *, every_minutes: int | None, daily_at: time | None, attempted_at: datetime | None, at: datetime
) -> datetime | None:
    """Return when the next pull is or was due, None for a source that is pulled by hand.

    ``at`` and ``attempted_at`` are moments in the clock of the institution.
    """
    if every_minutes:
        return at if attempted_at is None else attempted_at + timedelta(minutes=every_minutes)
    if daily_at is None:
        return None
    latest = at.replace(
        hour=daily_at.hour, minute=daily_at.minute, second=0, microsecond=0
    )  # fmt: skip
    if latest > at:
        latest -= timedelta(days=1)
    is_done = attempted_at is not None and attempted_at >= latest
    return latest + timedelta(days=1) if is_done else latest


def is_overdue(due: datetime | None, at: datetime) -> bool:
    """Tell whether a pull should have begun an hour ago: then nothing works in the background."""
    return due is not None and at - due >= _PATIENCE


def brings_too_few(n_rows: int, *, held: int, least_share: int) -> bool:
    """Tell whether a full pull brings less than the least share (%) of the rows held."""
    return n_rows * 100 < held * least_share


def changed_columns(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the columns that are gone or hold another kind of value than at the last pull.

    A column without a single value has no kind, hence none that could have changed.
    """
    return sorted(
        name
        for name, kind in before.items()
        if name not in now or (kind and now[name] and kind != now[name])
    )
