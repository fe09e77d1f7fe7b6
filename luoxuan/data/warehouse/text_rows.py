"""Rows of texts as a file that the reader of uploads takes「文本行」, and a reading of no rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from luoxuan.data.formula.types import FieldInfo
from luoxuan.data.warehouse.intake.findings import Staged
from luoxuan.data.warehouse.relation import ROW_NUMBER
from luoxuan.data.warehouse.store import sha256_of
from luoxuan.data.warehouse.stored_types import stored_type


def write_text_rows(path: Path, names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    """Write rows of texts; a file of this kind needs no guessing about commas, quotes and codes."""
    columns = {name: pa.array([row.get(name, "") for row in rows], pa.string()) for name in names}
    pq.write_table(pa.table(columns), path)


def nothing_staged(path: Path, fields: Sequence[FieldInfo]) -> Staged:
    """Return a reading of no rows: "nothing to report" is an answer, which no file can give."""
    columns = {info.name: pa.array([], stored_type(info.type, info.decimals)) for info in fields}
    table = pa.table({**columns, ROW_NUMBER: pa.array([], pa.int64())})
    return Staged(table, 0, 0, (), 0, (), "parquet", sha256_of(path))
