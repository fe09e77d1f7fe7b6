"""The way of rows out of the product and back in, without the database「往返」."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from luoxuan.core.downloads import Listing, write_list
from luoxuan.core.workbook import Column
from luoxuan.data.models import Dataset
from luoxuan.data.warehouse.intake import FileRefused, Limits, Staged, TableSpec
from luoxuan.data.warehouse.intake.staging import stage_here
from luoxuan.data.warehouse.intake.wire import Request
from luoxuan.portal.api.bodies import exact_json
from luoxuan.portal.api.delivering import write_file
from luoxuan.portal.api.documents import text_of

NOTHING: Mapping[str, str] = {}


def read(
    path: Path,
    spec: TableSpec,
    *,
    answers: Mapping[str, str] = NOTHING,
    encoding: str | None = None,
) -> Staged:
    """Read a file as an import does, in this process."""
    return stage_here(
        Request(str(path), spec, Limits(), answers=answers, year=2026, encoding=encoding)
    )


def held_by(path: Path, spec: TableSpec, texts: Sequence[Sequence[str]]) -> Staged | None:
    """Return what a dataset holds after somebody handed in these texts: its sound rows, if any.

    A question about a column is answered with what is proposed.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow([field.name for field in spec.fields])
        writer.writerows(texts)
    try:
        staged = read(path, spec, encoding="utf-8")
        answers = {question.id: question.proposed for question in staged.questions}
        staged = read(path, spec, answers=answers, encoding="utf-8")
    except FileRefused:
        return None
    return staged if staged.table.num_rows else None


def write(
    path: Path, columns: Sequence[Column], rows: Sequence[Sequence[object]], file_format: str
) -> None:
    """Write rows as the page of a dataset does when it is asked for a file."""
    listing = Listing("数据", "数据", columns, len(rows), lambda: rows)
    write_list(path, listing, file_format, by="")


def send(path: Path, dataset: Dataset, names: Sequence[str], rows: Sequence[Any]) -> None:
    """Write the file that a push of rows makes, after they were read by the interface."""
    page = text_of({"results": [dict(zip(names, row, strict=True)) for row in rows]})
    sent = json.dumps(json.loads(page)["results"], ensure_ascii=False).encode()
    write_file(path, dataset, exact_json(sent))


def assert_same(before: Staged, after: Staged) -> None:
    """Compare types, missing values and every bit; nothing was asked and nothing left outside."""
    assert [question.code for question in after.questions] == []
    assert [(one.cell, one.code, one.value) for one in after.problems] == []
    names = [name for name in before.table.column_names if name != "row_number"]
    assert after.table.select(names).schema == before.table.select(names).schema
    found, held = after.table.select(names).to_pylist(), before.table.select(names).to_pylist()
    assert len(found) == len(held)
    differing = [
        (name, one[name], other[name])
        for one, other in zip(held, found, strict=True)
        for name in names
        if one[name] != other[name]
    ]
    assert differing == []
    assert after.table.select(names).equals(before.table.select(names))
