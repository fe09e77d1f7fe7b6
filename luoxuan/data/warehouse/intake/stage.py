"""Staging「暂存」: accepted rows as a typed table, every rejected row with its reason."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.warehouse.intake.csv_file import read_csv
from luoxuan.data.warehouse.intake.findings import (
    VALUE_SHOWN,
    FileRefused,
    Note,
    Problem,
    column_letters,
)
from luoxuan.data.warehouse.intake.headers import Matching, match_headers
from luoxuan.data.warehouse.intake.keys import KeyFailure, check_key, count_duplicates
from luoxuan.data.warehouse.intake.parquet_file import MAGIC, read_parquet
from luoxuan.data.warehouse.intake.raw import RawTable
from luoxuan.data.warehouse.intake.spec import FieldSpec, Limits, TableSpec
from luoxuan.data.warehouse.intake.typed import TypedColumn, arrow_type, read_column

__all__ = ["FieldSpec", "FileRefused", "Limits", "Note", "Problem", "Staged", "TableSpec", "stage"]

PROBLEMS_SHOWN = 1000
_FORMATS_REFUSED = {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".et", ".wps"}


@dataclass(frozen=True, slots=True)
class Staged:
    """What a file brought「暂存结果」.

    ``table`` holds the accepted rows: typed columns in the order of the specification, then
    ``row_number`` (the record number in the file, header = 1). ``rows_read`` is always the sum of
    accepted and rejected rows; blank rows are counted in a note. ``problems`` are the first
    thousand of ``n_problems``, by row and column.
    """

    table: Any
    rows_read: int
    rows_rejected: int
    problems: tuple[Problem, ...]
    n_problems: int
    notes: tuple[Note, ...]
    encoding: str
    sha256: str


_DEFAULT_LIMITS = Limits()


def stage(
    path: str | Path,
    spec: TableSpec,
    *,
    encoding: str | None = None,
    limits: Limits = _DEFAULT_LIMITS,
) -> Staged:
    """Read a CSV or Parquet file against a specification.

    A row with any problem is rejected as a whole. Raises FileRefused when the file as a whole
    cannot be trusted; nothing of it is accepted then.
    """
    raw = _read(Path(path), encoding=encoding, limits=limits)
    matching = match_headers(raw.headers, spec)
    rows_read = len(raw.row_numbers) + len(raw.ragged)
    if not rows_read:
        raise FileRefused("no_rows")
    texts = [_texts(raw, matching.positions[field.name]) for field in spec.fields]
    columns = [
        read_column(text, _as_key_part(field, spec), limits)
        for field, text in zip(spec.fields, texts, strict=True)
    ]
    key_failures = check_key(columns, texts, spec.key, raw.row_numbers) if spec.key else []
    table = _accepted(raw, columns, key_failures)
    problems, n_problems = _problems(raw, matching, columns, texts, key_failures, spec)
    notes = [*raw.notes, *matching.notes, *chain(*(column.notes for column in columns))]
    if not spec.key:
        repeated = count_duplicates(table.columns[:-1])
        notes += [Note("duplicate_rows", repeated)] if repeated else []
    return Staged(
        table=table,
        rows_read=rows_read,
        rows_rejected=rows_read - table.num_rows,
        problems=problems,
        n_problems=n_problems,
        notes=tuple(notes),
        encoding=raw.encoding,
        sha256=raw.sha256,
    )


def _read(path: Path, *, encoding: str | None, limits: Limits) -> RawTable:
    suffix = path.suffix.lower()
    if suffix in _FORMATS_REFUSED:
        raise FileRefused("other_format", kind=suffix.removeprefix("."))
    size = path.stat().st_size
    if size > limits.bytes:
        raise FileRefused("too_many_bytes", found=size, limit=limits.bytes)
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    if data.startswith(MAGIC) and (suffix == ".parquet" or data.endswith(MAGIC)):
        return read_parquet(data, sha256=sha256, limits=limits)
    if suffix == ".parquet":
        raise FileRefused("damaged_parquet" if data else "empty_file")
    return read_csv(data, sha256=sha256, encoding=encoding, limits=limits)


def _as_key_part(field: FieldSpec, spec: TableSpec) -> FieldSpec:
    """Make a field of the key required: a row without its key is nobody's."""
    return replace(field, required=True) if field.name in spec.key else field


def _texts(raw: RawTable, position: int | None) -> Any:
    if position is None:
        return pa.repeat(pa.scalar("", pa.string()), len(raw.row_numbers))
    return raw.columns[position]


def _accepted(raw: RawTable, columns: list[TypedColumn], key_failures: list[KeyFailure]) -> Any:
    """Keep the rows in which no cell failed and whose key is their own."""
    arrays = [column.values for column in columns] + [raw.row_numbers]
    names = [column.field.name for column in columns] + ["row_number"]
    types = [arrow_type(column.field) for column in columns] + [pa.int64()]
    schema = pa.schema(list(zip(names, types, strict=True)))
    table = pa.Table.from_arrays(arrays, schema=schema)
    failed = [failure.indices for column in columns for failure in column.failures]
    if key_failures:
        failed.append(pa.array([failure.index for failure in key_failures], pa.uint64()))
    if not failed:
        return table
    positions = pa.array(range(table.num_rows), pa.uint64())
    rejected = pc.is_in(positions, value_set=pa.concat_arrays(failed))
    return table.filter(pc.invert(rejected)).combine_chunks()


def _problems(
    raw: RawTable,
    matching: Matching,
    columns: list[TypedColumn],
    texts: list[Any],
    key_failures: list[KeyFailure],
    spec: TableSpec,
) -> tuple[tuple[Problem, ...], int]:
    """Return the first problems by row and column, and how many there are in all."""
    n_problems = len(raw.ragged) + len(key_failures)
    found: list[tuple[int, int, Problem]] = []
    for order, (column, text) in enumerate(zip(columns, texts, strict=True)):
        position = matching.positions[column.field.name]
        n_problems += sum(len(failure.indices) for failure in column.failures)
        found.extend(
            (problem.row or 0, order, problem)
            for problem in _cell_problems(raw, column, text, position)
        )
    found.extend((problem.row or 0, -1, problem) for problem in _ragged_problems(raw))
    first = matching.positions[spec.key[0]] if spec.key else None
    found.extend(
        (problem.row or 0, len(columns), problem)
        for problem in _key_problems(raw, key_failures, spec, first)
    )
    found.sort(key=lambda entry: entry[:2])
    return tuple(problem for _, _, problem in found[:PROBLEMS_SHOWN]), n_problems


def _cell_problems(
    raw: RawTable, column: TypedColumn, text: Any, position: int | None
) -> Iterator[Problem]:
    letters = column_letters(position or 0)
    for failure in column.failures:
        indices = failure.indices[:PROBLEMS_SHOWN]
        rows = raw.row_numbers.take(indices).to_pylist()
        for row, value in zip(rows, text.take(indices).to_pylist(), strict=True):
            facts = dict(failure.facts(value))
            shown = value[:VALUE_SHOWN]
            name = column.field.name
            yield Problem(row, name, f"{letters}{row}", shown, failure.code, facts)


def _ragged_problems(raw: RawTable) -> Iterator[Problem]:
    for ragged in raw.ragged[:PROBLEMS_SHOWN]:
        facts: dict[str, object] = {"expected": ragged.expected, "found": ragged.found}
        yield Problem(ragged.row, "", f"A{ragged.row}", ragged.text, "ragged_row", facts)


def _key_problems(
    raw: RawTable, failures: list[KeyFailure], spec: TableSpec, position: int | None
) -> Iterator[Problem]:
    letters = column_letters(position or 0)
    for failure in sorted(failures, key=lambda failure: failure.index)[:PROBLEMS_SHOWN]:
        row = raw.row_numbers[failure.index].as_py()
        facts: dict[str, object] = {
            "rows": ", ".join(map(str, failure.rows)),
            "key": ", ".join(spec.key),
        }
        value = failure.key[:VALUE_SHOWN]
        yield Problem(row, spec.key[0], f"{letters}{row}", value, failure.code, facts)
