"""Keeping the warehouse in order; killed anywhere, the old or the new state is whole."""

import logging
import shutil
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Min, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.core.actions import enqueue, record_audit
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked
from luoxuan.core.models import Job, User
from luoxuan.data.file_queries import sources_of
from luoxuan.data.models import DataFile, Dataset, DatasetVersion, PackedFile, UpkeepRun
from luoxuan.data.queries import store
from luoxuan.data.upkeep.queries import (
    Leftover,
    Packing,
    is_named,
    leftovers,
    planned_packings,
    unneeded_files,
)
from luoxuan.data.upkeep.rebuilding import REBUILD
from luoxuan.data.upkeep.rules import GRACE, is_upkeep_due
from luoxuan.data.verification import named_originals
from luoxuan.data.warehouse.packing import NotPackable, pack
from luoxuan.data.warehouse.store import StoredFile

logger = logging.getLogger("luoxuan.data")

JOB = "data.upkeep"
ASIDE = "aside"
Progress = Callable[[int, int, str], None]


def _silent(_done: int, _total: int, _words: str = "") -> None:
    """Tell nobody how far it is."""


def keep_in_order(
    *, by: User | None, now: Callable[[], datetime] = timezone.now, progress: Progress = _silent
) -> UpkeepRun:
    """Pack small files, remove what nobody needs and record what was done「仓库维护」.

    Each step commits by itself and may be done again; a reader in the middle keeps its files for
    a day.
    """
    at = now()
    run = UpkeepRun.objects.create(started_at=at, by=by)
    _put_back(at)
    progress(0, 3, gettext("正在合并小文件"))
    packed = [files for packing in planned_packings() if (files := pack_files(packing, by, at))]
    progress(1, 3, gettext("正在清理旧版本"))
    n_removed = sum(remove_rows(dataset=dataset, by=by, at=at) for dataset in Dataset.objects.all())
    progress(2, 3, gettext("正在清理文件"))
    swept = [leftover for leftover in list(leftovers(at=at)) if _sweep(leftover, at)]
    run.report = {
        "n_packed": sum(packed), "n_packs": len(packed), "n_removed": n_removed,
        "n_swept": len(swept), "bytes_swept": sum(leftover.n_bytes for leftover in swept),
    }  # fmt: skip
    _end(run, at=now())
    progress(3, 3, "")
    return run


def leave_as_it_is(*, by: User | None, at: datetime) -> UpkeepRun:
    """Record a pass that did nothing「未维护」, because the database is damaged."""
    run = UpkeepRun.objects.create(started_at=at, by=by)
    run.report = {"n_packed": 0, "n_packs": 0, "n_removed": 0, "n_swept": 0, "bytes_swept": 0}
    _end(run, at=at)
    return run


def pack_files(packing: Packing, by: User | None, at: datetime) -> int:
    """Pack the files of a slice「合并小文件」; return how many, 0 when they do not go together.

    The rows are read back and compared before the commit. The old files stay for a day.
    """
    dataset = packing.dataset
    files = _in_order(packing)
    before = {file.pk: file.pack_id for file in files}
    try:
        stored = pack(store(), dataset.name, sources_of(files))
    except NotPackable as reason:
        logger.warning("not packed", extra={"dataset": dataset.name, "reason": str(reason)})
        return 0
    seam("data.pack.file_written")
    with transaction.atomic():
        locked(dataset)
        now = _in_order(packing)
        if {file.pk: file.pack_id for file in now} != before:
            # Another pass was quicker, and nobody reads this file.
            (store().root / stored.path).unlink()
            return 0
        _name_pack(dataset, packing.slice, stored, now, at)
        record_audit(
            by=by, at=at, action="pack_files", object_kind="Dataset", object_key=dataset.name,
            facts={"slice": packing.slice, "n_files": len(now), "path": stored.path},
        )  # fmt: skip
        seam("data.pack.before_commit")
    return len(files)


def remove_rows(*, dataset: Dataset, by: User | None, at: datetime) -> int:
    """Remove the rows of versions that nobody needs「清理旧版本」; return how many files.

    Never of a version that is pinned or in force, and never an original. Who pins at the same
    time waits for this, and is refused then.
    """
    if not unneeded_files(at=at, dataset=dataset):
        return 0
    with transaction.atomic():
        dataset = locked(dataset)
        # A pin holds the key of its version: it waits until this is decided, or is seen below.
        list(DatasetVersion.objects.filter(dataset=dataset).select_for_update().order_by("pk"))
        files = unneeded_files(at=at, dataset=dataset)
        numbers = sorted({(file.added_in, file.removed_in) for file in files})
        keys = [file.pk for file in files]
        DataFile.objects.filter(pk__in=keys).update(
            retired_at=Coalesce("retired_at", Value(at)), removed_at=at
        )
        _retire_empty_packs(dataset, at)
        record_audit(
            by=by, at=at, action="remove_rows", object_kind="Dataset", object_key=dataset.name,
            facts={"n_files": len(keys), "versions": numbers[:50]},
        )  # fmt: skip
        seam("data.upkeep.before_removal")
    return len(keys)


def ask_for_upkeep(*, by: User | None, at: datetime) -> Job:
    """Ask for a pass over the warehouse「立即维护」 in the background; one at a time."""
    return enqueue(
        name=JOB, arguments={}, by=by, at=at, title=gettext("数据仓库维护"), unique_key=JOB,
        url=reverse("data:upkeep"),
    )  # fmt: skip


def ask_for_due_upkeep(*, at: datetime) -> bool:
    """Ask for the pass of this night, once; return whether it was due."""
    last = UpkeepRun.objects.values_list("started_at", flat=True).first()
    if last is None:
        # A new warehouse is in order until its first night.
        last = DatasetVersion.objects.aggregate(first=Min("created_at"))["first"] or at
    is_due = is_upkeep_due(timezone.localtime(last), at=timezone.localtime(at))
    if is_due:
        ask_for_upkeep(by=None, at=at)
    return is_due


@transaction.atomic
def _end(run: UpkeepRun, *, at: datetime) -> None:
    run.ended_at = at
    run.save(update_fields=["ended_at", "report"])
    record_audit(
        by=run.by, at=at, action="keep_in_order", object_kind="UpkeepRun",
        object_key=str(run.pk), facts=run.report,
    )  # fmt: skip


def _in_order(packing: Packing) -> list[DataFile]:
    found = DataFile.objects.filter(pk__in=packing.files, removed_at=None)
    return list(found.select_related("dataset").order_by("added_in", "path"))


def _name_pack(
    dataset: Dataset, slice_name: str, stored: StoredFile, files: list[DataFile], at: datetime
) -> None:
    made = PackedFile.objects.create(
        dataset=dataset, slice=slice_name, path=stored.path, n_rows=stored.rows,
        n_bytes=stored.n_bytes, sha256=stored.sha256, made_at=at,
    )  # fmt: skip
    # In packs that were made before, files lie in the same order: the new offsets follow it.
    offset = 0
    for file in _by_source(files):
        file.pack, file.pack_offset = made, offset
        file.retired_at = file.retired_at or at
        offset += file.n_rows
    DataFile.objects.bulk_update(files, ["pack", "pack_offset", "retired_at"], batch_size=500)
    _retire_empty_packs(dataset, at)


def _by_source(files: list[DataFile]) -> list[DataFile]:
    """Return files as `sources_of` puts their rows: a pack stands where its first member stands."""
    first: dict[int, int] = {}
    for position, file in enumerate(files):
        if file.pack_id:
            first.setdefault(file.pack_id, position)
    return sorted(
        files,
        key=lambda file: (
            first[file.pack_id] if file.pack_id else files.index(file), file.pack_offset or 0,
        ),
    )  # fmt: skip


def _retire_empty_packs(dataset: Dataset, at: datetime) -> None:
    """Retire the packs in which no file lies any more."""
    held = DataFile.objects.filter(dataset=dataset, removed_at=None, pack__isnull=False)
    rows = PackedFile.objects.filter(dataset=dataset, retired_at=None)
    rows.exclude(pk__in=held.values("pack_id")).update(retired_at=at)


def _sweep(leftover: Leftover, at: datetime) -> bool:
    """Remove a file that nobody needs; asked once more right before."""
    path = store().root / leftover.path
    folder = path.parent.name
    if folder == "originals":
        return _sweep_original(leftover, at)
    if path.suffix == ".parquet" and is_named(leftover.path):
        return False
    path.unlink(missing_ok=True)
    return True


def _sweep_original(leftover: Leftover, at: datetime) -> bool:
    """Remove an original that no row names.

    The same file may be handed in at this very moment, and its keeper sees that it is there. So it
    is put aside first: whoever looks now keeps it anew, whoever touched it before gets it back.
    """
    path = store().root / leftover.path
    aside = store().root / ASIDE / path.name
    aside.parent.mkdir(exist_ok=True)
    try:
        path.rename(aside)
    except FileNotFoundError:
        return False
    seam("data.upkeep.put_aside")
    is_touched = at.timestamp() - aside.stat().st_mtime < GRACE.total_seconds()
    if is_touched or path.name in named_originals():
        aside.rename(path)
        return False
    aside.unlink()
    return True


def _put_back(at: datetime) -> None:
    """Give back what a pass that was killed had put aside, and drop half a rebuilding."""
    for path in sorted((store().root / ASIDE).glob("*")):
        path.rename(store().root / "originals" / path.name)
    for folder in sorted((store().root / REBUILD).glob("*")):
        if at.timestamp() - folder.stat().st_mtime > GRACE.total_seconds():
            shutil.rmtree(folder)


__all__ = [
    "ask_for_due_upkeep", "ask_for_upkeep", "keep_in_order", "leave_as_it_is", "pack_files",
    "remove_rows",
]  # fmt: skip
