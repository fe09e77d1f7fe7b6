"""Writing jobs: asking for one, and the steps of whoever does it, each by compare-and-swap."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext, override

from luoxuan.core.actions.audit import record_audit
from luoxuan.core.actions.notices import notify
from luoxuan.core.errors import Refused
from luoxuan.core.models import Job, User
from luoxuan.core.rules import UNFINISHED, JobState


class JobFinished(Refused):
    """The job has ended; nothing is left to cancel."""


@transaction.atomic
def enqueue(
    *,
    name: str,
    arguments: dict[str, Any],
    by: User | None,
    at: datetime,
    title: str = "",
    unique_key: str = "",
    url: str = "",
) -> Job:
    """Ask for background work「后台任务」 in the transaction of the act that needs it.

    While a job with the same unique key is unfinished, that one is returned. ``url`` is the page
    to go to when the job is done; the job's own result may name a better one.
    """
    waiting = Job.objects.filter(unique_key=unique_key, state__in=UNFINISHED)
    if unique_key and (found := waiting.first()) is not None:
        return found
    try:
        with transaction.atomic():
            return Job.objects.create(
                name=name,
                title=title[:200],
                arguments=arguments,
                language=get_language() or "",
                unique_key=unique_key,
                url=url,
                by=by,
                queued_at=at,
            )
    except IntegrityError:
        # Another transaction asked for the same between the look and the write.
        if not unique_key:
            raise
        return waiting.get()


@transaction.atomic
def cancel_job(*, job: Job, by: User | None, at: datetime) -> None:
    """Cancel a job: a queued one at once, a running one at its next progress.

    Raises JobFinished. The head of the audit chain is locked before the job, as an import does
    that confirms its job after its audit entry; the other way round the two would wait for ever.
    """
    record_audit(by=by, at=at, action="cancel_job", object_kind="Job", object_key=str(job.pk))
    queued = Job.objects.filter(pk=job.pk, state=JobState.QUEUED)
    running = Job.objects.filter(pk=job.pk, state=JobState.RUNNING)
    if not (
        queued.update(state=JobState.CANCELLED, finished_at=at, cancel_asked_at=at)
        or running.update(cancel_asked_at=at)
    ):
        raise JobFinished("job_finished")
    job.refresh_from_db()


def claim_job(*, owner: str, at: datetime, lease: timedelta) -> Job | None:
    """Take the oldest job that waits or whose lease has run out, or return None."""
    due = Job.objects.filter(
        Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=at)
    ).order_by("id")
    while True:
        with transaction.atomic():
            candidate = _unlocked(due).first()
            if candidate is None:
                return None
            taken = due.filter(pk=candidate.pk, token=candidate.token).update(
                state=JobState.RUNNING,
                owner=owner,
                token=F("token") + 1,
                attempts=F("attempts") + 1,
                lease_until=at + lease,
                started_at=candidate.started_at or at,
            )
        if taken:
            return Job.objects.select_related("by").get(pk=candidate.pk)


def renew_lease(*, job: Job, at: datetime, lease: timedelta, **changes: object) -> bool:
    """Extend the lease and write progress; False when another worker has taken over."""
    return bool(_held(job).update(lease_until=at + lease, **changes))


def confirm_job(*, job: Job, at: datetime, result: dict[str, Any]) -> bool:
    """Mark the effect as done in the caller's transaction; False when the lease is lost."""
    if not connection.in_atomic_block:
        raise RuntimeError("confirm belongs into the transaction of the effect")
    return bool(_held(job).update(confirmed_at=at, result=result))


def requeue_job(*, job: Job) -> bool:
    """Give a job back, so that it is begun again."""
    return bool(_held(job).update(state=JobState.QUEUED, lease_until=None, owner=""))


@transaction.atomic
def finish_job(
    *,
    job: Job,
    state: JobState,
    at: datetime,
    result: dict[str, Any] | None = None,
    code: str = "",
    facts: dict[str, object] | None = None,
) -> bool:
    """End a job and tell whoever asked for it; False when the lease is lost."""
    changes: dict[str, Any] = {
        "state": state,
        "finished_at": at,
        "lease_until": None,
        "error_code": code,
        "error_facts": json.loads(json.dumps(facts or {}, default=str)),
    }
    if result is not None:
        changes["result"] = result
    if state is JobState.DONE:
        changes["done"] = F("total")
    if not _held(job).update(**changes):
        return False
    job.refresh_from_db()
    _tell(job, at)
    return True


def _tell(job: Job, at: datetime) -> None:
    if job.by is None or job.state == JobState.CANCELLED:
        return
    with override(job.language or None):
        words = (
            gettext("已完成：%(title)s")
            if job.state == JobState.DONE
            else gettext("未能完成：%(title)s")
        )
        own = reverse("portal:job_detail", args=[job.pk])
        notify(
            user=job.by, text=words % {"title": job.title or job.name}, at=at,
            url=(job.next_url or own) if job.state == JobState.DONE else own, key=f"job:{job.pk}",
        )  # fmt: skip


def _held(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, token=job.token, state=JobState.RUNNING)


def _unlocked(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Pass over what another worker is taking at this moment, where the database can."""
    if connection.features.has_select_for_update_skip_locked:
        return jobs.select_for_update(skip_locked=True, no_key=True)
    return jobs
