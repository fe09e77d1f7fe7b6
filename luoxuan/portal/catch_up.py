"""Catching up「追赶」: whatever lags behind its data is computed, in one order, by watermarks.

The order of the day: subjects named by datasets, readings, watches. Each step asks what lags and
does just that; nothing here is a chain of events, so a lost call is made good by the next one.
"""

from dataclasses import dataclass
from datetime import datetime

from luoxuan.core.models import User
from luoxuan.data.actions import record_lagging_subjects
from luoxuan.indicators.actions import RefreshReport, compute_readings
from luoxuan.monitoring.actions import WatchReport, run_watches


@dataclass(frozen=True, slots=True)
class CatchUpReport:
    """What was behind「追赶结果」."""

    n_subjects: int
    refresh: RefreshReport
    watches: WatchReport


def catch_up(*, by: User | None, at: datetime, threads: int | None = None) -> CatchUpReport:
    """Do what lags; idempotent."""
    return CatchUpReport(
        n_subjects=record_lagging_subjects(by=by, at=at),
        refresh=compute_readings(by=by, at=at, threads=threads),
        watches=run_watches(by=by, at=at),
    )
