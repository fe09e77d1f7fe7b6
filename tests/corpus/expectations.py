"""What the outcomes of the index mean for a file."""

import re
import time
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from luoxuan.data.models import Dataset
from luoxuan.data.queries import engine, relation_of
from tests.corpus.index import BadInput
from tests.corpus.samples import Sample

DISPOSITIONS = {
    "F": {"reject_file"},
    "R": {"reject_rows"},
    "N": {"accept_normalised"},
    "A": {"accept"},
    "Q": {"ask_user"},
}
ANSWERED = {"accept", "accept_normalised"}
SECONDS = 10
CHINESE = re.compile(r"[\u4e00-\u9fff]")

Importing = Callable[..., dict[str, Any]]


def written(sample: Sample, folder: Path) -> Path:
    """Write the file of a sample."""
    path = folder / sample.name
    path.write_bytes(sample.data)
    return path


def stored_rows(dataset_name: str, columns: list[str]) -> list[dict[str, str]]:
    """Return the rows of the dataset as texts, in the order of its key."""
    dataset = Dataset.objects.get(name=dataset_name)
    if not dataset.current_number:
        return []
    relation = relation_of(dataset, number=dataset.current_number)
    order, named = ", ".join(dataset.key), list(dict.fromkeys([*columns, *dataset.key]))
    with engine().session() as session:
        table = session.table(
            f"SELECT {', '.join(columns)} FROM ({relation.sql(named)}) ORDER BY {order}"
        )
    return [dict(zip(columns, map(shown, row), strict=True)) for row in table.rows]


def shown(value: object) -> str:
    """Write a stored value the way the corpus writes it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def assert_stored(sample: Sample) -> None:
    """Compare what is stored with what the sample says, cell by cell."""
    if not sample.rows:
        assert not Dataset.objects.get(name=sample.dataset).current_number
        return
    columns = list(sample.rows[0])
    wanted = sorted([dict(row) for row in sample.rows], key=lambda row: row[columns[0]])
    found = stored_rows(sample.dataset, columns)
    assert len(found) == len(wanted), found[:20]
    for row, expected in zip(found, wanted, strict=True):
        assert row == expected


def assert_words(code: str, text: str) -> None:
    """Demand a Chinese sentence; that each names the next step is asked in test_sentences."""
    assert CHINESE.search(text), (code, text)


def assert_nothing_stored(dataset: str) -> None:
    """Demand that no version of the dataset exists."""
    assert Dataset.objects.get(name=dataset).current_number == 0


def told(sample: Sample, document: dict[str, Any]) -> str:
    """Return in one line what became of a file."""
    errors = [f"{error['cell'] or 'file'}={error['code']}" for error in document["errors"]]
    others = [entry["code"] for entry in (*document["notes"], *document["questions"])]
    return f"{sample.name}: {document['disposition']} {errors[:12]} {others}"


def check_sample(bad: BadInput, sample: Sample, folder: Path, importing: Importing) -> None:
    """Import one file and compare its fate with the index."""
    path = written(sample, folder)
    start = time.monotonic()
    document = importing(path, sample.dataset, *sample.options)
    assert time.monotonic() - start < SECONDS
    assert document["disposition"] in DISPOSITIONS[bad.outcome], told(sample, document)
    _CHECKS[bad.outcome](bad, sample, document)
    if bad.outcome == "Q":
        document = importing(path, sample.dataset, "--accept-questions", *sample.options)
        assert document["disposition"] in ANSWERED, told(sample, document)
    assert_stored(sample)


def _check_refused(bad: BadInput, sample: Sample, document: dict[str, Any]) -> None:
    (error,) = document["errors"]
    assert error["code"] == (sample.code or bad.code), told(sample, document)
    assert_words(error["code"], error["message"])
    assert document["rows_accepted"] == 0
    assert_nothing_stored(sample.dataset)


def _check_rows(_bad: BadInput, sample: Sample, document: dict[str, Any]) -> None:
    found = {error["cell"].rpartition("!")[2]: error["code"] for error in document["errors"]}
    assert found == dict(sample.problems), told(sample, document)
    assert len(document["errors"]) == len(sample.problems)
    for error in document["errors"]:
        assert error["row"] == int(re.sub(r"\D", "", error["cell"].rpartition("!")[2]))
        assert error["column"] or error["code"] == "ragged_row"
        assert_words(error["code"], error["message"])
    assert document["rows_accepted"] == len(sample.rows)
    assert document["rows_rejected"] == len({error["row"] for error in document["errors"]})


def _check_notes(bad: BadInput, sample: Sample, document: dict[str, Any]) -> None:
    codes = {note["code"] for note in document["notes"]}
    assert (sample.code or bad.code) in codes, told(sample, document)
    assert all(CHINESE.search(note["message"]) for note in document["notes"])
    assert document["errors"] == []


def _check_accepted(_bad: BadInput, _sample: Sample, document: dict[str, Any]) -> None:
    assert document["errors"] == []
    assert document["rows_rejected"] == 0


def _check_asked(bad: BadInput, sample: Sample, document: dict[str, Any]) -> None:
    codes = {question["code"] for question in document["questions"]}
    assert (sample.code or bad.code) in codes, told(sample, document)
    for question in document["questions"]:
        assert CHINESE.search(question["message"]), question
        assert question["choices"], question
    assert_nothing_stored(sample.dataset)


_CHECKS = {
    "F": _check_refused,
    "R": _check_rows,
    "N": _check_notes,
    "A": _check_accepted,
    "Q": _check_asked,
}
