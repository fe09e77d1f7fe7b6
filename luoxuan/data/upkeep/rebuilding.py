"""Rebuilding「重建」: what is held comes out of the originals once more, and is compared.

Every version is replayed in its order into a warehouse of its own: the file that was handed in,
with the answers, columns, mode and period of that time; what the system wrote itself is computed
again or taken from the copy that was kept with the originals. What differs is named; damaged files
are replaced only on demand.
"""

import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from luoxuan.core.actions import record_audit
from luoxuan.core.faults import seam
from luoxuan.core.models import User
from luoxuan.data.actions.deliveries import read_delivery, rechecked, replaced_files, write_staged
from luoxuan.data.actions.drafts import delivery_of
from luoxuan.data.file_queries import sources_of, warehouse_at
from luoxuan.data.models import DataFile, Dataset, DatasetVersion, ImportBatch, PackedFile
from luoxuan.data.queries import store
from luoxuan.data.rules import ImportMode
from luoxuan.data.upkeep.rules import FileState
from luoxuan.data.warehouse.intake import FileRefused
from luoxuan.data.warehouse.packing import rows_of, same_rows
from luoxuan.data.warehouse.store import StoredFile, sha256_of

REBUILD = "rebuild"
Maker = Callable[[DatasetVersion], Iterable[Path]]
_REPLACES = frozenset({FileState.SAME, FileState.COUNTED})
_UNDO = "undo"


class NotRebuilt(Exception):
    """A version that its originals do not give again「不能重建」, with the reason."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What became of one file「重建结果」; ``is_damaged`` tells of the one that is held."""

    file: DataFile
    state: FileState
    is_damaged: bool
    reason: str = ""
    is_replaced: bool = False


def rebuild(
    *,
    datasets: Iterable[Dataset],
    by: User | None,
    at: datetime,
    makers: Mapping[str, Maker] | None = None,
    is_replacing: bool = False,
) -> list[Rebuilt]:
    """Rebuild datasets from their originals and compare every file; the order is that given.

    ``makers`` rebuild what the system itself wrote, by the mode of the version. With
    ``is_replacing`` a damaged file is replaced where the rebuilt one is known to be equal.
    """
    found: list[Rebuilt] = []
    with _fresh_folder() as folder:
        for dataset in datasets:
            for version in DatasetVersion.objects.filter(dataset=dataset).order_by("number"):
                found += _version(version, folder, makers or {})
        if is_replacing:
            return _replaced(found, folder, by=by, at=at)
    return found


@contextmanager
def _fresh_folder() -> Iterator[Path]:
    """Return an empty warehouse beside the other, with the same originals; gone afterwards."""
    root = store().root
    folder = root / REBUILD / uuid.uuid4().hex
    folder.mkdir(parents=True)
    (folder / "originals").symlink_to(root / "originals")
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _version(
    version: DatasetVersion, folder: Path, makers: Mapping[str, Maker]
) -> Iterator[Rebuilt]:
    files = list(DataFile.objects.filter(dataset=version.dataset, added_in=version.number))
    files.sort(key=lambda file: file.pk)
    if not files:
        return
    reason = ""
    try:
        with warehouse_at(folder):
            made = list(_made(version, files, makers))
        for file, path in zip(files, made, strict=True):
            path.rename(_place(folder, file))
    except (NotRebuilt, FileRefused, OSError, ValueError) as error:
        reason = str(error) or type(error).__name__
    for file in files:
        yield _compared(file, folder, reason)


def _made(
    version: DatasetVersion, files: list[DataFile], makers: Mapping[str, Maker]
) -> Iterator[Path]:
    """Return the rebuilt files of a version, in the order of its rows."""
    if version.mode in set(ImportMode):
        yield _imported(version)
    elif version.mode == _UNDO:
        yield from _brought_back(version)
    elif version.mode in makers:
        yield from makers[version.mode](version)
    else:
        yield from _kept_copies(files)


def _imported(version: DatasetVersion) -> Path:
    batch = ImportBatch.objects.filter(version=version).select_related("dataset").first()
    if batch is None:
        raise NotRebuilt("no import is recorded")
    # What was found out then need not be found out again.
    delivery = replace(delivery_of(batch), encoding=batch.encoding)
    if not delivery.path.is_file() or sha256_of(delivery.path) != batch.sha256:
        raise NotRebuilt("the original file is missing or damaged")
    staged = read_delivery(delivery, on=timezone.localdate(batch.at))
    sound = rechecked(delivery, staged, version.number - 1)
    replaced = replaced_files(delivery, version.number - 1)
    return store().root / write_staged(delivery, sound, replaced).path


def _kept_copies(files: list[DataFile]) -> Iterator[Path]:
    """Return the copies of own rows that were kept beside the originals when they were written."""
    for file in files:
        original = store().root / "originals" / file.sha256
        if not original.is_file():
            raise NotRebuilt("not made from a file, and no copy was kept")
        if sha256_of(original) != file.sha256:
            raise NotRebuilt("the kept copy is damaged")
        copy = store().root / file.dataset.name / f"{uuid.uuid4().hex}.parquet"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(original, copy)
        yield copy


def _brought_back(version: DatasetVersion) -> Iterator[Path]:
    undone = ImportBatch.objects.filter(undone_in=version).select_related("version").first()
    if undone is None or undone.version is None:
        raise NotRebuilt("no import was taken back")
    gone = DataFile.objects.filter(dataset=version.dataset, removed_in=undone.version.number)
    for file in gone:
        copy = store().root / file.dataset.name / f"{uuid.uuid4().hex}.parquet"
        shutil.copyfile(store().root / file.path, copy)
        yield copy


def _compared(file: DataFile, folder: Path, reason: str) -> Rebuilt:
    """Compare a rebuilt file with the one that is held; later versions are built on the better."""
    path = folder / file.path
    held = None if file.removed_at else _held_rows(file)
    is_damaged = held is None and file.removed_at is None
    if reason:
        if held is None:
            return Rebuilt(file, FileState.LOST, is_damaged, reason)
        with warehouse_at(folder):
            stored = store().write(file.dataset.name, held)
        (folder / stored.path).rename(path)
        return Rebuilt(file, FileState.KEPT, is_damaged, reason)
    if sha256_of(path) == file.sha256:
        return Rebuilt(file, FileState.SAME, is_damaged)
    rows = rows_of(path)
    if held is not None:
        state = FileState.EQUAL if same_rows(rows, held) else FileState.DIFFERS
    else:
        state = FileState.COUNTED if rows.num_rows == file.n_rows else FileState.DIFFERS
    return Rebuilt(file, state, is_damaged, f"{rows.num_rows} rows, {file.n_rows} before")


def _held_rows(file: DataFile) -> Any:
    """Return the rows that are held of a file, None when they are damaged."""
    own = file.pack or file
    stored = StoredFile(own.path, own.n_rows, own.n_bytes, own.sha256)
    if store().problem_of(stored) is not None:
        return None
    (source,) = sources_of([file])
    return rows_of(source)


def _replaced(
    found: list[Rebuilt], folder: Path, *, by: User | None, at: datetime
) -> list[Rebuilt]:
    """Put rebuilt files in the place of damaged ones; a pack falls apart into its members."""
    broken = {one.file.pack_id for one in found if one.is_damaged and one.file.pack_id}
    done = []
    for one in found:
        is_member = one.file.pack_id in broken if one.file.pack_id else False
        if (one.is_damaged or is_member) and one.state in _REPLACES:
            _mend(one.file, folder, by=by, at=at)
            done.append(replace(one, is_replaced=True))
        else:
            done.append(one)
    members = DataFile.objects.filter(removed_at=None, pack__isnull=False)
    empty = PackedFile.objects.filter(pk__in=broken, retired_at=None)
    empty.exclude(pk__in=members.values("pack_id")).update(retired_at=at)
    return done


def _mend(file: DataFile, folder: Path, *, by: User | None, at: datetime) -> None:
    """Put one rebuilt file in place, first the file, then the row that names it."""
    stored = store().put_in_place(folder / file.path, file.path)
    seam("data.rebuild.file_written")
    with transaction.atomic():
        DataFile.objects.filter(pk=file.pk).update(
            pack=None, pack_offset=None, retired_at=None,
            n_bytes=stored.n_bytes, sha256=stored.sha256,
        )  # fmt: skip
        record_audit(
            by=by, at=at, action="mend_file", object_kind="DataFile", object_key=file.path,
            facts={"sha256": stored.sha256, "was": file.sha256},
        )  # fmt: skip
        seam("data.rebuild.before_commit")


def _place(folder: Path, file: DataFile) -> Path:
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
