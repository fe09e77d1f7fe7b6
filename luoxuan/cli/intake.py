"""Commands about files: importing, undoing an import, templates and typed exports of datasets."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils import timezone

from luoxuan.campus.scope import EVERYTHING
from luoxuan.cli import output, service
from luoxuan.cli.command import DONE, REFUSED, Add, NotFound
from luoxuan.core.workbook import write_workbook
from luoxuan.data.actions import import_file, undo_import
from luoxuan.data.actions.changes import changed_cells
from luoxuan.data.actions.exports import record_export, write_rows
from luoxuan.data.models import Dataset, ImportBatch
from luoxuan.data.queries import dataset_named, versions_of
from luoxuan.data.rules import Disposition, ImportMode
from luoxuan.data.warehouse.intake import message
from luoxuan.data.workbooks import template_sheets
from luoxuan.portal.catch_up import catch_up

_REFUSED = (Disposition.REJECT_FILE, Disposition.ASK_USER)


def register(add: Add) -> None:
    """Declare the commands of this group."""
    taking = add(
        "import",
        _import,
        "import Excel, CSV or Parquet files into a dataset",
        "import course_result 成绩.xlsx",
    )
    taking.add_argument("dataset")
    taking.add_argument("files", nargs="+", type=Path)
    taking.add_argument("--period", default="")
    taking.add_argument("--mode", choices=[*ImportMode], default=ImportMode.REPLACE)
    taking.add_argument("--encoding")
    taking.add_argument("--sheet", default="", help="which sheet of a workbook")
    taking.add_argument(
        "--accept-questions", action="store_true", help="give every question its proposed answer"
    )
    taking.add_argument(
        "--answer", action="append", default=[], metavar="ID=VALUE", help="answer one question"
    )
    taking.add_argument("--dry-run", action="store_true")

    cells = add("cells", _cells, "list the cells that an import brought to normal form", "cells 12")
    cells.add_argument("batch", type=int)

    undoing = add("undo-import", _undo, "take an import back", "undo-import 12 --reason 选错了文件")
    undoing.add_argument("batch", type=int)
    undoing.add_argument("--reason", required=True)

    rows_out = add(
        "export",
        _export,
        "write the rows of a dataset as .xlsx or .csv",
        "export course_result -o 成绩.xlsx",
    )
    rows_out.add_argument("dataset")
    rows_out.add_argument("--period", default="")
    rows_out.add_argument("--version", type=int, help="an earlier version by its number")
    rows_out.add_argument("-o", "--output", type=Path, required=True)

    empty = add(
        "template",
        _template,
        "write the empty workbook of a dataset with hints and code lists",
        "template course_result -o 成绩_模板.xlsx",
    )
    empty.add_argument("dataset")
    empty.add_argument("-o", "--output", type=Path, required=True)


def _cells(options: argparse.Namespace) -> int:
    """Print every cell that an import changed, with the rules by which it did."""
    batch = ImportBatch.objects.filter(pk=options.batch).first()
    if batch is None:
        raise NotFound("unknown_import", batch=options.batch)
    found = changed_cells(batch, on=timezone.localdate(batch.at))
    rows = [{**asdict(cell), "rules": ",".join(cell.rules)} for cell in found.cells]
    columns = ("cell", "field", "before", "after", "rules")
    output.write_json(rows) if options.json else output.write_table(columns, rows)
    return DONE


def known_dataset(name: str) -> Dataset:
    """Return a dataset by its name, or refuse."""
    try:
        return dataset_named(EVERYTHING, name)
    except Dataset.DoesNotExist as error:
        raise NotFound("unknown_dataset", dataset=name) from error


def _import(options: argparse.Namespace) -> int:
    dataset = known_dataset(options.dataset)
    for path in options.files:
        if not path.is_file():
            raise NotFound("file_not_found", path=str(path))
    answers = dict(text.rpartition("=")[::2] for text in options.answer)
    reports = [
        import_file(
            dataset=dataset,
            path=path,
            mode=ImportMode(options.mode),
            period=options.period,
            encoding=options.encoding,
            sheet=options.sheet,
            answers=answers,
            accept_questions=options.accept_questions,
            is_dry_run=options.dry_run,
            by=None,
            at=timezone.now(),
        )
        for path in options.files
    ]
    documents = [_document(asdict(report), options.lang) for report in reports]
    if options.json:
        output.write_json(documents[0] if len(documents) == 1 else documents)
    else:
        for path, document in zip(options.files, documents, strict=True):
            _print(path.name, document)
    if not options.dry_run:
        catch_up(by=None, at=timezone.now())
    refused = any(report.disposition in _REFUSED for report in reports)
    return REFUSED if refused else DONE


def _document(document: dict[str, Any], language: str) -> dict[str, Any]:
    """Return a report with its sentences, in the shape that the interfaces promise."""
    for note in document["notes"]:
        note["message"] = service.note_text(note, language)
    for question in document["questions"]:
        question["message"] = message(question["code"], language, **question["facts"])
        for choice in question["choices"]:
            choice["message"] = message(choice["code"], language, **choice["facts"])
    for error in document["errors"]:
        error["sheet"] = document["sheet"] or None
        error["message"] = message(error["code"], language, **error["facts"])
    return document


def _print(name: str, document: dict[str, Any]) -> None:
    output.write_line(
        f"{name}: {document['disposition']} · "
        f"+{document['rows_accepted']} -{document['rows_rejected']}"
        f" · {document['dataset']}@{document['version']}"
    )
    for note in document["notes"]:
        output.write_line(f"  · {note['message']} ({note['count']})")
    for question in document["questions"][:20]:
        output.write_line(f"  ? {question['cell']} {question['message']}")
        for choice in question["choices"]:
            mark = "*" if choice["value"] == question["proposed"] else " "
            answer = f"{question['id']}={choice['value']}"
            output.write_line(f"   {mark} --answer '{answer}'  {choice['message']}")
    for error in document["errors"][:20]:
        output.write_line(
            f"  ! {error['cell']} {error['column']} “{error['value']}” {error['message']}"
        )
    for word, name in (("questions", "n_questions"), ("errors", "n_errors")):
        found = document.get(name, len(document[word]))
        if found > 20:
            output.write_line(f"  … {found}")


def _undo(options: argparse.Namespace) -> int:
    batch = ImportBatch.objects.select_related("dataset").filter(pk=options.batch).first()
    if batch is None:
        raise NotFound("unknown_import", batch=options.batch)
    version = undo_import(batch=batch, by=None, at=timezone.now(), reason=options.reason)
    catch_up(by=None, at=timezone.now())
    document = {"dataset": batch.dataset.name, "version": version.number}
    output.write_json(document) if options.json else output.write_line(str(version))
    return DONE


def _export(options: argparse.Namespace) -> int:
    dataset = known_dataset(options.dataset)
    number = options.version
    if number is not None and not versions_of(dataset).filter(number=number).exists():
        raise NotFound("unknown_version", dataset=dataset.name, number=number)
    file_format = "xlsx" if options.output.suffix.lower() == ".xlsx" else "csv"
    n_rows = write_rows(
        options.output, scope=EVERYTHING, dataset=dataset, file_format=file_format,
        period=options.period, number=options.version,
    )  # fmt: skip
    record_export(
        dataset=dataset, file_format=file_format, n_rows=n_rows, by=None, at=timezone.now()
    )
    output.write_note(f"{n_rows} → {options.output}")
    return DONE


def _template(options: argparse.Namespace) -> int:
    dataset = known_dataset(options.dataset)
    write_workbook(options.output, template_sheets(dataset))
    output.write_note(f"{dataset.name} → {options.output}")
    return DONE
