"""The limit for PDF: Typst alone, the same text and tables, charts drawn beforehand.

python -m benchmarks.report.typst_raw FOLDER
"""

import json
import sys
from pathlib import Path

import typst

from benchmarks.measure import report
from benchmarks.report.definition import HEAD, N_CHARTS, N_SECTIONS, PARAGRAPH, rows
from benchmarks.report.svg import SVG

FONTS = Path(__file__).parents[2] / "luoxuan" / "reports" / "templates" / "print" / "fonts"
SOURCE = """
#set page(paper: "a4", numbering: "1")
#set text(font: "Noto Sans CJK SC", size: 9pt, lang: "zh")
#let data = json(bytes(sys.inputs.data))
#for section in data.sections [
  = #section.title
  #data.paragraph
  #table(columns: data.head.len(), ..data.head, ..section.rows.flatten())
  #if section.chart { image(bytes(data.svg), format: "svg", width: 12cm) }
]
"""


def main() -> None:
    """Set the document, timed."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    sections = [
        {"title": f"第 {number + 1} 节", "rows": rows(number), "chart": number < N_CHARTS}
        for number in range(N_SECTIONS)
    ]
    data = {"sections": sections, "head": HEAD, "paragraph": PARAGRAPH * 3, "svg": SVG}

    def work() -> dict[str, int]:
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
        )
        text = json.dumps(data, ensure_ascii=False)
        made = typst.compile(SOURCE.encode(), font_paths=fonts, sys_inputs={"data": text})
        (folder / "typst.pdf").write_bytes(made if isinstance(made, bytes) else b"")
        return {"bytes": len(made or b"")}

    report(work)


if __name__ == "__main__":
    main()
