"""Background work: what jobs there are, and the loop of a worker that does them."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, connections
from django.utils import translation

from luoxuan.core.actions.jobs import (
    claim_job,
    confirm_job,
    finish_job,
    renew_lease,
    requeue_job,
)
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.logs import request_id
from luoxuan.core.models import Job, User
from luoxuan.core.rules import LEASE, MAX_ATTEMPTS, JobState, is_crashed_too_often

logger = logging.getLogger("luoxuan.jobs")

JobFunction = Callable[..., dict[str, Any]]
_JOBS: dict[str, JobFunction] = {}


class LeaseLost(Exception):
    """Another worker has taken the job over「租约已失」; nothing more may be written for it."""


class JobCancelled(Exception):
    """Its person has cancelled the job「任务已取消」."""


@dataclass
class JobRun:
    """What a running job is given「任务执行」: who asked, and the way to tell how it goes."""

    id: int
    by: User | None
    _job: Job = field(repr=False)
    _now: Callable[[], datetime] = field(repr=False)
    _lease: timedelta = field(repr=False)

    def progress(self, done: int, total: int, words: str = "") -> None:
        """Say how far the job is and extend its lease; outside of a transaction.

        Raises JobCancelled when its person has asked for that, LeaseLost when taken over.
        """
        changes = {"done": done, "total": total, "words": words[:200]}
        if not renew_lease(job=self._job, at=self._now(), lease=self._lease, **changes):
            raise LeaseLost
        asked = Job.objects.filter(pk=self.id).values_list("cancel_asked_at", flat=True)
        if asked.get() is not None:
            raise JobCancelled

    def confirm(self, result: dict[str, Any] | None = None) -> None:
        """Mark the effect as done, in the transaction of the effect, or raise LeaseLost.

        Killed after that commit, the job is not done again: it ends with ``result``.
        """
        if not confirm_job(job=self._job, at=self._now(), result=result or {}):
            raise LeaseLost


def job(name: str) -> Callable[[JobFunction], JobFunction]:
    """Register the function that does the jobs of this name; it must be idempotent."""

    def register(function: JobFunction) -> JobFunction:
        if _JOBS.get(name, function) is not function:
            raise ValueError(f"two functions for the job {name}")
        _JOBS[name] = function
        return function

    return register


def run_due(
    *,
    owner: str,
    now: Callable[[], datetime],
    limit: int | None = None,
    lease: timedelta = LEASE,
) -> int:
    """Claim and do jobs until none is due, or ``limit``; return how many were begun."""
    n_begun = 0
    while limit is None or n_begun < limit:
        claimed = claim_job(owner=owner, at=now(), lease=lease)
        if claimed is None:
            break
        n_begun += 1
        seam("core.job.claimed")
        with _in_the_name_of(claimed), _heartbeat(claimed, now, lease):
            _do(claimed, now, lease)
    return n_begun


def _do(claimed: Job, now: Callable[[], datetime], lease: timedelta) -> None:
    if claimed.confirmed_at is not None:
        # Killed between the commit of the effect and the word that it is done.
        finish_job(job=claimed, state=JobState.DONE, at=now())
    elif is_crashed_too_often(claimed.attempts):
        finish_job(job=claimed, state=JobState.FAILED, at=now(), code="job_crashed")
    elif claimed.cancel_asked_at is not None:
        finish_job(job=claimed, state=JobState.CANCELLED, at=now())
    else:
        _call(claimed, JobRun(claimed.pk, claimed.by, claimed, now, lease), now)


def _call(claimed: Job, run: JobRun, now: Callable[[], datetime]) -> None:
    try:
        function = _JOBS.get(claimed.name)
        if function is None:
            raise Refused("unknown_job", job=claimed.name)
        result = function(run, **claimed.arguments)
    except LeaseLost:
        logger.warning("lease lost", extra={"job": claimed.pk})
    except JobCancelled:
        finish_job(job=claimed, state=JobState.CANCELLED, at=now())
    except Refused as refused:
        finish_job(
            job=claimed, state=JobState.FAILED, at=now(), code=refused.code, facts=refused.facts
        )
    except Exception:
        logger.exception("job failed", extra={"job": claimed.pk, "name_of_job": claimed.name})
        _again(claimed, now)
    else:
        seam("core.job.effect_done")
        finish_job(job=claimed, state=JobState.DONE, at=now(), result=result)


def _again(claimed: Job, now: Callable[[], datetime]) -> None:
    claimed.refresh_from_db(fields=["confirmed_at"])
    if claimed.confirmed_at is not None:
        finish_job(job=claimed, state=JobState.DONE, at=now())
    elif claimed.attempts < MAX_ATTEMPTS:
        requeue_job(job=claimed)
    else:
        finish_job(job=claimed, state=JobState.FAILED, at=now(), code="internal")


@contextmanager
def _in_the_name_of(claimed: Job) -> Iterator[None]:
    """Write in the language of whoever asked; log lines and audit entries name the job."""
    mark = request_id.set(f"job-{claimed.pk}")
    try:
        with translation.override(claimed.language or None):
            yield
    finally:
        request_id.reset(mark)


@contextmanager
def _heartbeat(claimed: Job, now: Callable[[], datetime], lease: timedelta) -> Iterator[None]:
    """Extend the lease from a thread while the job works, however long one of its steps takes."""
    if connection.in_atomic_block:
        # Only a test is here: another connection would not see the job, or would wait for it.
        yield
        return
    over = threading.Event()

    def beat() -> None:
        while not over.wait(lease.total_seconds() / 3):
            try:
                if not renew_lease(job=claimed, at=now(), lease=lease):
                    break
            except DatabaseError:
                logger.warning("heartbeat missed", extra={"job": claimed.pk})
        connections.close_all()

    thread = threading.Thread(target=beat, name=f"heartbeat-{claimed.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
