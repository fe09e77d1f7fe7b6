"""The limit for Word: docxtpl filling a template with the same tables, without charts.

python -m benchmarks.report.docx_raw FOLDER
"""

import sys
from pathlib import Path

import docx
from docxtpl import DocxTemplate

from benchmarks.measure import report
from benchmarks.report.definition import HEAD, N_SECTIONS, PARAGRAPH, rows


def template(path: Path) -> None:
    """Write the template: one section with one table, repeated by docxtpl."""
    word = docx.Document()
    word.add_paragraph("{%p for section in sections %}")
    word.add_heading("{{ section.title }}", level=1)
    word.add_paragraph("{{ paragraph }}")
    table = word.add_table(rows=4, cols=len(HEAD))
    for index, name in enumerate(HEAD):
        table.cell(0, index).text = name
        table.cell(2, index).text = "{{ row[" + str(index) + "] }}"
    table.cell(1, 0).text = "{%tr for row in section.rows %}"
    table.cell(3, 0).text = "{%tr endfor %}"
    word.add_paragraph("{%p endfor %}")
    word.save(str(path))


def main() -> None:
    """Fill the template, timed."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    template(folder / "template.docx")
    sections = [
        {"title": f"第 {number + 1} 节", "rows": rows(number)} for number in range(N_SECTIONS)
    ]

    def work() -> dict[str, int]:
        filled = DocxTemplate(str(folder / "template.docx"))
        filled.render({"sections": sections, "paragraph": PARAGRAPH * 3})
        filled.save(str(folder / "docxtpl.docx"))
        return {"bytes": (folder / "docxtpl.docx").stat().st_size}

    report(work)


if __name__ == "__main__":
    main()
