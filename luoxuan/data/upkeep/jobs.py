"""Background entry of the upkeep."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from luoxuan.core.jobs import JobRun, job
from luoxuan.data.upkeep.actions import JOB, keep_in_order
from luoxuan.data.upkeep.alarms import record_damage
from luoxuan.data.upkeep.verification import verify_pages
from luoxuan.data.verification import verify_data


@job(JOB)
def keep_warehouse(run: JobRun) -> dict[str, Any]:
    """Keep the warehouse in order, then look for damage; it may be begun again at any point."""
    done = keep_in_order(by=run.by, progress=run.progress)
    at = timezone.now()
    findings = dict.fromkeys([*verify_pages(), *verify_data(at=at)])
    record_damage(run=done, findings=list(findings), at=at)
    return {"url": reverse("data:upkeep")}
