"""Packing: the rows of many small files in one「合并」, and a part of such a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from luoxuan.data.warehouse.store import Store, StoredFile


class PackingDiffers(Exception):
    """What was read back is not what was written「合并核对不符」; nothing may be done with it."""


class NotPackable(Exception):
    """The files hold columns that do not go together「不能合并」; they stay as they are."""


@dataclass(frozen=True, slots=True)
class FilePiece:
    """Some rows of a stored file in a row「文件片段」."""

    path: Path
    offset: int
    rows: int


def joined(pieces: Iterable[FilePiece]) -> list[FilePiece]:
    """Return pieces of one file in their order, neighbours made one."""
    found: list[FilePiece] = []
    for piece in sorted(pieces, key=lambda piece: piece.offset):
        if found and found[-1].offset + found[-1].rows == piece.offset:
            last = found.pop()
            piece = FilePiece(last.path, last.offset, last.rows + piece.rows)
        found.append(piece)
    return found


def pack(store: Store, dataset: str, sources: Sequence[Path | FilePiece]) -> StoredFile:
    """Write the rows of several sources to one file, in their order, and read it back.

    The file holds every row, value and row number as they were, or it is gone again. Raises
    NotPackable and PackingDiffers.
    """
    tables = [rows_of(source) for source in sources]
    try:
        table = pa.concat_tables(tables, promote_options="permissive")
    except pa.ArrowException as error:
        raise NotPackable(str(error)) from error
    stored = store.write(dataset, table)
    path = store.root / stored.path
    if not _same(pq.read_table(path), tables):
        path.unlink()
        raise PackingDiffers(stored.path)
    return stored


def rows_of(source: Path | FilePiece) -> Any:
    """Return the rows of a file, or of a piece of it, as they are stored."""
    if isinstance(source, Path):
        return pq.read_table(source).replace_schema_metadata(None)
    table = pq.read_table(source.path).replace_schema_metadata(None)
    return table.slice(source.offset, source.rows)


def _same(packed: Any, tables: Sequence[Any]) -> bool:
    """Tell whether a table is the others one after the other; a column may be new in some."""
    offset = 0
    for table in tables:
        part = packed.slice(offset, table.num_rows)
        offset += table.num_rows
        here = part.select(table.column_names)
        if not here.equals(table.cast(here.schema)):
            return False
        added = set(packed.column_names) - set(table.column_names)
        if any(part[name].null_count != part.num_rows for name in added):
            return False
    return bool(packed.num_rows == offset)


def unreadable(path: Path) -> str:
    """Return why not every row of a file can be decoded, "" if it can."""
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches():
                batch.validate(full=True)
    except (pa.ArrowException, OSError) as error:
        return str(error)[:200]
    return ""


def same_rows(one: Any, other: Any) -> bool:
    """Tell whether two tables hold the same rows in the same order; a column may be all missing."""
    return (
        _same(one, [other])
        if len(one.column_names) >= len(other.column_names)
        else (_same(other, [one]))
    )
