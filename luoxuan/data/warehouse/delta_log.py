"""A folder in the open Delta table format「数据湖表」: Parquet files and a log of JSON commits.

Written by the published protocol, without a library: engines that know the format read the table
by its address. A commit is one file of the log that is put in place whole, or not at all; a number
that another writer took meanwhile is refused by the file system.
Source: Delta Transaction Log Protocol, actions and reader version 1 (3 with times without a zone).
"""

import json
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from luoxuan.data.formula.types import FieldInfo
from luoxuan.data.warehouse.packing import FilePiece, rows_of
from luoxuan.data.warehouse.relation import IMPORT_BATCH, ROW_NUMBER
from luoxuan.data.warehouse.stored_types import stored_type

LOG = "_delta_log"
_TIME = "timestamp_ntz"
_FEATURE = "timestampNtz"
_NAMES = {
    pa.string(): "string", pa.large_string(): "string", pa.int64(): "long", pa.int32(): "integer",
    pa.date32(): "date", pa.timestamp("us"): _TIME, pa.bool_(): "boolean", pa.float64(): "double",
}  # fmt: skip


class LogUnreadable(Exception):
    """The log was not begun here, or was cut by another engine「日志不完整」."""


@dataclass
class LakeState:
    """What a table holds「表的状态」: last commit, last version of ours, schema and files."""

    commit: int = -1
    exported: int = 0
    schema: str = ""
    files: set[str] = field(default_factory=set)


def columns_of(fields: Sequence[FieldInfo]) -> Any:
    """Return the Arrow schema of a dataset's rows, with row number and batch at the end."""
    found = [(info.name, stored_type(info.type, info.decimals)) for info in fields]
    return pa.schema([*found, (ROW_NUMBER, pa.int64()), (IMPORT_BATCH, pa.string())])


def stored_columns(source: Path | FilePiece) -> Any:
    """Return the Arrow schema of a stored file, for rows that no field describes."""
    path = source if isinstance(source, Path) else source.path
    return pq.read_schema(path).remove_metadata()


def schema_text(columns: Any) -> str:
    """Return a schema as the log says it; every column may be missing."""
    told = [
        {"name": one.name, "type": _type_name(one.type), "nullable": True, "metadata": {}}
        for one in columns
    ]
    return json.dumps({"type": "struct", "fields": told}, ensure_ascii=False)


def mark_of(schema: str) -> str:
    """Return a short mark of a schema, part of the names of the files that follow it."""
    return sha256(schema.encode()).hexdigest()[:8]


def read_state(folder: Path) -> LakeState:
    """Return what the log says. Raises LogUnreadable where commits are missing."""
    state = LakeState()
    for path in sorted((folder / LOG).glob("*.json")):
        if not path.stem.isdecimal():
            continue
        if int(path.stem) != state.commit + 1:
            raise LogUnreadable(path.name)
        state.commit += 1
        for line in path.read_text(encoding="utf-8").splitlines():
            _apply(state, json.loads(line))
    return state


def write_file(folder: Path, name: str, source: Path | FilePiece, columns: Any) -> int:
    """Write the rows of a stored file in the columns of the table; return its bytes, synced.

    A column that the file does not hold is missing in all of its rows.
    """
    table = rows_of(source)
    whole = pa.table(
        [
            table[one.name].cast(one.type)
            if one.name in table.column_names
            else pa.nulls(table.num_rows, one.type)
            for one in columns
        ],
        schema=columns,
    )
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{name}.{uuid.uuid4().hex}"
    try:
        pq.write_table(whole, unfinished, compression="zstd")
        _sync(unfinished)
        unfinished.rename(folder / name)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync(folder)
    return (folder / name).stat().st_size


def head(name: str, title: str, schema: str, *, at_ms: int) -> list[dict[str, Any]]:
    """Return the actions that begin a table, or give it another schema."""
    has_times = f'"{_TIME}"' in schema
    protocol: dict[str, Any] = {"minReaderVersion": 1, "minWriterVersion": 2}
    if has_times:
        features = {"readerFeatures": [_FEATURE], "writerFeatures": [_FEATURE]}
        protocol = {"minReaderVersion": 3, "minWriterVersion": 7, **features}
    about = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"luoxuan:{name}")), "name": name,
        "description": title, "format": {"provider": "parquet", "options": {}},
        "schemaString": schema, "partitionColumns": [], "configuration": {}, "createdTime": at_ms,
    }  # fmt: skip
    return [{"protocol": protocol}, {"metaData": about}]


def changes(
    name: str, number: int, added: dict[str, tuple[int, int]], removed: set[str], *, at_ms: int
) -> list[dict[str, Any]]:
    """Return the actions of one version: files that go, files that come (bytes, rows), its mark."""
    gone = [
        {"remove": {"path": path, "deletionTimestamp": at_ms, "dataChange": True}}
        for path in sorted(removed)
    ]
    come = [
        {
            "add": {
                "path": path, "partitionValues": {}, "size": size, "modificationTime": at_ms,
                "dataChange": True, "stats": json.dumps({"numRecords": rows}),
            }
        }
        for path, (size, rows) in added.items()
    ]  # fmt: skip
    told = {"timestamp": at_ms, "operation": "WRITE", "operationParameters": {},
            "engineInfo": "luoxuan", "datasetVersion": number}  # fmt: skip
    mark = {"appId": f"luoxuan:{name}", "version": number, "lastUpdated": at_ms}
    return [{"commitInfo": told}, {"txn": mark}, *gone, *come]


def commit(folder: Path, number: int, actions: Sequence[dict[str, Any]]) -> bool:
    """Put a commit in place; False when another writer has taken its number."""
    log = folder / LOG
    log.mkdir(parents=True, exist_ok=True)
    unfinished = log / f".{uuid.uuid4().hex}"
    lines = [json.dumps(action, ensure_ascii=False) for action in actions]
    try:
        unfinished.write_text("\n".join(lines) + "\n", encoding="utf-8")
        _sync(unfinished)
        os.link(unfinished, log / f"{number:020d}.json")
    except FileExistsError:
        return False
    finally:
        unfinished.unlink(missing_ok=True)
    _sync(log)
    return True


def _apply(state: LakeState, action: dict[str, Any]) -> None:
    if "metaData" in action:
        state.schema = action["metaData"]["schemaString"]
    elif "add" in action:
        state.files.add(action["add"]["path"])
    elif "remove" in action:
        state.files.discard(action["remove"]["path"])
    elif "txn" in action and str(action["txn"]["appId"]).startswith("luoxuan:"):
        state.exported = max(state.exported, int(action["txn"]["version"]))


def _type_name(kind: Any) -> str:
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    return _NAMES[kind]


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
