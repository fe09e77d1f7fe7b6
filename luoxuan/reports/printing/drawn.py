"""The charts of a document for paper「打印图」: drawn once, used by every format."""

from dataclasses import dataclass
from functools import cached_property

import resvg_py

from luoxuan.core.charts.printing import chart_svgs
from luoxuan.core.printing.glyphs import REGULAR
from luoxuan.reports.content import Chart, Content


@dataclass(frozen=True)
class Drawn:
    """The charts that could be drawn, by name「打印图」; the others are printed as tables."""

    svgs: dict[str, str]
    failed: list[Chart]

    @cached_property
    def pngs(self) -> dict[str, bytes]:
        """Return the charts as pictures for Word, about 170 dots an inch on paper."""
        return {name: _png(svg) for name, svg in self.svgs.items()}

    def note(self) -> str:
        """Return what the document says about charts that could not be drawn."""
        if not self.failed:
            return ""
        titles = "、".join(f"“{chart.title}”" for chart in self.failed)
        return f"图{titles}未能绘制，已改为列出同样数字的表。"


def draw(content: Content, *, seconds: float | None = None) -> Drawn:
    """Draw every chart of a content; one that fails does not keep the document from coming."""
    charts = content.charts()
    found = chart_svgs([chart.option for chart in charts], seconds=seconds)
    pairs = list(zip(charts, found, strict=True))
    return Drawn(
        {chart.name: svg for chart, svg in pairs if svg is not None},
        [chart for chart, svg in pairs if svg is None],
    )


def _png(svg: str) -> bytes:
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=1.4,
            background="white",
            skip_system_fonts=True,
            font_files=[str(REGULAR)],
            sans_serif_family="Noto Sans CJK SC",
        )
    )
