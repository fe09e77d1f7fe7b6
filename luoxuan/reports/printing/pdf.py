"""The PDF of a document「PDF」, set by Typst; text reaches it as JSON and never as markup."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from luoxuan.reports.printing.drawn import Drawn
from luoxuan.reports.printing.glyphs import FONT_FOLDER, missing_in, missing_note, substituted
from luoxuan.reports.printing.sheet import Sheet


def pdf_of(sheet: Sheet, drawn: Drawn) -> tuple[bytes, list[str]]:
    """Return the PDF and what it says about itself; the same sheet gives the same bytes."""
    values: dict[str, Any] = {**sheet.values(), "charts": drawn.svgs}
    missing = missing_in(values)
    notes = [note for note in (drawn.note(), missing_note(missing)) if note]
    values = {**substituted(values, missing), "notes": notes}
    made = typst.compile(
        _template(),
        font_paths=_fonts(),
        sys_inputs={"sheet": json.dumps(values, ensure_ascii=False)},
        timestamp=sheet.stamp,
    )
    if not isinstance(made, bytes):
        raise TypeError("Typst returned no bytes")
    return made, notes


@cache
def _template() -> bytes:
    return files("luoxuan.reports").joinpath("templates/print/document.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_FOLDER)]
    )
