"""Background entry of the clearing of drafts."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from luoxuan.core.jobs import JobRun, job
from luoxuan.data.collecting.actions.expiry import JOB, expire_drafts


@job(JOB)
def expire(run: JobRun) -> dict[str, Any]:
    """Clear the drafts whose time is over; it may be begun again at any point."""
    expire_drafts(by=run.by, at=timezone.now())
    return {"url": reverse("data:upkeep")}
