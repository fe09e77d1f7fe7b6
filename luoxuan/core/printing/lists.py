"""The PDF of a list「清单 PDF」: its rows as they stand in the workbook, on A4 with a head."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext

from luoxuan.core.printing.glyphs import SUBSTITUTE, missing_in, substituted
from luoxuan.core.printing.typesetting import typeset
from luoxuan.core.workbook import Column, Mark, text_width

MOST_ROWS = 20_000
_FIGURES = {"integer", "decimal", "share"}
# Places of half a character: what one line of A4 holds, what a column takes at most and unshrunk.
_UPRIGHT, _ACROSS = 118, 172
_SAMPLE, _WIDEST, _FIXED = 300, 44, 17
_LONG_WORD = re.compile(r"[!-~]{28,}")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the rows「表头说明」: title, institution, who took it and when, filters."""

    title: str
    institution: str
    by: str
    at: datetime
    notes: tuple[str, ...] = ()


def list_pdf(head: Head, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a list as a PDF; its header row is repeated on every page."""
    if not columns:
        # A dataset that nobody gave a field yet: a page that says so, and no table of nothing.
        columns, rows = [Column("")], []
    cells = [[_text(*pair) for pair in zip(columns, row, strict=True)] for row in rows]
    values: dict[str, Any] = {
        "title": head.title,
        "institution": head.institution,
        "by": head.by,
        "language": "en" if (get_language() or "").startswith("en") else "zh",
        "about": [*_about(head, len(cells)), *head.notes],
        "page_words": _page_words(),
        "empty": gettext("没有符合条件的行。"),
        **_laid_out(columns, cells),
        "rows": cells,
    }
    missing = missing_in(values)
    values = {**substituted(values, missing), "notes": _missing_notes(missing)}
    # Only now: the mark that lets a long word break has no glyph and needs none.
    values["rows"] = [[_breakable(cell) for cell in row] for row in values["rows"]]
    return typeset(_template(), values, stamp=int(head.at.timestamp()))


def _about(head: Head, n_rows: int) -> list[str]:
    at = timezone.localtime(head.at).strftime("%Y-%m-%d %H:%M")
    words = gettext("%(rows)s 行 · %(at)s · %(name)s 导出")
    return [words % {"rows": n_rows, "at": at, "name": head.by}]


def _page_words() -> list[str]:
    """Return what stands before, between and after the numbers of page and pages."""
    return (
        gettext("第 %(page)s 页，共 %(pages)s 页")
        .replace("%(pages)s", "%(page)s")
        .split("%(page)s")
    )


def _laid_out(columns: Sequence[Column], cells: list[list[str]]) -> dict[str, Any]:
    """Return the widths of the columns, the way of the paper and the size of its letters.

    What is short keeps its width, so that no number is torn; what is long shares the rest.
    """
    wanted = [
        min(max(text_width(text) for text in (column.title, *found)), _WIDEST)
        for column, *found in zip(columns, *cells[:_SAMPLE], strict=True)
    ]
    whole = sum(wanted) + 2 * len(wanted)
    short = sum(width + 2 for width in wanted if width <= _FIXED)
    holds_short = short <= _ACROSS * 0.7
    return {
        "is_wide": whole > _UPRIGHT,
        "size": 8 if whole <= 2 * _ACROSS and holds_short else 6,
        "columns": [
            {
                "title": column.title,
                "is_figure": column.kind in _FIGURES,
                "width": max(width, 4),
                "is_fixed": holds_short and width <= _FIXED,
            }
            for column, width in zip(columns, wanted, strict=True)
        ],
    }


def _text(column: Column, value: object) -> str:
    if isinstance(value, Mark):
        value = value.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.strftime("%Y-%m-%d" if column.kind == "date" else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal) and column.kind in _FIGURES:
        return _figure(column, value)
    return str(value)


def _figure(column: Column, value: float | Decimal) -> str:
    if column.kind == "integer":
        return f"{value:.0f}"
    if column.kind == "share":
        return f"{value * 100:.{column.decimals}f}%"
    return f"{value:.{column.decimals}f}" if column.decimals else str(value)


def _breakable(text: str) -> str:
    """Return a text whose long words, such as checksums, may end a line every few letters."""
    return _LONG_WORD.sub(
        lambda found: "\u200b".join(re.findall(".{1,14}", found[0], re.DOTALL)), text
    )


def _missing_notes(missing: list[str]) -> list[str]:
    if not missing:
        return []
    words = gettext("%(n)s 个字符没有字形，印作“%(mark)s”：%(named)s；网页和表格文件里是原字。")
    named = "、".join(f"U+{ord(mark):04X}" for mark in missing[:40])
    return [words % {"n": len(missing), "mark": SUBSTITUTE, "named": named}]


@cache
def _template() -> bytes:
    return files("luoxuan.core").joinpath("templates/print/list.typ").read_bytes()
