"""Commands about what the institution sets for itself."""

import argparse

from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.cli import output
from luoxuan.cli.command import DONE, Add
from luoxuan.core.actions import set_institution
from luoxuan.core.institution import declared_settings, fitting
from luoxuan.core.queries import settings_in_force

_COLUMNS = ("name", "value", "default", "title")


def register(add: Add) -> None:
    """Declare the commands of this group."""
    command = add(
        "settings", _settings, "print the institution's settings, or set one",
        "settings month_sheet_due_day 20",
    )  # fmt: skip
    command.add_argument("name", nargs="?", help="the setting to change")
    command.add_argument("value", nargs="?", help="a day 1–28, or MM-DD")


def _settings(options: argparse.Namespace) -> int:
    if options.name is not None:
        value = fitting(options.name, options.value or "")
        set_institution(values={options.name: value}, by=None, at=timezone.now())
    values = settings_in_force()
    rows = [
        {
            "name": row.name,
            "value": values[row.name],
            "default": row.default,
            "title": gettext(row.title),
        }
        for row in declared_settings()
    ]
    output.write_json(rows) if options.json else output.write_table(_COLUMNS, rows)
    return DONE
