"""Staging inside the limited process: text in, typed rows, problems and questions out."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.formula.types import FieldType
from luoxuan.data.warehouse.intake.asking import Asked, apply_answers, ask_cells
from luoxuan.data.warehouse.intake.changes import changed_cells
from luoxuan.data.warehouse.intake.column_questions import settle_columns
from luoxuan.data.warehouse.intake.csv_file import mask_without, read_csv
from luoxuan.data.warehouse.intake.decode import guess_utf16
from luoxuan.data.warehouse.intake.file_kind import Kind, kind_of
from luoxuan.data.warehouse.intake.findings import (
    PROBLEMS_SHOWN,
    VALUE_SHOWN,
    Choice,
    FileRefused,
    Note,
    Problem,
    Question,
    Staged,
)
from luoxuan.data.warehouse.intake.headers import Matching, match_headers
from luoxuan.data.warehouse.intake.keys import KeyFailure, check_key, count_duplicates
from luoxuan.data.warehouse.intake.parquet_file import read_parquet
from luoxuan.data.warehouse.intake.raw import RawTable
from luoxuan.data.warehouse.intake.reference_cells import contradictions
from luoxuan.data.warehouse.intake.spec import FieldSpec, TableSpec
from luoxuan.data.warehouse.intake.typed import TypedColumn, read_column
from luoxuan.data.warehouse.intake.wire import Request
from luoxuan.data.warehouse.intake.workbook_file import read_workbook
from luoxuan.data.warehouse.stored_types import stored_type


def stage_here(request: Request) -> Staged:
    """Read a file against a specification in this process; see ``stage``."""
    spec, limits = request.spec, request.limits
    read = _read(request)
    before = list(read.columns) if request.tells_changes else []
    raw = apply_answers(read, request.answers)
    del read
    spec = spec if spec.fields else _as_they_are(raw)
    matching = match_headers(raw, spec, request.answers, request.others)
    rows_read = len(raw.row_numbers) + len(raw.ragged)
    if not rows_read:
        raise FileRefused("no_rows")
    raw, questions, column_notes = settle_columns(raw, matching, spec, request.answers)
    texts = [_texts(raw, matching.positions[field.name]) for field in spec.fields]
    columns = [
        read_column(
            text,
            _as_key_part(field, spec),
            limits,
            _flaws(raw, matching.positions[field.name]),
            on=request.on,
        )
        for field, text in zip(spec.fields, texts, strict=True)
    ]
    columns, asked = ask_cells(raw, matching, columns, texts, request)
    key_failures = check_key(columns, texts, spec.key, raw.row_numbers) if spec.key else []
    problems, n_problems = _problems(raw, matching, columns, texts, key_failures, spec)
    notes = [*raw.notes, *matching.notes, *column_notes]
    notes += [*chain(*(column.notes for column in columns)), *_id_notes(columns)]
    del texts
    raw.columns.clear()  # a million rows are in memory as texts, as values and as what is accepted
    typed = list(columns) if request.tells_changes else []
    table, n_asked, n_empty = _accepted(raw.row_numbers, columns, key_failures, asked)
    if n_empty:
        rows_read -= n_empty
        notes.append(Note("blank_rows", n_empty, {"place": "inside"}))
    if request.tells_changes:
        table = changed_cells(raw, before, matching, typed, table["row_number"])
    if not spec.key and not request.tells_changes:
        repeated = count_duplicates(table.columns[:-1])
        notes += [Note("duplicate_rows", repeated)] if repeated else []
    return Staged(
        table=table,
        rows_read=rows_read,
        rows_rejected=rows_read - table.num_rows - n_asked,
        problems=problems,
        n_problems=n_problems,
        notes=tuple(notes),
        encoding=raw.encoding,
        sha256=raw.sha256,
        questions=(
            *raw.questions,
            *matching.questions,
            *questions,
            *(question.question for question in asked),
        ),
        sheet=raw.sheet,
        headers=tuple(raw.headers),
        rows_asked=n_asked,
    )


def _read(request: Request) -> RawTable:
    data = Path(request.path).read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    kind = kind_of(data, request.file_name or request.path)
    if kind is Kind.WORKBOOK:
        return read_workbook(data, sha256=sha256, request=request)
    if kind is Kind.PARQUET:
        return read_parquet(data, sha256=sha256, limits=request.limits)
    encoding = request.encoding or request.answers.get("encoding")
    guessed = None if encoding else guess_utf16(data)
    held = [data]
    del data
    raw = read_csv(
        held.pop(),
        sha256=sha256,
        encoding=encoding or guessed,
        limits=request.limits,
        spec=request.spec,
    )
    if guessed:
        raw.questions.append(_encoding_question(guessed))
    return raw


def _as_they_are(raw: RawTable) -> TableSpec:
    """Return a specification without demands: every column of the file, as text."""
    fields = tuple(
        FieldSpec(f"column_{position}", (header,), FieldType.TEXT, title=header)
        for position, header in enumerate(raw.headers)
    )
    return TableSpec("", fields)


def _encoding_question(guessed: str) -> Question:
    choices = tuple(
        Choice(name, "read_as_encoding", {"encoding": name}) for name in ("utf-16-le", "utf-16-be")
    )
    return Question(
        id="encoding", kind="file", sheet="", row=None, column="", cell="", value=guessed,
        code="utf16_without_bom", facts={}, choices=choices, proposed=guessed,
    )  # fmt: skip


def _as_key_part(field: FieldSpec, spec: TableSpec) -> FieldSpec:
    """Make a field of the key required: a row without its key is nobody's."""
    return replace(field, required=True) if field.name in spec.key else field


def _texts(raw: RawTable, position: int | None) -> Any:
    if position is None:
        return pa.repeat(pa.scalar("", pa.string()), len(raw.row_numbers))
    return raw.columns[position]


def _flaws(raw: RawTable, position: int | None) -> dict[str, Any]:
    """Return masks of the cells of a column that the file shows to be unusable."""
    if position is None:
        return {}
    return {
        code: pc.is_in(raw.row_numbers, value_set=pa.array(rows, pa.int64()))
        for code, rows in raw.flaws.get(position, {}).items()
    }


def _accepted(
    row_numbers: Any,
    columns: list[TypedColumn],
    key_failures: list[KeyFailure],
    asked: list[Asked],
) -> tuple[Any, int, int]:
    """Keep the rows in which no cell failed or is asked about and whose key is their own.

    Returns them with the number of rows that only wait for answers, and of those without a single
    value, which are as good as blank. ``columns`` is used up.
    """
    arrays = [column.values for column in columns] + [row_numbers]
    names = [column.field.name for column in columns] + ["row_number"]
    fields = [column.field for column in columns]
    types = [stored_type(field.type, field.decimals) for field in fields] + [pa.int64()]
    schema = pa.schema(list(zip(names, types, strict=True)))
    failed = [failure.indices for column in columns for failure in column.failures]
    if key_failures:
        failed.append(pa.array([failure.index for failure in key_failures], pa.uint64()))
    waiting = pa.array([cell.index for cell in asked], pa.uint64())
    rejected = pa.concat_arrays(failed) if failed else pa.array([], pa.uint64())
    n_asked = len(set(waiting.to_pylist()) - set(rejected.to_pylist())) if asked else 0
    out = pa.concat_arrays([rejected.cast(pa.uint64()), waiting])
    empty = _empty_rows(arrays[:-1], out)
    out = pa.concat_arrays([out, empty])
    columns.clear()
    kept = mask_without(len(row_numbers), out) if len(out) else None
    if kept is not None:
        for place, array in enumerate(arrays):
            arrays[place] = array.filter(kept)
    return pa.Table.from_arrays(arrays, schema=schema), n_asked, len(empty)


def _empty_rows(values: list[Any], out: Any) -> Any:
    """Return the rows in which every value is missing, without those that stay outside anyway."""
    empty = pa.array([], pa.uint64())
    if all(array.null_count for array in values):
        empty = pc.indices_nonzero(values[0].is_null())
        for array in values[1:]:
            empty = empty.filter(array.take(empty).is_null())
    return empty.filter(pc.invert(pc.is_in(empty, value_set=out)))


def _id_notes(columns: list[TypedColumn]) -> list[Note]:
    """Say how often a gender or birth date contradicts the identity number of its row."""
    identity = next((one for one in columns if one.field.checksum == "id_number"), None)
    if identity is None:
        return []
    notes = []
    for column in columns:
        if column.field.stated_by_id:
            count = contradictions(identity.values, column.values, column.field.stated_by_id)
            if count:
                notes.append(Note("id_contradicts", count, {"column": column.field.name}))
    return notes


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
    for failure in column.failures:
        indices = failure.indices[:PROBLEMS_SHOWN]
        rows = raw.row_numbers.take(indices).to_pylist()
        for row, value in zip(rows, text.take(indices).to_pylist(), strict=True):
            facts = dict(failure.facts(value))
            shown = value[:VALUE_SHOWN]
            name, cell = column.field.name, raw.address(position, row)
            yield Problem(row, name, cell, shown, failure.code, facts)


def _ragged_problems(raw: RawTable) -> Iterator[Problem]:
    for ragged in raw.ragged[:PROBLEMS_SHOWN]:
        facts: dict[str, object] = {"expected": ragged.expected, "found": ragged.found}
        yield Problem(ragged.row, "", f"A{ragged.row}", ragged.text, "ragged_row", facts)


def _key_problems(
    raw: RawTable, failures: list[KeyFailure], spec: TableSpec, position: int | None
) -> Iterator[Problem]:
    titles = "、".join(field.title or field.name for field in spec.fields if field.name in spec.key)
    for failure in sorted(failures, key=lambda failure: failure.index)[:PROBLEMS_SHOWN]:
        row = raw.row_numbers[failure.index].as_py()
        facts: dict[str, object] = {
            "rows": ", ".join(map(str, failure.rows)),
            "key": ", ".join(spec.key),
            "titles": titles,
        }
        value = failure.key[:VALUE_SHOWN]
        cell = raw.address(position, row)
        yield Problem(row, spec.key[0], cell, value, failure.code, facts)
