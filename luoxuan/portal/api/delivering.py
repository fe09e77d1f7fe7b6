"""Pushed rows on their way into a dataset: a file, the one import, and its report in words."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext

from luoxuan.core.models import User
from luoxuan.core.workbook import harmless
from luoxuan.data.actions import ImportReport, import_file, report_of_batch
from luoxuan.data.actions.checking import is_drift_id
from luoxuan.data.models import Dataset, ImportBatch
from luoxuan.data.quality.actions import hold_push
from luoxuan.data.rules import ImportMode
from luoxuan.data.warehouse.intake import message
from luoxuan.data.workbooks import said_missing
from luoxuan.portal.api.documents import Kind, Member, text_of
from luoxuan.portal.api.problems import ApiProblem

REPORT = tuple(
    Member(name, lambda _: None, kind, is_nullable)
    for name, kind, is_nullable in (
        ("dataset", Kind.TEXT, False),
        ("disposition", Kind.TEXT, False),
        ("rows_accepted", Kind.INTEGER, False),
        ("rows_rejected", Kind.INTEGER, False),
        ("version", Kind.INTEGER, True),
        ("batch", Kind.INTEGER, True),
        ("notes", Kind.ANY, False),
        ("errors", Kind.ANY, False),
        ("n_errors", Kind.INTEGER, False),
        ("questions", Kind.ANY, False),
    )
)
"""What `luoxuan import --json` prints, in part: it has more members than these."""
FILE = "push.csv"
MOST_COLUMNS = 1000

Answer = tuple[int, dict[str, Any]]


def write_file(path: Path, dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows as a file; its columns are the names of all of them in their order.

    A null is said where an empty cell would be asked about: it is an answer.

    Raises ApiProblem for more columns than a table has: each row would be written with all.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) > MOST_COLUMNS:
        raise ApiProblem(422, "too_many_columns")
    said = {field.name: said_missing(field) for field in dataset.fields.all()}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(map(harmless, names))
        writer.writerows(
            [_cell(row.get(name, ""), said.get(name, "")) for name in names] for row in rows
        )


def deliver(
    *,
    dataset: Dataset,
    path: Path,
    mode: ImportMode,
    period: str,
    by: User | None,
    finish: Callable[[Answer], None],
) -> Answer:
    """Import a file of pushed rows; return status and document of the answer.

    ``finish`` gets the same once: in the transaction of a commit, or afterwards when there is none.
    Raises Refused.
    """
    kept: list[Answer] = []

    def answer(report: ImportReport) -> None:
        kept.append(_answer_of(report))
        finish(kept[0])

    def committed(batch: ImportBatch) -> None:
        answer(report_of_batch(batch))

    report = import_file(
        dataset=dataset, path=path, file_name=FILE, mode=mode, period=period, encoding="utf-8",
        by=by, at=timezone.now(), finish=committed,
    )  # fmt: skip
    if not kept:
        if report.questions and all(is_drift_id(one["id"]) for one in report.questions):
            hold_push(
                dataset=dataset, path=path, mode=mode, period=period, by=by, at=timezone.now()
            )
        answer(report)
    return kept[0]


def _answer_of(report: ImportReport) -> Answer:
    document = json.loads(text_of(_document(report)))
    if report.version is not None:
        return 200, document
    problem = ApiProblem(422, "rows_refused", errors=[*document["errors"], *document["questions"]])
    return 422, {**problem.document(), "report": document}


def _document(report: ImportReport) -> dict[str, Any]:
    """Return a report with its sentences; ``item`` is the place in the array that was sent."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    document = asdict(report)
    for note in document["notes"]:
        note["message"] = _note_text(note, language)
    for found in (*document["questions"], *document["errors"]):
        found["message"] = message(found["code"], language, **found["facts"])
        # The first record of the file is the header.
        found["item"] = None if found["row"] is None else found["row"] - 2
    for question in document["questions"]:
        for choice in question["choices"]:
            choice["message"] = message(choice["code"], language, **choice["facts"])
    for error in document["errors"]:
        error["sheet"] = None
    return document


def _note_text(note: Mapping[str, Any], language: str) -> str:
    if note["code"] == "already_imported":
        return gettext("这个文件已经导入过，没有重复写入。")
    return message(note["code"], language, count=note["count"], **note["facts"])


def _cell(value: object, said_missing: str) -> object:
    """Return a value as a cell; a text of JSON is never a formula."""
    if value is None:
        return said_missing
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(value)
