"""Commands about the register of indicators."""

import argparse
from datetime import date

from django.utils import timezone

from luoxuan.cli import output
from luoxuan.cli.command import DONE, REFUSED, USAGE, Add, NotFound
from luoxuan.portal.register import IndicatorRecord, records
from luoxuan.portal.register_facts import facts_of


def register(add: Add) -> None:
    """Declare the commands of this group."""
    group = add(
        "indicator",
        _indicator,
        "what the record of an indicator says, or what is missing in all",
        "indicator record course.pass_share",
    )
    group.add_argument("verb", choices=("record", "gaps"))
    group.add_argument("code", nargs="?", default="", help="which indicator; all for gaps")
    group.add_argument("--on", type=date.fromisoformat, help="as of a day, today if left")


def _indicator(options: argparse.Namespace) -> int:
    found = records(facts_of(None, on=options.on or timezone.localdate(), code=options.code))
    if options.code and not found:
        raise NotFound("unknown_indicator", indicator=options.code)
    return _record(options, found) if options.verb == "record" else _gaps(options, found)


def _record(options: argparse.Namespace, found: list[IndicatorRecord]) -> int:
    if not options.code:
        output.write_note("CODE")
        return USAGE
    record = found[0]
    if options.json:
        output.write_json(_document(record))
        return DONE
    output.write_line(f"{record.code}  {record.title}  {record.n_complete}/{len(record.parts)}")
    for part in record.parts:
        output.write_line()
        output.write_line(part.title)
        for entry in part.entries:
            output.write_line(f"  {entry.label}  {entry.words}")
        for gap in part.gaps:
            output.write_line(f"  ! {gap.words}")
    return DONE


def _gaps(options: argparse.Namespace, found: list[IndicatorRecord]) -> int:
    rows = [
        {"code": row.code, "part": str(part.kind), "missing": gap.words}
        for row in found
        for part in row.missing
        for gap in part.gaps
    ]
    output.write_json(rows) if options.json else output.write_table(
        ("code", "part", "missing"), rows
    )
    return REFUSED if rows else DONE


def _document(record: IndicatorRecord) -> dict[str, object]:
    return {
        "code": record.code,
        "title": record.title,
        "version": record.version.number,
        "parts": [
            {
                "part": str(part.kind),
                "title": part.title,
                "entries": [{"label": row.label, "words": row.words} for row in part.entries],
                "gaps": [gap.words for gap in part.gaps],
            }
            for part in record.parts
        ],
    }
