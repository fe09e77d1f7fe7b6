"""The Word file of a document「DOCX」: real headings and tables, charts as pictures.

Fonts are named, not shipped: 宋体 and 黑体 come from the reader's Office.
"""

import io
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import docx
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from luoxuan.reports.content import (
    Block,
    Cell,
    Chart,
    Numbers,
    Paragraph,
    Problems,
    Table,
    row_of,
)
from luoxuan.reports.printing.drawn import Drawn
from luoxuan.reports.printing.sheet import Sheet
from luoxuan.reports.printing.word_table import table_xml

_SOFT = RGBColor(0x5F, 0x6B, 0x7D)
_TEXT, _HEADING, _LATIN = "宋体", "黑体", "Times New Roman"
# Zip entries carry a time; a fixed one keeps the bytes the same.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def word_of(sheet: Sheet, drawn: Drawn) -> tuple[bytes, list[str]]:
    """Return the Word file and what it says about itself; the same sheet gives the same bytes."""
    word = docx.Document()
    _set_page(word, sheet)
    _set_styles(word, is_paper=sheet.kind == "MEETING_PAPER")
    _write_head(word, sheet)
    for sentence in sheet.content.summary:
        word.add_paragraph(sentence)
    for section in sheet.content.sections:
        word.add_heading(section.title, level=1)
        for block in section.blocks:
            _write(word, block, drawn)
    notes = [note for note in (drawn.note(),) if note]
    for note in notes:
        _small(word.add_paragraph(), f"说明：{note}")
    _write_signatures(word, sheet)
    _set_properties(word, sheet)
    target = io.BytesIO()
    word.save(target)
    return _repacked(target.getvalue()), notes


def _set_page(word: Word, sheet: Sheet) -> None:
    page = word.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(1.8)
    page.top_margin = page.bottom_margin = Cm(1.6)
    footer = page.footer.paragraphs[0]
    _small(footer, f"{sheet.institution}　内容校验 {sheet.content_hash[:12]}　第 ")
    _field(footer, "PAGE")
    _small(footer, " 页，共 ")
    _field(footer, "NUMPAGES")
    _small(footer, " 页")
    if not sheet.is_final:
        _small(page.header.paragraphs[0], f"【{sheet.state}】{sheet.title}")


def _set_styles(word: Word, *, is_paper: bool) -> None:
    sizes = {"Normal": 9 if is_paper else 10.5, "Title": 15 if is_paper else 18}
    sizes |= {"Heading 1": 11 if is_paper else 13, "Heading 2": 10}
    for name, size in sizes.items():
        style = cast("Any", word.styles[name])
        east = _TEXT if name == "Normal" else _HEADING
        style.font.size, style.font.name = Pt(size), _LATIN
        style.font.color.rgb = RGBColor(0x17, 0x20, 0x2E)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        # A theme font goes before the named one, so its attributes have to go.
        for place in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{place}"), None)
        for place, font in (("eastAsia", east), ("ascii", _LATIN), ("hAnsi", _LATIN)):
            fonts.set(qn(f"w:{place}"), font)
        style.paragraph_format.space_after = Pt(3 if is_paper else 5)
        if name.startswith("Heading"):
            style.paragraph_format.space_before = Pt(6 if is_paper else 10)


def _write_head(word: Word, sheet: Sheet) -> None:
    title = word.add_heading(sheet.title, level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line = word.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _small(line, f"{sheet.institution}　第 {sheet.edition} 版　{sheet.state}")
    if facts := [row_of(name, text) for name, text in sheet.content.facts]:
        _grid(word, (), facts, (3, 14))


def _write(word: Word, block: Block, drawn: Drawn) -> None:
    writers: dict[type, Callable[[Any], None]] = {
        Paragraph: partial(_write_paragraph, word),
        Numbers: partial(_write_numbers, word),
        Table: partial(_write_table, word),
        Problems: partial(_write_problems, word),
        Chart: partial(_write_chart, word, drawn),
    }
    writers[type(block)](block)


def _write_paragraph(word: Word, block: Paragraph) -> None:
    if block.is_note:
        _small(word.add_paragraph(), block.text)
    else:
        word.add_paragraph(block.text)


def _write_numbers(word: Word, block: Numbers) -> None:
    rows = [
        row_of(item.label, Cell(item.words, item.proof, is_figure=True), item.below, item.state)
        for item in block.items
    ]
    _grid(word, ("项目", "数值", "对照", "状态"), rows, (6, 4, 4, 3))


def _write_table(word: Word, block: Table) -> None:
    if block.title:
        word.add_heading(block.title, level=2)
    _grid(word, block.columns, block.rows, block.widths)


def _write_problems(word: Word, block: Problems) -> None:
    rows = [row_of(item.words, item.responsible, item.due_on, item.state) for item in block.items]
    _grid(word, ("问题", "责任人", "期限", "状态"), rows, (54, 16, 16, 18))


def _write_chart(word: Word, drawn: Drawn, block: Chart) -> None:
    word.add_heading(block.title, level=2)
    picture = drawn.pngs.get(block.name)
    if picture is None:
        _small(word.add_paragraph(), f"本图未能绘制，以表代替。{block.sentence}")
        _grid(word, block.columns, block.rows, ())
        return
    paragraph = word.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shape = paragraph.add_run().add_picture(io.BytesIO(picture), width=Cm(13.5))
    # What a screen reader says instead of the picture.
    shape._inline.docPr.set("descr", block.sentence)
    _small(word.add_paragraph(), block.sentence)


def _grid(
    word: Word,
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[int],
) -> None:
    after = word.add_paragraph()
    after.paragraph_format.space_after = Pt(0)
    after._p.addprevious(table_xml(columns, rows, widths))


def _write_signatures(word: Word, sheet: Sheet) -> None:
    submitted = f"　{sheet.submitted_on} 提交" if sheet.submitted_on else ""
    signer = f"{sheet.signer}　{sheet.signed_on} 签发" if sheet.signer else "（尚未签发）"
    word.add_paragraph(f"报告人：{sheet.author}{submitted}　　　　签发人：{signer}")


def _set_properties(word: Word, sheet: Sheet) -> None:
    core = word.core_properties
    made = sheet.made_at.replace(tzinfo=None)
    core.title, core.author, core.last_modified_by = sheet.title, sheet.author, sheet.author
    core.created = core.modified = made
    core.language, core.comments = "zh-CN", ""
    core.identifier = sheet.source_hash


def _small(paragraph: Any, text: str) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(8), _SOFT


def _field(paragraph: Any, code: str) -> None:
    """Add a field that Word itself fills, such as the number of the page."""
    run = paragraph.add_run()
    run.font.size, run.font.color.rgb = Pt(8), _SOFT
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _repacked(content: bytes) -> bytes:
    """Return the same package with fixed times, so that equal content means equal bytes."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            # Pictures are compressed already.
            is_picture = name.startswith("word/media/")
            entry.compress_type = zipfile.ZIP_STORED if is_picture else zipfile.ZIP_DEFLATED
            copy.writestr(entry, source.read(name))
    return target.getvalue()
