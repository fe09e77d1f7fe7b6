"""Our report: content to PDF or Word, the charts drawn by ECharts in the child process.

python -m benchmarks.report.ours pdf|docx FOLDER
"""

import os
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import django

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "luoxuan.settings",
    "LUOXUAN_HOME": tempfile.mkdtemp(prefix="luoxuan-report-"),
    "LUOXUAN_SECRET_KEY": "only-for-a-benchmark-on-this-machine",
    "LUOXUAN_LOG_LEVEL": "WARNING",
}
django.setup()

from benchmarks.measure import report  # noqa: E402 (Django must be set up first)
from benchmarks.report.definition import (  # noqa: E402
    HEAD,
    LABELS,
    N_CHARTS,
    N_SECTIONS,
    PARAGRAPH,
    rows,
    values,
)
from luoxuan.core.charts.options import Line, Scale, bars_option  # noqa: E402
from luoxuan.core.charts.pictures import Limits  # noqa: E402
from luoxuan.reports.content import (  # noqa: E402
    Block,
    Cell,
    Chart,
    Content,
    Paragraph,
    Section,
    Table,
)
from luoxuan.reports.printing.drawn import draw  # noqa: E402
from luoxuan.reports.printing.pdf import pdf_of  # noqa: E402
from luoxuan.reports.printing.sheet import Sheet  # noqa: E402
from luoxuan.reports.printing.word import word_of  # noqa: E402

_LIMITS = Limits("HIGHER", Decimal("0.9"), Decimal("0.8"), Decimal("0.7"))
_WORDS = {"target": "目标", "standard": "标准", "warning": "预警"}


def sheet() -> Sheet:
    """Return the document of the definition."""
    return Sheet(
        kind="COURSE_TERM", title="课程质量报告", institution="示范学院", edition=1,
        state="已签发", is_final=True, author="报告人", submitted_on="2026-01-20",
        signer="签发人", signed_on="2026-01-22", stamp=1769000000, content_hash="0" * 64,
        content=Content((), (), tuple(_section(number) for number in range(N_SECTIONS))),
    )  # fmt: skip


def _section(number: int) -> Section:
    cells = tuple(
        tuple(Cell(text, "LX-GGGG-H1CH-N99X" if index == 1 else "", is_figure=index > 0)
              for index, text in enumerate(row))
        for row in rows(number)
    )  # fmt: skip
    blocks: list[Block] = [Paragraph(PARAGRAPH * 3), Table("对照表", HEAD, cells)]
    if number < N_CHARTS:
        line = Line("本学期", tuple(Decimal(value) / 100 for value in values(number)))
        option = bars_option(LABELS, [line], Scale("share", 4), _LIMITS, _WORDS)
        blocks.append(Chart(f"chart-{number}", "对照图", PARAGRAPH, option, HEAD, ()))
    return Section(f"第 {number + 1} 节", tuple(blocks))


def main() -> None:
    """Make one file, timed from the content on."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    printed = sheet()

    def work() -> dict[str, int]:
        drawn = draw(printed.content)
        content, _notes = (pdf_of if name == "pdf" else word_of)(printed, drawn)
        (folder / f"ours.{name}").write_bytes(content)
        return {"bytes": len(content), "charts": len(drawn.svgs)}

    report(work)


if __name__ == "__main__":
    main()
