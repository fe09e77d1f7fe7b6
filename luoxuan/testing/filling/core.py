"""What the tests' college holds in core."""

from datetime import timedelta
from pathlib import Path

from luoxuan.core.actions import cancel_job, enqueue, notify
from luoxuan.core.actions.jobs import claim_job, finish_job, renew_lease
from luoxuan.core.jobs import run_due
from luoxuan.core.models import Job, User
from luoxuan.core.rules import JobState
from luoxuan.testing.college import NOW

_LEASE = timedelta(days=3650)


def fill(users: dict[str, User], folder: Path) -> dict[str, object]:
    """Make a job in every state for the quality office, one of another person, and notices."""
    office = users["office"]
    # What the college asked for by itself, such as the upkeep of the night, is worked off first.
    run_due(owner="filling", now=lambda: NOW)
    done = _ask(office, "导入：成绩", url="/data/score/")
    _finish(done, JobState.DONE, {"rows": 12})
    failed = _ask(office, "导入：教学班")
    _finish(failed, JobState.FAILED, code="job_crashed")
    cancelled = _ask(office, "导入：名册")
    cancel_job(job=cancelled, by=office, at=NOW)
    running = _ask(office, "计算指标")
    # Held for ten years by nobody: no test's worker takes it.
    renew_lease(job=_claim(running), at=NOW, lease=_LEASE, done=3, total=10, words="第 3 项")
    of_east = _ask(users.get("east", office), "导入：东院")
    cancel_job(job=of_east, by=None, at=NOW)
    notify(user=office, text="提醒：本月工作表未交", url="/", at=NOW, key="filling:1")
    return {
        "job": running.pk,
        "job_done": done.pk,
        "job_failed": failed.pk,
        "job_cancelled": cancelled.pk,
        "job_of_east": of_east.pk,
    }


def _ask(by: User, title: str, url: str = "") -> Job:
    return enqueue(name="core.filling", arguments={}, by=by, at=NOW, title=title, url=url)


def _finish(
    job: Job, state: JobState, result: dict[str, object] | None = None, code: str = ""
) -> None:
    finish_job(job=_claim(job), state=state, at=NOW, result=result, code=code)


def _claim(job: Job) -> Job:
    claimed = claim_job(owner="filling", at=NOW, lease=_LEASE)
    if claimed is None or claimed.pk != job.pk:
        raise ValueError("another job waits")
    return claimed
