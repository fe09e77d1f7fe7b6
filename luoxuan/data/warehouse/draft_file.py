"""What a check read「暂存文件」, kept until it is committed or dropped; no version names it."""

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from luoxuan.data.warehouse.intake import Note, Problem, Staged
from luoxuan.data.warehouse.relation import IMPORT_BATCH, ROW_NUMBER

_ABOUT = b"luoxuan"
_PLAIN = ("rows_read", "rows_rejected", "n_problems", "encoding", "sha256", "sheet")


def keep_staged(path: Path, staged: Staged) -> None:
    """Write what was staged with everything that was found; readers see it whole or not at all."""
    about: dict[str, Any] = {name: getattr(staged, name) for name in _PLAIN}
    about["headers"] = list(staged.headers)
    about["notes"] = [asdict(note) for note in staged.notes]
    about["problems"] = [asdict(problem) for problem in staged.problems]
    text = json.dumps(about, ensure_ascii=False, default=str)
    table = staged.table.replace_schema_metadata({_ABOUT: text.encode()})
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}")
    pq.write_table(table, unfinished, compression="zstd")
    unfinished.rename(path)


def kept_staged(path: Path) -> Staged | None:
    """Return what `keep_staged` wrote, or None when it is no longer there."""
    try:
        table = pq.read_table(path)
    except (FileNotFoundError, pa.ArrowException):
        return None
    about = json.loads((table.schema.metadata or {})[_ABOUT])
    return Staged(
        table=table.replace_schema_metadata(None),
        notes=tuple(Note(**note) for note in about["notes"]),
        problems=tuple(Problem(**problem) for problem in about["problems"]),
        headers=tuple(about["headers"]),
        **{name: about[name] for name in _PLAIN},
    )


def only_rows(staged: Staged, rows: list[int]) -> Staged:
    """Return what was staged cut to these record numbers."""
    numbers = staged.table["row_number"]
    kept = staged.table.filter(pc.is_in(numbers, value_set=pa.array(rows, pa.int64())))
    return replace(staged, table=kept)


def rows_of(staged: Staged, *, limit: int) -> list[list[Any]]:
    """Return the first rows of what was staged as Python values, the record number last."""
    columns = [column.to_pylist() for column in staged.table.slice(0, limit).columns]
    return [list(row) for row in zip(*columns, strict=True)]


def content_hash(table: Any) -> str:
    """Return a SHA-256 of a table's columns, types and values in their order."""
    digest = hashlib.sha256(str(table.schema.remove_metadata()).encode())
    plain = table.combine_chunks().to_batches()
    for batch in plain:
        digest.update(batch.serialize().to_pybytes())
    return digest.hexdigest()


def with_record_numbers(table: Any, batch: str) -> Any:
    """Return a table with the two columns that every stored row carries."""
    if ROW_NUMBER not in table.column_names:
        table = table.append_column(ROW_NUMBER, pa.array(range(1, table.num_rows + 1), pa.int64()))
    if IMPORT_BATCH not in table.column_names:
        marks = pa.repeat(pa.scalar(batch, pa.string()), table.num_rows)
        table = table.append_column(IMPORT_BATCH, marks)
    return table
