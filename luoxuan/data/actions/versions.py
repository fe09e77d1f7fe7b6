"""The commit of a dataset's version: the one point at which rows become visible."""

from collections.abc import Sequence
from datetime import datetime

from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.models import User
from luoxuan.data.models import DataFile, Dataset, DatasetVersion
from luoxuan.data.queries import files_of
from luoxuan.data.warehouse.store import StoredFile


class VersionMoved(Refused):
    """Another writer committed a version in the meantime, again and again."""


def commit_version(
    *,
    dataset: Dataset,
    expected_number: int,
    added: Sequence[tuple[str, StoredFile]],
    removed: Sequence[DataFile],
    mode: str,
    idempotency_key: str,
    by: User | None,
    at: datetime,
) -> DatasetVersion | None:
    """Commit one version「数据版本」 inside the caller's transaction; None when the number moved.

    The files exist already and nobody sees them; after this transaction everybody does. Compare
    and swap of the dataset's number is the only commit point.
    """
    number = expected_number + 1
    swapped = Dataset.objects.filter(pk=dataset.pk, current_number=expected_number).update(
        current_number=number
    )
    if not swapped:
        return None
    seam("data.commit.swapped")
    gone = [file.pk for file in removed]
    DataFile.objects.filter(pk__in=gone).update(removed_in=number)
    DataFile.objects.bulk_create(
        [
            DataFile(
                dataset=dataset,
                slice=slice_name,
                path=file.path,
                n_rows=file.rows,
                n_bytes=file.n_bytes,
                sha256=file.sha256,
                added_in=number,
            )
            for slice_name, file in added
        ]
    )
    seam("data.commit.files_named")
    n_rows = sum(files_of(dataset, number=number).values_list("n_rows", flat=True))
    version = DatasetVersion.objects.create(
        dataset=dataset,
        number=number,
        idempotency_key=idempotency_key,
        mode=mode,
        definition_number=dataset.definition_number or None,
        n_rows=n_rows,
        created_at=at,
        by=by,
    )
    record_audit(
        by=by, at=at, action="commit_version", object_kind="DatasetVersion",
        object_key=str(version), facts={"n_rows": n_rows, "mode": mode},
    )  # fmt: skip
    seam("data.commit.audited")
    return version
