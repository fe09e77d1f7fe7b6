"""Where the rows of stored files lie: in files of their own, or as pieces of packed ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from luoxuan.core.errors import Refused
from luoxuan.data.models import DataFile, PackedFile
from luoxuan.data.warehouse.packing import FilePiece, joined

_elsewhere: ContextVar[Path | None] = ContextVar("warehouse", default=None)


class RowsRemoved(Refused):
    """The rows of this old version were removed: nothing referred to it."""


def warehouse_root() -> Path:
    """Return the folder of the warehouse."""
    return _elsewhere.get() or Path(settings.LUOXUAN_WAREHOUSE)


@contextmanager
def warehouse_at(root: Path) -> Iterator[None]:
    """Read and write the files of the warehouse in another folder, under the same paths."""
    token = _elsewhere.set(root)
    try:
        yield
    finally:
        _elsewhere.reset(token)


def sources_of(files: Iterable[DataFile]) -> tuple[Path | FilePiece, ...]:
    """Return where the rows of files lie, in their order; raises RowsRemoved.

    A pack stands once, where its first member stands: whole, or as pieces. In a warehouse that is
    being rebuilt every file lies by itself.
    """
    files = list(files)
    root = warehouse_root()
    if _elsewhere.get() is not None:
        return tuple(root / file.path for file in files)
    packs = PackedFile.objects.in_bulk({file.pack_id for file in files if file.pack_id})
    members: dict[int, list[DataFile]] = defaultdict(list)
    for file in files:
        _refuse_removed(file)
        if file.pack_id:
            members[file.pack_id].append(file)
    found: list[Path | FilePiece] = []
    for file in files:
        if not file.pack_id:
            found.append(root / file.path)
        elif file is members[file.pack_id][0]:
            found += _pieces(root, packs[file.pack_id], members[file.pack_id])
    return tuple(found)


def sources_by_dataset(files: QuerySet[DataFile]) -> Mapping[str, tuple[Path | FilePiece, ...]]:
    """Return where the rows of files lie by the name of their dataset; raises RowsRemoved."""
    found: dict[str, list[DataFile]] = defaultdict(list)
    for file in files.select_related("dataset"):
        found[file.dataset.name].append(file)
    return {name: sources_of(held) for name, held in found.items()}


def _refuse_removed(file: DataFile) -> None:
    if file.removed_at is not None:
        raise RowsRemoved(
            "rows_removed", dataset=file.dataset.name, on=file.removed_at.date().isoformat()
        )


def _pieces(root: Path, pack: PackedFile, held: Iterable[DataFile]) -> list[Path | FilePiece]:
    path = root / pack.path
    pieces = joined(FilePiece(path, file.pack_offset or 0, file.n_rows) for file in held)
    if len(pieces) == 1 and pieces[0].rows == pack.n_rows:
        return [path]
    return list(pieces)
