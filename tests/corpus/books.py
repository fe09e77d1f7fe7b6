"""Workbooks from nothing: a small one of raw XML, and rich ones by the usual writer."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from tests.corpus.samples import HEADERS, Row, cells_of

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET = "xl/worksheets/sheet1.xml"
WRITTEN_AT = datetime(2021, 9, 1, 8)  # noqa: DTZ001 (the format knows no time zone)

Parts = dict[str, bytes]


def letters(position: int) -> str:
    """Return the letters of a column; 0 is A."""
    found = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def text_cell(reference: str, text: str) -> str:
    """Return a cell with its text inside."""
    kept = f'<t xml:space="preserve">{escape(text)}</t>'
    return f'<c r="{reference}" t="inlineStr"><is>{kept}</is></c>'


def number_cell(reference: str, number: str, style: int = 0) -> str:
    """Return a cell with a number exactly as it is written here."""
    return f'<c r="{reference}" s="{style}"><v>{number}</v></c>'


def row_xml(number: int, cells: Sequence[str]) -> str:
    """Return a row; cells that are plain text become text cells."""
    made = [
        cell if cell.startswith("<c ") else text_cell(f"{letters(at)}{number}", cell)
        for at, cell in enumerate(cells)
    ]
    return f'<row r="{number}">{"".join(made)}</row>'


def sheet_xml(rows: Sequence[Sequence[str]], *, after: str = "", dimension: str = "") -> str:
    """Return a worksheet of rows of texts or of raw cells."""
    body = "".join(row_xml(number, cells) for number, cells in enumerate(rows, 1))
    return sheet_of(body, after=after, dimension=dimension)


def sheet_of(body: str, *, after: str = "", dimension: str = "") -> str:
    """Return a worksheet around the XML of its rows."""
    declared = f'<dimension ref="{dimension}"/>' if dimension else ""
    return (
        f'{DECLARATION}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{declared}'
        f"<sheetData>{body}</sheetData>{after}</worksheet>"
    )


def parts(sheet: str, *, strings: str = "", date_1904: bool = False) -> Parts:
    """Return the parts of a workbook of one worksheet."""
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    shared = (
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{types}.sharedStrings+xml"/>'
        if strings
        else ""
    )
    related = (
        f'<Relationship Id="rId3" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        if strings
        else ""
    )
    epoch = '<workbookPr date1904="1"/>' if date_1904 else ""
    made = {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
            f'<Override PartName="/{SHEET}" ContentType="{types}.worksheet+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{types}.styles+xml"/>{shared}'
            "</Types>"
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{epoch}<sheets>'
            '<sheet name="学生" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/>{related}'
            "</Relationships>"
        ),
        "xl/styles.xml": STYLES,
        SHEET: sheet,
    }
    if strings:
        made["xl/sharedStrings.xml"] = strings
    return {
        name: (xml if xml.startswith("<?xml") else DECLARATION + xml).encode()
        for name, xml in made.items()
    }


# Cell formats: 0 general, 1 a date, 2 ten digits with leading zeros, 3 percent, 4 thousands,
# 5 date and time, 6 text.
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="3"><numFmt numFmtId="164" '
    'formatCode="0000000000"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="166" formatCode="#,##0.00&quot;万&quot;"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0"/>'
    '</cellStyleXfs><cellXfs count="7">'
    + "".join(
        f'<xf numFmtId="{kind}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for kind in (0, 165, 164, 9, 4, 22, 49)
    )
    + "</cellXfs></styleSheet>"
)


def zipped(members: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> bytes:
    """Return a zip file with members in this order, all of the same moment."""
    pairs = list(members.items()) if isinstance(members, Mapping) else list(members)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in pairs:
            archive.writestr(member(name), data)
    return target.getvalue()


def member(name: str) -> zipfile.ZipInfo:
    """Return the entry of a member, with a fixed moment."""
    entry = zipfile.ZipInfo(name, WRITTEN_AT.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def raw_book(
    rows: Sequence[Sequence[str]],
    *,
    after: str = "",
    dimension: str = "",
    date_1904: bool = False,
    with_header: bool = True,
) -> bytes:
    """Return a workbook of texts and raw cells."""
    whole = [list(HEADERS), *rows] if with_header else rows
    sheet = sheet_xml(whole, after=after, dimension=dimension)
    return zipped(parts(sheet, date_1904=date_1904))


def text_rows(rows: Sequence[Row]) -> list[list[str]]:
    """Return students as rows of texts."""
    return [cells_of(row) for row in rows]


def patched(book: bytes, changes: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """Return a workbook with some of its parts changed or, from nothing, added."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name, change in changes.items():
        members[name] = change(members.get(name, b""))
    return zipped(members)


def written(fill: Callable[[Any], None], *, options: Mapping[str, object] | None = None) -> bytes:
    """Return a workbook that ``fill`` writes with xlsxwriter."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, **(options or {})})
    book.set_properties({"created": WRITTEN_AT})  # else the time of writing, so other bytes
    fill(book)
    book.close()
    return target.getvalue()


def put(sheet: Any, rows: Sequence[Row], *, top: int = 0, left: int = 0) -> None:
    """Write header and students as texts, the score as a number as people do."""
    sheet.write_row(top, left, HEADERS)
    for at, row in enumerate(rows, top + 1):
        for position, text in enumerate(cells_of(row), left):
            if position - left == HEADERS.index("综合成绩"):
                sheet.write_number(at, position, float(text))
            else:
                sheet.write_string(at, position, text)


def simple_book(rows: Sequence[Row], *, sheet_name: str = "学生") -> bytes:
    """Return an ordinary workbook as people make it."""
    return written(lambda book: put(book.add_worksheet(sheet_name), rows))
