"""Decisions of the core on plain values: the life of a job."""

from datetime import date, timedelta
from enum import StrEnum


class JobState(StrEnum):
    """Where a job is in its life「任务状态」."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


UNFINISHED = (JobState.QUEUED, JobState.RUNNING)
MAX_ATTEMPTS = 3
LEASE = timedelta(seconds=30)


def is_crashed_too_often(attempts: int) -> bool:
    """Return whether a job whose worker vanished may not be begun once more."""
    return attempts > MAX_ATTEMPTS


def day_of_month(text: str) -> int:
    """Return a day that every month has, 1 to 28; raises ValueError."""
    if not (text.isdecimal() and 1 <= int(text) <= 28):
        raise ValueError(text)
    return int(text)


def day_of_year(text: str) -> tuple[int, int]:
    """Return month and day of a text MM-DD that every year has; raises ValueError."""
    if len(text) != 5:
        raise ValueError(text)
    # 2001 has no 29 February.
    day = date.fromisoformat(f"2001-{text}")
    return day.month, day.day


def number_of_days(text: str) -> int:
    """Return a number of days to keep something, 0 for ever, else 30 or more; raises ValueError."""
    if not text.isdecimal() or len(text) > 5 or 0 < int(text) < 30:
        raise ValueError(text)
    return int(text)
