"""The HTML file of a document「网页文件」: it opens without the system, with its charts inside."""

from functools import cache
from importlib.resources import files

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from luoxuan.reports.printing.drawn import Drawn
from luoxuan.reports.printing.sheet import Sheet
from luoxuan.reports.sections import shown_sections


def page_of(sheet: Sheet, drawn: Drawn) -> tuple[bytes, list[str]]:
    """Return the file and what it says about itself; the same sheet gives the same bytes."""
    notes = [note for note in (drawn.note(),) if note]
    context = {
        "sheet": sheet,
        "sections": shown_sections(sheet.content, svgs=drawn.svgs),
        "notes": notes,
        # Our own style sheet, read from the package.
        "css": SafeString(_css()),
    }
    with translation.override("zh-hans"):
        return render_to_string("print/document.html", context).encode(), notes


@cache
def _css() -> str:
    return files("luoxuan.reports").joinpath("templates/print/document.css").read_text("utf-8")
