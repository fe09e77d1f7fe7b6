"""Commands about the data standard: export, load, show, lint."""

import argparse
from dataclasses import asdict
from pathlib import Path

from django.utils import timezone

from luoxuan.cli import output
from luoxuan.cli.command import DONE, REFUSED, USAGE, Add, NotFound
from luoxuan.cli.intake import known_dataset
from luoxuan.data.standard.actions import apply_standard, plan_standard
from luoxuan.data.standard.blocks import finding_shown, plan_shown
from luoxuan.data.standard.queries import definitions_of, findings
from luoxuan.data.standard.rules import FindingSeverity
from luoxuan.data.standard.workbook import read_standard, standard_workbook
from luoxuan.data.standard_values import content_of


def register(add: Add) -> None:
    """Declare the commands of this group."""
    group = add("standard", _standard, "what datasets mean", "standard export -o standard.xlsx")
    group.add_argument("verb", choices=("export", "load", "show", "lint"))
    group.add_argument(
        "what", nargs="?", default="", help="a workbook for load, a dataset for show"
    )
    group.add_argument("-o", "--output", type=Path)
    group.add_argument("--dry-run", action="store_true", help="show the difference, write nothing")


def _standard(options: argparse.Namespace) -> int:
    verbs = {"export": _export, "load": _load, "show": _show, "lint": _lint}
    return verbs[options.verb](options)


def _export(options: argparse.Namespace) -> int:
    if options.output is None:
        output.write_note("-o FILE.xlsx")
        return USAGE
    options.output.write_bytes(standard_workbook())
    output.write_note(str(options.output))
    return DONE


def _load(options: argparse.Namespace) -> int:
    path = Path(options.what)
    if not path.is_file():
        raise NotFound("file_not_found", path=options.what)
    declared = read_standard(path, file_name=path.name)
    if options.dry_run:
        plan = plan_standard(declared)
    else:
        plan = apply_standard(declared=declared, by=None, at=timezone.now())
    rows = plan_shown(plan)
    if options.json:
        output.write_json(rows)
    else:
        output.write_table(("verb", "kind", "key", "words"), rows)
    return DONE


def _show(options: argparse.Namespace) -> int:
    dataset = known_dataset(options.what)
    content = content_of(dataset)
    if options.json:
        output.write_json({**content, "name": dataset.name, "number": dataset.definition_number})
        return DONE
    output.write_line(f"{dataset.name}  {dataset.title}  #{dataset.definition_number}")
    columns = ("name", "title", "type", "is_required", "code_list", "owned_by", "about")
    output.write_table(columns, content["fields"])
    for row in definitions_of(dataset):
        output.write_line(f"#{row.number}  {row.created_at:%Y-%m-%d}  {row.origin}  {row.reason}")
    return DONE


def _lint(options: argparse.Namespace) -> int:
    found = findings()
    if options.json:
        output.write_json([{**asdict(one), **finding_shown(one)} for one in found])
    else:
        columns = ("severity", "rule", "place", "words", "url")
        output.write_table(columns, [finding_shown(one) for one in found])
    return REFUSED if any(one.severity is FindingSeverity.ERROR for one in found) else DONE
