"""The PDF of a document「PDF」: its template, and what it says of charts and glyphs it lacks."""

from functools import cache
from importlib.resources import files
from typing import Any

from luoxuan.core.printing.glyphs import missing_in, missing_note, substituted
from luoxuan.core.printing.typesetting import typeset
from luoxuan.reports.printing.drawn import Drawn
from luoxuan.reports.printing.sheet import Sheet


def pdf_of(sheet: Sheet, drawn: Drawn) -> tuple[bytes, list[str]]:
    """Return the PDF and what it says about itself; the same sheet gives the same bytes."""
    values: dict[str, Any] = {**sheet.values(), "charts": drawn.svgs}
    missing = missing_in(values)
    notes = [note for note in (drawn.note(), missing_note(missing)) if note]
    values = {**substituted(values, missing), "notes": notes}
    return typeset(_template(), values, stamp=sheet.stamp), notes


@cache
def _template() -> bytes:
    return files("luoxuan.reports").joinpath("templates/print/document.typ").read_bytes()
