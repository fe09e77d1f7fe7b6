"""Decisions of the core on plain values: the life of a job."""

from datetime import timedelta
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
