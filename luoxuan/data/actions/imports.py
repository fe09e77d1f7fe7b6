"""Importing a file: from the reading of it to the commit of its rows and the report."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from luoxuan.core.actions import record_audit
from luoxuan.core.faults import seam
from luoxuan.core.models import User
from luoxuan.data.actions.deliveries import (
    Delivery,
    check_delivery,
    read_accepting,
    read_delivery,
    rechecked,
    replaced_files,
    write_files,
)
from luoxuan.data.actions.reports import ImportReport, refusal_report, report_of
from luoxuan.data.actions.versions import VersionMoved, commit_version
from luoxuan.data.models import DataFile, Dataset, DatasetVersion, ImportBatch
from luoxuan.data.queries import store
from luoxuan.data.rules import ImportMode
from luoxuan.data.warehouse.intake import FileRefused, Note, Staged
from luoxuan.data.warehouse.store import sha256_of

logger = logging.getLogger("luoxuan.data")

_ATTEMPTS = 5
_NOTHING: Mapping[str, str] = {}


def import_file(
    *,
    dataset: Dataset,
    path: Path,
    by: User | None,
    at: datetime,
    file_name: str = "",
    mode: ImportMode = ImportMode.REPLACE,
    period: str = "",
    encoding: str | None = None,
    is_dry_run: bool = False,
    sheet: str = "",
    answers: Mapping[str, str] = _NOTHING,
    accept_questions: bool = False,
    finish: Callable[[ImportBatch], None] | None = None,
) -> ImportReport:
    """Import a file「数据导入」: read strictly, keep the good rows, report every other one.

    REPLACE puts the file in place of its slice (the period, or the whole dataset when no period is
    given). The same file into the same slice in the same mode takes effect once. A refused file
    changes nothing but leaves a batch with its reason; one that leaves questions changes nothing
    at all, unless ``accept_questions`` takes what is proposed. A trial run writes nothing.
    ``finish`` runs in the transaction of a commit.

    Raises DatasetIsSystem, MergeNeedsKey, PeriodUnknown and VersionMoved.
    """
    delivery = Delivery(
        dataset, path, file_name or path.name, mode, period, encoding or "", sheet,
        answers=dict(answers),
    )  # fmt: skip
    check_delivery(delivery)
    on = timezone.localdate(at)
    try:
        if accept_questions:
            delivery, staged = read_accepting(delivery, on=on)
        else:
            staged = read_delivery(delivery, on=on)
    except FileRefused as refused:
        batch = None if is_dry_run else record_refusal(delivery, refused, by=by, at=at)
        return refusal_report(dataset, refused, batch)
    if (version := done_version(delivery, staged)) is not None:
        return report_of(dataset, staged, version=version.number, notes=(already(version),))
    if is_dry_run or staged.questions:
        number = Dataset.objects.values_list("current_number", flat=True).get(pk=dataset.pk)
        return report_of(dataset, rechecked(delivery, staged, number))
    store().keep_original(path, staged.sha256)
    version, batch, staged = store_delivery(delivery, staged, by=by, at=at, finish=finish)
    if version is None or batch is None:
        notes = (already(version),) if version else ()
        return report_of(
            dataset, staged, version=version.number if version else None,
            batch=batch.pk if batch else None, notes=notes,
        )  # fmt: skip
    return report_of(dataset, staged, version=version.number, batch=batch.pk)


def store_delivery(
    delivery: Delivery,
    staged: Staged,
    *,
    by: User | None,
    at: datetime,
    finish: Callable[[ImportBatch], None] | None = None,
) -> tuple[DatasetVersion | None, ImportBatch | None, Staged]:
    """Write the rows and commit; another writer's commit in between makes it start anew.

    No batch means that the other writer committed this very import; no version that no row is
    sound, so nothing was changed. What was staged comes back without the rows that contradict
    what the dataset holds. ``finish`` runs in the transaction of the commit. Raises VersionMoved.
    """
    dataset = delivery.dataset
    key = delivery.key(staged.sha256)
    for _ in range(_ATTEMPTS):
        number = Dataset.objects.values_list("current_number", flat=True).get(pk=dataset.pk)
        # After the number: a commit that comes later still makes the number move.
        if (done := done_version(delivery, staged)) is not None:
            return done, None, staged
        replaced = replaced_files(delivery, number)
        sound = rechecked(delivery, staged, number)
        if not sound.table.num_rows and (not delivery.own or sound.n_problems):
            return None, _leave_out(delivery, sound, by, at, finish), sound
        added = write_files(delivery, sound, replaced)
        seam("data.commit.files_written")
        with transaction.atomic():
            version = commit_version(
                dataset=dataset,
                expected_number=number,
                added=added,
                removed=replaced,
                mode=delivery.mode,
                idempotency_key=f"{key}#{number + 1}",
                by=by,
                at=at,
            )
            if version is not None:
                batch = _batch(delivery, sound, version, by, at)
                if finish is not None:
                    finish(batch)
                seam("data.commit.before_commit")
        if version is not None:
            seam("data.commit.committed")
            logger.info("imported", extra={"dataset": dataset.name, "version": version.number})
            return version, batch, sound
    raise VersionMoved("version_moved", dataset=dataset.name)


def done_version(delivery: Delivery, staged: Staged) -> DatasetVersion | None:
    """Return the version that this import made, if what it brought is still in force.

    After another file took its place the same file may come again: that is a new act.
    """
    key = delivery.key(staged.sha256)
    made = DatasetVersion.objects.filter(
        dataset=delivery.dataset, idempotency_key__startswith=f"{key}#"
    )
    version = made.order_by("-number").first()
    if version is None:
        return None
    held = DataFile.objects.filter(
        dataset=delivery.dataset, slice=delivery.period, added_in=version.number, removed_in=None
    )
    return version if held.exists() else None


def already(version: DatasetVersion) -> Note:
    """Return the note that a file was imported before."""
    return Note("already_imported", 1, {"version": version.number})


@transaction.atomic
def record_refusal(
    delivery: Delivery, refused: FileRefused, *, by: User | None, at: datetime
) -> ImportBatch:
    """Record a file that was refused as a whole, with its reason."""
    report = refusal_report(delivery.dataset, refused, None)
    batch = ImportBatch.objects.create(
        dataset=delivery.dataset,
        file_name=delivery.file_name[:200],
        sha256=sha256_of(delivery.path),
        mode=delivery.mode,
        slice=delivery.period,
        disposition=report.disposition,
        n_problems=1,
        problems=list(report.errors),
        at=at,
        by=by,
    )
    record_audit(
        by=by, at=at, action="refuse_file", object_kind="ImportBatch",
        object_key=str(batch.pk), facts={"code": refused.code},
    )  # fmt: skip
    return batch


@transaction.atomic
def _leave_out(
    delivery: Delivery,
    staged: Staged,
    by: User | None,
    at: datetime,
    finish: Callable[[ImportBatch], None] | None,
) -> ImportBatch:
    """Record a file without a single sound row; replacing rows by none would lose them."""
    batch = _batch(delivery, staged, None, by, at)
    record_audit(
        by=by, at=at, action="refuse_rows", object_kind="ImportBatch",
        object_key=str(batch.pk), facts={"n_rows": staged.rows_rejected},
    )  # fmt: skip
    if finish is not None:
        finish(batch)
    return batch


def _batch(
    delivery: Delivery,
    staged: Staged,
    version: DatasetVersion | None,
    by: User | None,
    at: datetime,
) -> ImportBatch:
    report = report_of(delivery.dataset, staged)
    return ImportBatch.objects.create(
        dataset=delivery.dataset,
        version=version,
        file_name=delivery.file_name[:200],
        sha256=staged.sha256,
        mode=delivery.mode,
        slice=delivery.period,
        sheet=staged.sheet[:100],
        headers=list(staged.headers),
        mapping=dict(delivery.mapping),
        answers=dict(delivery.answers),
        disposition=report.disposition,
        encoding=staged.encoding,
        rows_accepted=report.rows_accepted,
        rows_rejected=report.rows_rejected,
        n_problems=staged.n_problems,
        notes=list(report.notes),
        problems=list(report.errors),
        at=at,
        by=by,
    )
