"""Publishing the tasks as a dataset."""

from datetime import datetime

from django.utils import timezone

from luoxuan.core.models import User
from luoxuan.data.actions import publish_records
from luoxuan.data.models import Dataset
from luoxuan.goals.models import Task
from luoxuan.goals.records import KEY, TASKS, task_table


def publish_tasks(*, by: User | None, at: datetime) -> int | None:
    """Publish the tasks as the system dataset ``_tasks``; return its new version or None.

    Nothing happens where no package defines the dataset, or nothing changed since.
    """
    held = Dataset.objects.filter(name=TASKS, is_system=True).first()
    if held is None or not (held.current_number or Task.objects.exists()):
        return None
    table = task_table(on=timezone.localdate(at))
    return publish_records(dataset_name=TASKS, table=table, key=KEY, by=by, at=at)
