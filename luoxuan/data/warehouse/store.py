"""Files of the warehouse「数据文件」: written once, synced, hashed, never changed.

Nothing here makes a file visible: only a row of the database that names it does.
"""

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from luoxuan.core.faults import io_seam

_ROW_GROUP = 122_880
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A written file: its path below the root, its rows, its bytes and their SHA-256."""

    path: str
    rows: int
    n_bytes: int
    sha256: str


class Store:
    """A folder of immutable files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, dataset: str, table: Any) -> StoredFile:
        """Write an Arrow table as one file of ``dataset``; it is on disk when this returns."""

        def write(path: Path) -> None:
            pq.write_table(table, path, compression="zstd", row_group_size=_ROW_GROUP)

        return self.write_by(dataset, write)

    def write_by(self, dataset: str, write: Callable[[Path], object]) -> StoredFile:
        """Let ``write`` fill one new file of ``dataset`` and sync it with its folder."""
        folder = self.root / dataset
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{uuid.uuid4().hex}.parquet"
        unfinished, path = folder / f".{name}", folder / name
        try:
            io_seam("store.write")
            write(unfinished)
            _sync(unfinished)
            _rename(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
        _sync(folder)
        io_seam("store.read_back")
        rows = pq.read_metadata(path).num_rows
        return StoredFile(f"{dataset}/{name}", rows, path.stat().st_size, sha256_of(path))

    def paths(self, files: list[str]) -> list[Path]:
        """Return the absolute paths of stored files."""
        return [self.root / file for file in files]

    def keep_original(self, path: Path, sha256: str) -> None:
        """Keep an uploaded file under its hash, so that an import can be looked at and repeated."""
        target = self.root / "originals" / sha256
        try:
            # Young again: the upkeep must not take it for an old one that no row names yet.
            os.utime(target)
        except FileNotFoundError:
            pass
        else:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(f".{uuid.uuid4().hex}")
        try:
            io_seam("originals.copy")
            shutil.copyfile(path, unfinished)
            _sync(unfinished)
            _rename(unfinished, target)
        finally:
            unfinished.unlink(missing_ok=True)
        _sync(target.parent)

    def put_in_place(self, source: Path, path: str) -> StoredFile:
        """Put a copy of a file in the place of a damaged one, in one step; it is on disk then."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}")
        try:
            io_seam("store.write")
            shutil.copyfile(source, unfinished)
            _sync(unfinished)
            _rename(unfinished, target)
        finally:
            unfinished.unlink(missing_ok=True)
        _sync(target.parent)
        rows = pq.read_metadata(target).num_rows
        return StoredFile(path, rows, target.stat().st_size, sha256_of(target))

    def problem_of(self, file: StoredFile) -> str | None:
        """Return why a file is not what was written, or None: missing, size, hash, rows."""
        path = self.root / file.path
        if not path.is_file():
            return "missing"
        if path.stat().st_size != file.n_bytes:
            return "size_differs"
        if sha256_of(path) != file.sha256:
            return "hash_differs"
        try:
            rows = pq.read_metadata(path).num_rows
        except (pa.ArrowException, OSError):
            return "unreadable"
        return None if rows == file.rows else "rows_differ"

    def walk(self) -> Iterator[tuple[str, float]]:
        """Return every data file with the time of its last change in seconds since 1970."""
        for path in sorted(self.root.glob("*/*.parquet")):
            yield path.relative_to(self.root).as_posix(), path.stat().st_mtime


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _rename(unfinished: Path, path: Path) -> None:
    io_seam("store.rename")
    unfinished.rename(path)


def _sync(path: Path) -> None:
    io_seam("store.sync")
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
