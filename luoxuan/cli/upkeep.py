"""Commands about the warehouse: keeping it in order, rebuilding it from the originals."""

import argparse

from django.utils import timezone

from luoxuan.cli import output
from luoxuan.cli.command import DONE, REFUSED, Add, NotFound
from luoxuan.data.models import Dataset
from luoxuan.data.upkeep.actions import keep_in_order
from luoxuan.data.upkeep.blocks import plan_shown
from luoxuan.data.upkeep.queries import upkeep_plan
from luoxuan.data.upkeep.rules import REBUILT_BADLY
from luoxuan.portal.rebuilding import rebuild_everything


def register(add: Add) -> None:
    """Declare the commands of this group."""
    keeping = add(
        "upkeep", _upkeep, "pack small files and remove what nobody needs", "upkeep --dry-run"
    )
    keeping.add_argument("--dry-run", action="store_true", help="show it, write nothing")
    rebuilding = add(
        "rebuild", _rebuild, "rebuild rows from the originals and compare", "rebuild --check"
    )
    rebuilding.add_argument("datasets", nargs="*", metavar="DATASET")
    how = rebuilding.add_mutually_exclusive_group()
    how.add_argument("--check", action="store_true", help="only compare (the default)")
    how.add_argument("--replace", action="store_true", help="replace what is damaged")


def _rebuild(options: argparse.Namespace) -> int:
    known = set(Dataset.objects.values_list("name", flat=True))
    for name in options.datasets:
        if name not in known:
            raise NotFound("unknown_dataset", dataset=name)
    found = rebuild_everything(
        names=options.datasets, by=None, at=timezone.now(), is_replacing=options.replace
    )
    rows = [
        {
            "dataset": one.file.dataset.name,
            "version": one.file.added_in,
            "path": one.file.path,
            "state": one.state,
            "damaged": one.is_damaged,
            "replaced": one.is_replaced,
            "reason": one.reason,
        }
        for one in found
    ]
    if options.json:
        output.write_json(rows)
    else:
        columns = ("dataset", "version", "state", "damaged", "replaced", "reason")
        output.write_table(columns, rows)
    open_damage = [one for one in found if one.is_damaged and not one.is_replaced]
    badly = [one for one in found if one.state in REBUILT_BADLY]
    return REFUSED if badly or open_damage else DONE


def _upkeep(options: argparse.Namespace) -> int:
    if options.dry_run:
        plan = upkeep_plan(at=timezone.now())
        document = {
            **plan_shown(plan),
            "packings": [
                {"dataset": packing.dataset.name, "slice": packing.slice, "n": len(packing.files)}
                for packing in plan.packings
            ],
            "unneeded": [file.path for file in plan.unneeded],
            "leftovers": [leftover.path for leftover in plan.leftovers],
        }
    else:
        document = keep_in_order(by=None).report
    if options.json:
        output.write_json(document)
    else:
        for name, value in document.items():
            output.write_line(f"{name}: {value}")
    return DONE
