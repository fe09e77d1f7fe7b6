"""Taking an import back: a new version that holds what the one before it held."""

import shutil
from datetime import datetime
from pathlib import Path

from django.db import transaction

from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.models import User
from luoxuan.data.actions.versions import VersionMoved, commit_version
from luoxuan.data.file_queries import sources_of
from luoxuan.data.models import DataFile, DatasetVersion, ImportBatch
from luoxuan.data.queries import store
from luoxuan.data.warehouse.packing import rows_of
from luoxuan.data.warehouse.store import StoredFile


class UndoNeedsReason(Refused):
    """Whoever takes an import back says why."""


class ImportNotUndoable(Refused):
    """This import wrote nothing, was taken back already, or another version came after it."""


def undo_import(
    *, batch: ImportBatch, by: User | None, at: datetime, reason: str
) -> DatasetVersion:
    """Take an import back「撤销导入」 by a new version whose rows are those before it.

    Nothing is deleted: the version of the import stays readable. Raises UndoNeedsReason,
    ImportNotUndoable and VersionMoved.
    """
    if not reason.strip():
        raise UndoNeedsReason("undo_needs_reason")
    version = _undoable_version(batch)
    dataset = version.dataset
    gone = DataFile.objects.filter(dataset=dataset, removed_in=version.number)
    came = list(DataFile.objects.filter(dataset=dataset, added_in=version.number))
    # Each row of DataFile names one file for one stretch of versions, so what comes back is copied.
    back = [(file.slice, _copied(file)) for file in gone]
    seam("data.undo.files_written")
    with transaction.atomic():
        made = commit_version(
            dataset=dataset,
            expected_number=version.number,
            added=back,
            removed=came,
            mode="undo",
            idempotency_key=f"undo:{batch.pk}#{version.number + 1}",
            by=by,
            at=at,
        )
        if made is None:
            raise VersionMoved("version_moved", dataset=dataset.name)
        batch.undone_in, batch.undone_reason = made, reason.strip()[:500]
        batch.save(update_fields=["undone_in", "undone_reason"])
        record_audit(
            by=by, at=at, action="undo_import", object_kind="ImportBatch",
            object_key=str(batch.pk), facts={"reason": batch.undone_reason, "version": made.number},
        )  # fmt: skip
        seam("data.undo.before_commit")
    return made


def _undoable_version(batch: ImportBatch) -> DatasetVersion:
    batch.refresh_from_db()
    if batch.undone_in_id is not None:
        raise ImportNotUndoable("import_undone_already")
    version = batch.version
    if version is None:
        raise ImportNotUndoable("import_wrote_nothing")
    if version.dataset.current_number != version.number:
        raise ImportNotUndoable("import_followed_by_others", version=version.dataset.current_number)
    return version


def _copied(file: DataFile) -> StoredFile:
    (source,) = sources_of([file])
    if isinstance(source, Path):
        return store().write_by(file.dataset.name, lambda path: shutil.copyfile(source, path))
    return store().write(file.dataset.name, rows_of(source))
