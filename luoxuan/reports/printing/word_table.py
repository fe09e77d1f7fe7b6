"""Tables of a Word file, built as XML at once: python-docx costs ten times more per cell."""

from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from docx.oxml import parse_xml
from docx.oxml.table import CT_Tbl

from luoxuan.reports.content import Cell

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# Twentieths of a point for breadths, half points for sizes of letters.
_BREADTH, _SIZE, _SMALL = 9860, "18", "12"
_SOFT = "5F6B7D"

ElementTree.register_namespace("w", _W)


def table_xml(
    columns: Sequence[str], rows: Sequence[Sequence[Cell]], widths: Sequence[int]
) -> CT_Tbl:
    """Return a table whose head is repeated on every page that it reaches."""
    n_columns = len(columns) or len(rows[0])
    parts = list(widths) if len(widths) == n_columns else [1] * n_columns
    breadths = [str(_BREADTH * part // sum(parts)) for part in parts]
    table = Element(_tag("tbl"))
    properties = _add(table, "tblPr")
    _add(properties, "tblStyle", val="TableGrid")
    _add(properties, "tblW", w=str(_BREADTH), type="dxa")
    _add(properties, "tblLayout", type="fixed")
    grid = _add(table, "tblGrid")
    for breadth in breadths:
        _add(grid, "gridCol", w=breadth)
    if columns:
        _write_row(table, [Cell(name) for name in columns], breadths, is_head=True)
    for row in rows:
        _write_row(table, row, breadths)
    made = parse_xml(ElementTree.tostring(table, encoding="unicode"))
    if not isinstance(made, CT_Tbl):
        raise TypeError("the XML is no table")
    return made


def _write_row(
    table: Element, cells: Sequence[Cell], breadths: Sequence[str], *, is_head: bool = False
) -> None:
    row = _add(table, "tr")
    properties = _add(row, "trPr")
    _add(properties, "cantSplit")
    if is_head:
        _add(properties, "tblHeader")
    for cell, breadth in zip(cells, breadths, strict=True):
        place = _add(row, "tc")
        _add(_add(place, "tcPr"), "tcW", w=breadth, type="dxa")
        paragraph = _add(place, "p")
        layout = _add(paragraph, "pPr")
        _add(layout, "spacing", after="0")
        if cell.is_figure:
            _add(layout, "jc", val="right")
        _write_run(paragraph, cell.text, _SIZE, is_bold=is_head)
        if cell.proof:
            _add(_add(paragraph, "r"), "br")
            _write_run(paragraph, cell.proof, _SMALL, color=_SOFT)


def _write_run(
    paragraph: Element, text: str, size: str, *, is_bold: bool = False, color: str = ""
) -> None:
    run = _add(paragraph, "r")
    properties = _add(run, "rPr")
    if is_bold:
        _add(properties, "b")
    if color:
        _add(properties, "color", val=color)
    _add(properties, "sz", val=size)
    words = _add(run, "t")
    words.text = "".join(mark for mark in text if mark >= " " or mark in "\t\n")
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _add(parent: Element, name: str, **attributes: str) -> Element:
    named = {_tag(key): value for key, value in attributes.items()}
    return ElementTree.SubElement(parent, _tag(name), named)


def _tag(name: str) -> str:
    return f"{{{_W}}}{name}"
