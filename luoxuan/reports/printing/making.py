"""All files of a document「生成文件」: charts drawn once, each format kept whole."""

from collections.abc import Callable
from typing import Any

from luoxuan.reports.files import keep
from luoxuan.reports.models import Document
from luoxuan.reports.printing.drawn import Drawn, draw
from luoxuan.reports.printing.page import page_of
from luoxuan.reports.printing.pdf import pdf_of
from luoxuan.reports.printing.sheet import Sheet, sheet_of
from luoxuan.reports.printing.word import word_of
from luoxuan.reports.rules import FileFormat

_RENDERERS: dict[FileFormat, Callable[[Sheet, Drawn], tuple[bytes, list[str]]]] = {
    FileFormat.PDF: pdf_of,
    FileFormat.DOCX: word_of,
    FileFormat.HTML: page_of,
}


def render(document: Document, format_name: FileFormat) -> tuple[bytes, list[str]]:
    """Return one file of a document and what it says about itself, without keeping it."""
    sheet = sheet_of(document)
    return _RENDERERS[format_name](sheet, draw(sheet.content))


def make_files(
    document: Document, told: Callable[[int, int], None] = lambda done, total: None
) -> list[dict[str, Any]]:
    """Make and keep every file of a document; nothing is recorded yet.

    Made twice of the same document, the bytes and so the hashes are the same.
    """
    sheet = sheet_of(document)
    drawn = draw(sheet.content)
    made = []
    for index, (name, renderer) in enumerate(_RENDERERS.items()):
        content, notes = renderer(sheet, drawn)
        made.append(
            {
                "format": str(name),
                "source_hash": sheet.source_hash,
                "sha256": keep(content),
                "n_bytes": len(content),
                "notes": notes,
            }
        )
        told(index + 1, len(_RENDERERS))
    return made
