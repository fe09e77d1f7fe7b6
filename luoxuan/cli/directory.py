"""Commands about the data directory: what uses a field, and how two tables differ."""

import argparse
from dataclasses import asdict

from luoxuan.campus.scope import EVERYTHING
from luoxuan.cli import output
from luoxuan.cli.command import DONE, Add, NotFound
from luoxuan.cli.intake import known_dataset
from luoxuan.data.directory.comparison import Side, compare
from luoxuan.data.directory.lineage import dataset_key
from luoxuan.data.queries import field_infos
from luoxuan.portal.lineage import places_of
from luoxuan.portal.uses import whole_lineage

_PLACE = ("n_steps", "kind", "code", "title", "fields")


def register(add: Add) -> None:
    """Declare the commands of this group."""
    uses = add("uses", _uses, "what breaks if a dataset or field changes", "uses score.result")
    uses.add_argument("what", metavar="DATASET[.FIELD]")
    group = add("compare", _compare, "compare two tables by key", "compare score@1 score@2")
    group.add_argument("here", metavar="DATASET[@VERSION]")
    group.add_argument("there", metavar="DATASET[@VERSION]")
    group.add_argument("--key", default="", help="fields with commas; the key of the first if left")


def _uses(options: argparse.Namespace) -> int:
    name, _, field = options.what.partition(".")
    dataset = known_dataset(name)
    if field and field not in {info.name for info in field_infos(dataset)}:
        raise NotFound("comparison_unknown_field", dataset=name, field=field)
    places = places_of(whole_lineage(None), dataset_key(name), field=field)
    rows = [
        {
            "n_steps": place.n_steps,
            "kind": str(place.node.kind),
            "code": place.node.code,
            "title": place.title,
            "fields": ",".join(place.fields),
        }
        for place in places
        if place.n_steps > 0
    ]
    output.write_json(rows) if options.json else output.write_table(_PLACE, rows)
    return DONE


def _compare(options: argparse.Namespace) -> int:
    here, there = _side(options.here), _side(options.there)
    key = [name for name in options.key.split(",") if name] or list(here.dataset.key)
    found = compare(EVERYTHING, here, there, key=key)
    if options.json:
        output.write_json(asdict(found))
        return DONE
    counts = ("n_same", "n_differing", "n_only_here", "n_only_there")
    output.write_table(counts, [{name: getattr(found, name) for name in counts}])
    output.write_line()
    lines = [
        {"key": "/".join(part or "" for part in cell.key), "field": cell.field,
         "here": cell.here, "there": cell.there}
        for cell in found.cells
    ]  # fmt: skip
    output.write_table(("key", "field", "here", "there"), lines)
    return DONE


def _side(text: str) -> Side:
    name, _, number = text.partition("@")
    dataset = known_dataset(name)
    if number and not number.isdecimal():
        raise NotFound("comparison_unknown_version", dataset=name, number=number)
    return Side(dataset, int(number) if number else dataset.current_number)
