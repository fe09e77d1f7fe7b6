"""Commands about tasks and monthly sheets."""

import argparse
from pathlib import Path

from django.utils import timezone

from luoxuan.campus.scope import EVERYTHING
from luoxuan.cli import output
from luoxuan.cli.command import DONE, Add
from luoxuan.core.workbook import Sheet, csv_bytes, workbook_bytes
from luoxuan.goals.blocks import FORM_COLUMNS, form_rows, in_state
from luoxuan.goals.queries import TaskFilter, standing, tasks
from luoxuan.goals.rules import ProgressState

_COLUMNS = ("unit", "kind", "attribute", "title", "deadline_on", "state", "days_late", "person")


def register(add: Add) -> None:
    """Declare the commands of this group."""
    listing = add(
        "tasks", _tasks, "print tasks, or write them in the columns of form 004-T6", "tasks --late"
    )
    listing.add_argument("verb", nargs="?", choices=("list", "export"), default="list")
    listing.add_argument("--year", help="natural year; by default the current one")
    listing.add_argument("--unit", default="", help="code of the responsible unit")
    listing.add_argument("--late", action="store_true", help="only what is late")
    listing.add_argument("-o", "--output", type=Path, help="a file ending in .xlsx or .csv")


def _tasks(options: argparse.Namespace) -> int:
    today = timezone.localdate()
    chosen = TaskFilter(
        year=options.year or str(today.year),
        unit=options.unit,
        state=ProgressState.LATE if options.late else "",
    )
    rows = in_state(standing(tasks(EVERYTHING, chosen=chosen), on=today), chosen)
    if options.verb == "export":
        path = options.output or Path(f"tasks-{chosen.year}.xlsx")
        lines = form_rows(rows)
        is_csv = path.suffix.lower() == ".csv"
        titles = [column.title for column in FORM_COLUMNS]
        path.write_bytes(
            csv_bytes(titles, lines)
            if is_csv
            else workbook_bytes([Sheet("任务完成情况", FORM_COLUMNS, lines)])
        )
        document = {"file": str(path), "n_rows": len(lines)}
        output.write_json(document) if options.json else output.write_line(f"{path} {len(lines)}")
        return DONE
    found = [
        {
            "key": row.task.pk,
            "unit": row.task.responsible_unit.code,
            "kind": row.task.kind,
            "source": row.task.source,
            "attribute": row.task.attribute,
            "title": row.task.title,
            "deadline_on": row.task.deadline_on,
            "state": str(row.state),
            "days_late": row.days_late,
            "person": row.task.person.name if row.task.person else row.task.person_name,
        }
        for row in rows
    ]
    output.write_json(found) if options.json else output.write_table(_COLUMNS, found)
    return DONE
