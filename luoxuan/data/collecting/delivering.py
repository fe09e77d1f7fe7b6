"""Filled-in rows as a delivery「填报交付」: the same reader, checks and commit as for files."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from luoxuan.data.actions.deliveries import Delivery, read_delivery, rechecked
from luoxuan.data.collecting.prefill import fixed_cells, own_field, stored_fields
from luoxuan.data.collecting.rules import AskedKind, CellProblem
from luoxuan.data.models import Dataset, Submission
from luoxuan.data.queries import info_of
from luoxuan.data.rules import ImportMode
from luoxuan.data.warehouse.intake import FileRefused, Staged
from luoxuan.data.warehouse.text_rows import nothing_staged, write_text_rows

_FIRST_RECORD = 2
"""The number of the first row in a file with a header."""


@contextmanager
def delivered(
    dataset: Dataset, rows: Sequence[Mapping[str, str]], **told: Any
) -> Iterator[Delivery]:
    """Give rows of texts as a delivery, whose file is gone afterwards."""
    names = [row.name for row in stored_fields(dataset)]
    with tempfile.TemporaryDirectory(prefix="filling-") as folder:
        path = Path(folder) / "rows.parquet"
        write_text_rows(path, names, rows)
        yield Delivery(dataset=dataset, path=path, **told)


@contextmanager
def submission_delivery(submission: Submission) -> Iterator[Delivery]:
    """Give a submission as a delivery that speaks for its unit or person and period only."""
    collection = submission.collection
    dataset, kind = collection.dataset, AskedKind(collection.asked_kind)
    fixed = fixed_cells(dataset, kind, submission.subject, collection.period)
    is_timed = bool(dataset.period_field or dataset.date_field)
    with delivered(
        dataset,
        [{**row["cells"], **fixed} for row in submission.rows],
        file_name=f"{collection.title} · {submission.subject.name}"[:200],
        mode=ImportMode.REPLACE,
        period=collection.period if is_timed else "",
        own={own_field(dataset, kind): submission.subject.code},
    ) as delivery:
        yield delivery


def read_rows(
    delivery: Delivery, keys: Sequence[str], *, on: date
) -> tuple[Staged | None, list[CellProblem]]:
    """Read a delivery of filled-in rows as a file is read; a question is a problem here.

    ``keys`` are the ids of the rows in order. Whoever fills in sees the cell and mends it at once,
    so nothing is guessed.
    """
    if not keys:
        fields = [info_of(row) for row in stored_fields(delivery.dataset)]
        return nothing_staged(delivery.path, fields), []
    try:
        staged = read_delivery(delivery, on=on)
    except FileRefused as refused:
        return None, [CellProblem("", "", refused.code, refused.facts)]
    number = Dataset.objects.values_list("current_number", flat=True).get(pk=delivery.dataset.pk)
    found = [
        CellProblem(_key(keys, entry.row), entry.column, entry.code, entry.facts)
        for entry in staged.questions
    ]
    if not staged.questions:
        staged = rechecked(delivery, staged, number)
    found += [
        CellProblem(_key(keys, entry.row), entry.column, entry.code, entry.facts)
        for entry in staged.problems
    ]
    return staged, found


def _key(keys: Sequence[str], record: int | None) -> str:
    place = (record or 0) - _FIRST_RECORD
    return keys[place] if 0 <= place < len(keys) else ""
