"""Background entry of the upkeep."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from luoxuan.core.damage import looked_at
from luoxuan.core.jobs import JobRun, job
from luoxuan.data.upkeep.actions import JOB, keep_in_order, leave_as_it_is
from luoxuan.data.upkeep.alarms import record_damage
from luoxuan.data.upkeep.verification import verify_database, verify_pages
from luoxuan.data.verification import verify_data


@job(JOB)
def keep_warehouse(run: JobRun) -> dict[str, Any]:
    """Keep the warehouse in order, then look for damage; it may be begun again at any point.

    While the database itself is damaged nothing is packed or removed: what it says is not true.
    """
    if looked_at(verify_database):
        done = leave_as_it_is(by=run.by, at=timezone.now())
    else:
        done = keep_in_order(by=run.by, progress=run.progress)
    at = timezone.now()
    found = [*looked_at(verify_pages), *looked_at(lambda: verify_data(at=at))]
    record_damage(run=done, findings=list(dict.fromkeys(found)), at=at)
    return {"url": reverse("data:upkeep")}
