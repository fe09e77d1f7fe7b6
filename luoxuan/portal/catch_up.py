"""Catching up「追赶」: whatever lags behind its data is computed, in one order, by watermarks.

The order of the day: pulls, the upkeep and the clearing of drafts that are due are asked for,
whoever owes a submission is reminded, then subjects named by datasets, rejected rows to be
corrected, checks of new versions, tasks of task lists and their records, readings, watches,
improvements. Each step asks what lags and does just that; nothing here is a chain of events, so a
lost call is made good by the next one.
"""

from dataclasses import dataclass
from datetime import datetime

from luoxuan.core.models import User
from luoxuan.data.actions import record_lagging_subjects
from luoxuan.data.collecting.actions import ask_for_expiry, remind_of_collections
from luoxuan.data.quality.actions import CheckReport, hold_lagging_rows, run_lagging_checks
from luoxuan.data.sources.actions import ask_for_due_pulls
from luoxuan.data.upkeep.actions import ask_for_due_upkeep
from luoxuan.goals.actions import publish_tasks, record_lagging_tasks
from luoxuan.improvement.actions import RemeasurementReport, remeasure_improvements
from luoxuan.indicators.actions import (
    RefreshReport,
    compute_readings,
    release_old_inputs,
)
from luoxuan.monitoring.actions import WatchReport, run_watches
from luoxuan.portal.retention import runs_referred


@dataclass(frozen=True, slots=True)
class CatchUpReport:
    """What was behind「追赶结果」."""

    n_pulls: int
    is_upkeep_asked: bool
    is_expiry_asked: bool
    n_reminded: int
    n_subjects: int
    n_held_rows: int
    checks: CheckReport
    n_tasks: int
    tasks_version: int | None
    refresh: RefreshReport
    watches: WatchReport
    improvements: RemeasurementReport


def catch_up(*, by: User | None, at: datetime, threads: int | None = None) -> CatchUpReport:
    """Do what lags; idempotent."""
    is_night = ask_for_due_upkeep(at=at)
    if is_night:
        # Before the pass over the warehouse that was just asked for: it removes what is free then.
        release_old_inputs(kept=runs_referred(), by=by, at=at)
    return CatchUpReport(
        n_pulls=ask_for_due_pulls(at=at),
        is_upkeep_asked=is_night,
        is_expiry_asked=ask_for_expiry(at=at),
        n_reminded=remind_of_collections(at=at),
        n_subjects=record_lagging_subjects(by=by, at=at),
        n_held_rows=hold_lagging_rows(at=at),
        checks=run_lagging_checks(by=by, at=at),
        n_tasks=record_lagging_tasks(by=by, at=at),
        tasks_version=publish_tasks(by=by, at=at),
        refresh=compute_readings(by=by, at=at, threads=threads),
        watches=run_watches(by=by, at=at),
        improvements=remeasure_improvements(by=by, at=at),
    )
