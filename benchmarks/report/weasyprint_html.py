"""A peer for PDF: WeasyPrint, the same text and tables as HTML, charts as plain SVG.

python -m benchmarks.report.weasyprint_html FOLDER
"""

import importlib
import sys
from html import escape
from pathlib import Path

from benchmarks.measure import report
from benchmarks.report.definition import HEAD, N_CHARTS, N_SECTIONS, PARAGRAPH, rows
from benchmarks.report.svg import SVG


def page() -> str:
    """Return the document as HTML."""
    parts = []
    for number in range(N_SECTIONS):
        lines = [HEAD, *rows(number)]
        table = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>"
            for line in lines
        )
        chart = SVG if number < N_CHARTS else ""
        parts.append(
            f"<h1>第 {number + 1} 节</h1><p>{PARAGRAPH * 3}</p><table>{table}</table>{chart}"
        )
    style = "body{font-family:'Noto Sans CJK SC';font-size:9pt}td{border:1px solid #ccc}"
    return f"<html lang='zh'><style>{style}</style><body>{''.join(parts)}</body></html>"


def main() -> None:
    """Print the document, timed."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    weasyprint = importlib.import_module("weasyprint")
    text = page()

    def work() -> dict[str, int]:
        made = weasyprint.HTML(string=text).write_pdf()
        (folder / "weasyprint.pdf").write_bytes(made)
        return {"bytes": len(made)}

    report(work)


if __name__ == "__main__":
    main()
