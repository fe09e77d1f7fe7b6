"""The content of a document as templates draw it, on the page and in the HTML file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from luoxuan.reports.content import (
    Block,
    Cell,
    Chart,
    Content,
    Number,
    Numbers,
    Paragraph,
    Problems,
    Table,
    row_of,
)


@dataclass(frozen=True)
class ShownBlock:
    """One block ready to be drawn; everything but text, numbers and charts is a table."""

    type: str
    title: str = ""
    text: str = ""
    is_note: bool = False
    numbers: Sequence[Number] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    name: str = ""
    sentence: str = ""
    option: Mapping[str, Any] = field(default_factory=dict)
    svg: SafeString = SafeString("")  # noqa: RUF009 (it never changes)


@dataclass(frozen=True)
class ShownSection:
    """One section ready to be drawn."""

    title: str
    blocks: list[ShownBlock]


def shown_sections(
    content: Content, *, svgs: Mapping[str, str] | None = None
) -> list[ShownSection]:
    """Return the sections of a content; ``svgs`` are charts that were drawn on the server."""
    return [
        ShownSection(section.title, [_shown(block, svgs or {}) for block in section.blocks])
        for section in content.sections
    ]


def _shown(block: Block, svgs: Mapping[str, str]) -> ShownBlock:
    match block:
        case Paragraph():
            return ShownBlock("paragraph", text=block.text, is_note=block.is_note)
        case Numbers():
            return ShownBlock(
                "numbers",
                numbers=block.items,
                columns=("项目", "数值", "对照", "状态"),
                rows=[
                    row_of(item.label, Cell(item.words, item.proof), item.below, item.state)
                    for item in block.items
                ],
            )
        case Table():
            return ShownBlock("table", title=block.title, columns=block.columns, rows=block.rows)
        case Problems():
            return ShownBlock(
                "problems",
                columns=("问题", "责任人", "期限", "状态"),
                rows=[
                    row_of(item.words, item.responsible, item.due_on, item.state)
                    for item in block.items
                ],
            )
        case Chart():
            return ShownBlock(
                "chart",
                title=block.title,
                name=block.name,
                sentence=block.sentence,
                option=block.option,
                columns=block.columns,
                rows=block.rows,
                # ECharts escapes every text that it writes into its SVG.
                svg=SafeString(svgs.get(block.name, "")),
            )
