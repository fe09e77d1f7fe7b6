"""Commands about collections: rows asked of units and persons."""

import argparse
from datetime import date
from typing import Any

from django.utils import timezone

from luoxuan.campus.models import Subject
from luoxuan.campus.scope import EVERYTHING
from luoxuan.cli import output
from luoxuan.cli.command import DONE, Add, NotFound
from luoxuan.cli.intake import known_dataset
from luoxuan.data.collecting.actions import (
    CollectionValues,
    close_collection,
    open_collection,
    remind,
    withdraw_collection,
)
from luoxuan.data.collecting.queries import candidates, collections, colleges, progress_of
from luoxuan.data.collecting.rules import AskedKind
from luoxuan.data.models import Collection

_COLUMNS = ("id", "title", "dataset", "period", "state", "due_on", "asked", "handed_in", "overdue")


def register(add: Add) -> None:
    """Declare the commands of this group."""
    group = add(
        "collection", _collection, "rows asked of units and persons",
        "collection open score --title 补报成绩 --due 2026-12-01 --period 2025-2",
    )  # fmt: skip
    group.add_argument("verb", choices=("open", "list", "remind", "close", "withdraw"))
    group.add_argument("what", nargs="?", default="", help="a dataset for open, else a number")
    group.add_argument("--title", default="", help="the title; that of the dataset without")
    group.add_argument("--period", default="", help="the code of the period")
    group.add_argument("--due", type=date.fromisoformat, help="the last day, such as 2026-12-01")
    group.add_argument("--field", action="append", default=[], help="a field to ask for; again")
    group.add_argument(
        "--of", action="append", default=[],
        help="the code of a unit or, with --persons, of a teacher; every college without",
    )  # fmt: skip
    group.add_argument("--persons", action="store_true", help="ask persons, not units")
    group.add_argument("--receipt", default="", help="a word that keeps it from opening twice")
    group.add_argument("--reason", default="", help="why it is withdrawn")


def _collection(options: argparse.Namespace) -> int:
    if options.verb == "list":
        return _list(options)
    if options.verb == "open":
        return _open(options)
    collection = _known(options.what)
    now = timezone.now()
    if options.verb == "remind":
        output.write_note(str(remind(collection=collection, by=None, at=now)))
    elif options.verb == "close":
        close_collection(collection=collection, by=None, at=now)
    else:
        withdraw_collection(collection=collection, reason=options.reason, by=None, at=now)
    return DONE


def _open(options: argparse.Namespace) -> int:
    dataset, now = known_dataset(options.what), timezone.now()
    kind = AskedKind.PERSON if options.persons else AskedKind.UNIT
    on = timezone.localdate(now)
    values = CollectionValues(
        dataset=dataset,
        title=options.title or dataset.title,
        due_on=options.due or on,
        asked_kind=kind,
        period=options.period,
        fields=options.field,
    )
    made = open_collection(
        values=values,
        subjects=_subjects(kind, options.of, on),
        receipt=options.receipt or f"command:{now.isoformat()}",
        by=None,
        at=now,
    )
    output.write_json(_row(made)) if options.json else output.write_note(str(made.pk))
    return DONE


def _subjects(kind: AskedKind, codes: list[str], on: date) -> list[Subject]:
    if not codes:
        return list(colleges(on=on)) if kind is AskedKind.UNIT else []
    found = {row.code: row for row in candidates(kind, on=on).filter(code__in=codes)}
    for code in codes:
        if code not in found:
            raise NotFound("unknown_subject", kind=kind, subject=code)
    return list(found.values())


def _list(options: argparse.Namespace) -> int:
    rows = [_row(row) for row in collections(EVERYTHING)]
    output.write_json(rows) if options.json else output.write_table(_COLUMNS, rows)
    return DONE


def _row(row: Collection) -> dict[str, Any]:
    submissions = list(row.submissions.defer("rows"))
    progress = progress_of(submissions, row.due_on, on=timezone.localdate())
    return {
        "id": row.pk,
        "title": row.title,
        "dataset": row.dataset.name,
        "period": row.period,
        "state": str(row.state),
        "due_on": row.due_on.isoformat(),
        "asked": progress.asked,
        "handed_in": progress.handed_in,
        "accepted": progress.accepted,
        "returned": progress.returned,
        "overdue": progress.overdue,
    }


def _known(number: str) -> Collection:
    found = collections(EVERYTHING)
    row = found.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 18 else None
    if row is None:
        raise NotFound("unknown_collection", collection=number)
    return row
