"""Rows that the system itself keeps as a dataset, so that indicators can count them."""

from datetime import datetime
from typing import Any

from django.db import transaction

from luoxuan.core.faults import seam
from luoxuan.core.models import User
from luoxuan.data.actions.versions import VersionMoved, commit_version
from luoxuan.data.models import Dataset, DatasetVersion
from luoxuan.data.queries import files_of, store
from luoxuan.data.warehouse.draft_file import content_hash, with_record_numbers

_ATTEMPTS = 5


def publish_records(
    *, dataset_name: str, table: Any, key: str, by: User | None, at: datetime
) -> int | None:
    """Publish own rows「系统数据」 as the next version of a system dataset, if they changed.

    ``table`` (Arrow) replaces all rows; ``key`` names whose rows they are. Returns the number of
    the new version, or None when the version in force holds just these rows. Raises VersionMoved.
    """
    dataset = Dataset.objects.get(name=dataset_name, is_system=True)
    mark = f"records:{key}:{content_hash(table)}"[:180]
    for _ in range(_ATTEMPTS):
        number = Dataset.objects.values_list("current_number", flat=True).get(pk=dataset.pk)
        held = DatasetVersion.objects.filter(dataset=dataset, number=number).first()
        if held is not None and held.idempotency_key == f"{mark}#{number}":
            return None
        file = store().write(dataset.name, with_record_numbers(table, mark[-16:]))
        # Own rows have no file that was handed in: a copy is kept, so that they can be rebuilt.
        store().keep_original(store().root / file.path, file.sha256)
        seam("data.records.file_written")
        with transaction.atomic():
            version = commit_version(
                dataset=dataset,
                expected_number=number,
                added=[("", file)],
                removed=list(files_of(dataset, number=number)),
                mode="records",
                idempotency_key=f"{mark}#{number + 1}",
                by=by,
                at=at,
            )
        if version is not None:
            return version.number
    raise VersionMoved("version_moved", dataset=dataset.name)
