"""Commands about units: their tree, and reorganizing them; who left a roster."""

import argparse
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from luoxuan.campus.models import Unit
from luoxuan.campus.queries import unit_changes, units
from luoxuan.campus.scope import EVERYTHING
from luoxuan.campus.unit_actions import close_unit, merge_units, move_unit, split_unit
from luoxuan.cli import output
from luoxuan.cli.command import DONE, Add, NotFound
from luoxuan.cli.intake import known_dataset
from luoxuan.data.actions.subjects import confirm_leavers
from luoxuan.data.subject_queries import held_rosters
from luoxuan.portal.catch_up import catch_up


def register(add: Add) -> None:
    """Declare the commands of this group."""
    unit = add(
        "unit", _unit, "units and their reorganization",
        "unit merge NORTH --into EAST --reason 院务会3号",
    )  # fmt: skip
    unit.add_argument("verb", choices=("list", "changes", "move", "merge", "split", "close"))
    unit.add_argument("code", nargs="?", default="")
    unit.add_argument("--into", nargs="+", default=[], help="where to: one code, for split several")
    unit.add_argument(
        "--part", nargs="*", default=[], metavar="CODE=UNIT",
        help="for split: which group or subject goes to which of them; the others to the first",
    )  # fmt: skip
    unit.add_argument("--on", type=date.fromisoformat, help="the day from which it counts; today")
    unit.add_argument("--reason", default="")
    roster = add(
        "roster", _roster, "confirm that who no longer stands in a dataset has left",
        "roster confirm student",
    )  # fmt: skip
    roster.add_argument("verb", choices=("list", "confirm"))
    roster.add_argument("dataset", nargs="?", default="")


def _unit(options: argparse.Namespace) -> int:
    if options.verb in {"list", "changes"}:
        rows = _rows() if options.verb == "list" else _changes()
        columns = tuple(rows[0]) if rows else ("code",)
        output.write_json(rows) if options.json else output.write_table(columns, rows)
        return DONE
    unit, into, at = _known(options.code), [_known(code) for code in options.into], timezone.now()
    grounds: dict[str, Any] = {
        "on": options.on or timezone.localdate(at), "reason": options.reason, "by": None, "at": at,
    }  # fmt: skip
    _act(options, unit, into, grounds)
    catch_up(by=None, at=at)
    return DONE


def _act(
    options: argparse.Namespace, unit: Unit, into: list[Unit], grounds: dict[str, Any]
) -> None:
    if options.verb == "close":
        close_unit(unit=unit, **grounds)
        return
    if options.verb == "split":
        parts = dict(part.partition("=")[::2] for part in options.part)
        goes = {code: _known(heir) for code, heir in parts.items()}
        split_unit(unit=unit, goes=goes, into=into, **grounds)
        return
    if len(into) != 1:
        raise NotFound("unit_unknown", unit=" ".join(options.into))
    if options.verb == "move":
        move_unit(unit=unit, to=into[0], **grounds)
    else:
        merge_units(units=[unit], into=into[0], **grounds)


def _known(code: str) -> Unit:
    unit = units(EVERYTHING).filter(subject__code=code).first()
    if unit is None:
        raise NotFound("unit_unknown", unit=code)
    return unit


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "code": unit.subject.code,
            "name": unit.subject.name,
            "kind": unit.kind,
            "parent": unit.parent.subject.code if unit.parent else "",
            "closed_on": _day(unit.subject.valid_to),
        }
        for unit in units(EVERYTHING)
    ]


def _changes() -> list[dict[str, Any]]:
    return [
        {
            "on": _day(row.on),
            "kind": row.kind,
            "unit": row.unit.subject.code,
            "before": row.before.subject.code if row.before else "",
            "after": row.after.subject.code if row.after else "",
            "reason": row.reason,
        }
        for row in unit_changes(EVERYTHING)
    ]


def _day(value: date | datetime | None) -> str:
    return value.isoformat() if value else ""


def _roster(options: argparse.Namespace) -> int:
    held = held_rosters(EVERYTHING)
    if options.verb == "list":
        rows = [{"dataset": row.dataset.name, "version": row.held_number} for row in held]
        output.write_json(rows) if options.json else output.write_table(
            ("dataset", "version"), rows
        )
        return DONE
    dataset = known_dataset(options.dataset)
    n_gone = sum(
        confirm_leavers(source=source, by=None, at=timezone.now())
        for source in dataset.subject_sources.filter(is_roster=True)
    )
    output.write_json({"n_left": n_gone}) if options.json else output.write_note(str(n_gone))
    return DONE
