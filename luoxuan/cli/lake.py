"""Commands about the data lake: what other engines read by a table format."""

import argparse
from pathlib import Path

from django.utils import timezone

from luoxuan.cli import output
from luoxuan.cli.command import DONE, Add
from luoxuan.cli.intake import known_dataset
from luoxuan.data.models import Dataset
from luoxuan.data.upkeep.lake import export_lake

_COLUMNS = ("dataset", "versions", "n_files", "n_skipped", "folder")


def register(add: Add) -> None:
    """Declare the commands of this group."""
    group = add(
        "lake", _lake, "export datasets as Delta tables, what is new since the last time",
        "lake export /srv/lake score",
    )  # fmt: skip
    group.add_argument("verb", choices=("export",))
    group.add_argument("folder", type=Path, metavar="FOLDER")
    group.add_argument("datasets", nargs="*", metavar="DATASET", help="all that hold rows if left")


def _lake(options: argparse.Namespace) -> int:
    chosen = [known_dataset(name) for name in options.datasets]
    found = export_lake(
        datasets=chosen or Dataset.objects.filter(current_number__gt=0),
        folder=options.folder, by=None, at=timezone.now(),
    )  # fmt: skip
    rows = [
        {
            "dataset": one.dataset, "versions": list(one.versions), "n_files": one.n_files,
            "n_skipped": one.n_skipped, "folder": str(one.folder),
        }
        for one in found
    ]  # fmt: skip
    output.write_json(rows) if options.json else output.write_table(_COLUMNS, rows)
    return DONE
