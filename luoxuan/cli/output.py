"""What commands print: one JSON document, or lines for people."""

import json
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any


def write_json(document: object) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=_plain) + "\n")


def write_line(text: str = "") -> None:
    """Print one line on standard output."""
    sys.stdout.write(text + "\n")


def write_note(text: str) -> None:
    """Print one line on standard error, where messages go."""
    sys.stderr.write(text + "\n")


def write_table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows as columns of even width; a Han character takes two places."""
    cells = [[_shown(row.get(name)) for name in columns] for row in rows]
    widths = [
        max([_width(name), *(_width(line[index]) for line in cells)])
        for index, name in enumerate(columns)
    ]
    for line in [list(columns), *cells]:
        padded = (
            text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True)
        )
        write_line("  ".join(padded).rstrip())


def _shown(value: object) -> str:
    if value is None:
        return "–"
    return _digits(value) if isinstance(value, Decimal) else str(value)


def _digits(value: Decimal) -> str:
    """Return every digit but zeros at the end; Decimal.normalize would cut to 28 digits."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        # A number keeps its digits: no float in between.
        return _digits(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
