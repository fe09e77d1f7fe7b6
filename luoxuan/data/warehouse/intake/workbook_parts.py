"""The small parts of a workbook「工作簿部件」: its sheets, their formats, and what is left out."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from luoxuan.data.warehouse.intake.findings import FileRefused, Note
from luoxuan.data.warehouse.intake.number_formats import format_kind
from luoxuan.data.warehouse.intake.package_gate import Package

_LEFT_OUT = (
    ("comments_ignored", re.compile(r"/(?:comments|threadedComments)[^/]*(?:/[^/]+)?\.xml$")),
    ("images_ignored", re.compile(r"^xl/media/")),
    ("external_links_ignored", re.compile(r"^xl/externalLinks/externalLink\d*\.xml$")),
    ("pivots_ignored", re.compile(r"^xl/pivot(?:Tables|Cache)/[^/]+\.xml$")),
    ("tables_ignored", re.compile(r"^xl/tables/[^/]+\.xml$")),
    ("embedded_objects_ignored", re.compile(r"^xl/(?:embeddings|activeX)/")),
)
_HIDDEN = {"hidden", "veryHidden"}


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet of a workbook「工作表」."""

    name: str
    part: str
    is_hidden: bool
    is_very_hidden: bool


@dataclass(frozen=True, slots=True)
class WorkbookParts:
    """The sheets of a workbook, its epoch and the styles that change what a number says."""

    sheets: tuple[SheetPart, ...]
    is_1904: bool
    kinds: dict[int, str]
    n_styles: int
    notes: tuple[Note, ...]


def read_parts(package: Package) -> WorkbookParts:
    """Read the small parts. Raises FileRefused when they do not make a workbook."""
    try:
        book_part = _target(package, "_rels/.rels", "", "/officeDocument")
        book = _parse(package, book_part)
        relations = _relations(package, book_part)
        sheets = tuple(_sheets(book, relations, package))
        kinds, n_styles = _kinds(package, relations)
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        raise FileRefused("damaged_workbook") from error
    if not sheets:
        raise FileRefused("no_sheets")
    properties = next(_all(book, "workbookPr"), None)
    is_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    return WorkbookParts(sheets, is_1904, kinds, n_styles, tuple(_notes(package)))


def _parse(package: Package, part: str) -> ElementTree.Element:
    return ElementTree.fromstring(package.part(part))  # noqa: S314 - the gate lets no DTD through


def _all(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (one for one in element.iter() if _local(one.tag) == name)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _target(package: Package, relations: str, base: str, kind: str) -> str:
    for relation in _all(_parse(package, relations), "Relationship"):
        if relation.get("Type", "").endswith(kind):
            return _resolve(base, relation.get("Target", ""))
    raise KeyError(kind)


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Return type and part of each internal relation; links to elsewhere are never followed."""
    folder, name = posixpath.split(part)
    parsed = _parse(package, f"{folder}/_rels/{name}.rels")
    return {
        relation.get("Id", ""): (
            relation.get("Type", "").rpartition("/")[2],
            _resolve(folder, relation.get("Target", "")),
        )
        for relation in _all(parsed, "Relationship")
        if relation.get("TargetMode") != "External"
    }


def _resolve(folder: str, target: str) -> str:
    if target.startswith("/"):
        return posixpath.normpath(target[1:])
    return posixpath.normpath(posixpath.join(folder, target))


def _sheets(
    book: ElementTree.Element, relations: dict[str, tuple[str, str]], package: Package
) -> Iterator[SheetPart]:
    for sheet in _all(book, "sheet"):
        identifier = next((v for k, v in sheet.attrib.items() if _local(k) == "id"), "")
        kind, part = relations.get(identifier, ("", ""))
        if kind != "worksheet" or part not in package:
            continue
        state = sheet.get("state", "")
        yield SheetPart(sheet.get("name", ""), part, state in _HIDDEN, state == "veryHidden")


def _kinds(package: Package, relations: dict[str, tuple[str, str]]) -> tuple[dict[int, str], int]:
    """Return the kind of number format of each cell style that has one, and how many there are."""
    part = next((part for kind, part in relations.values() if kind == "styles"), "")
    if part not in package:
        return {}, 0
    styles = _parse(package, part)
    codes = {
        int(one.get("numFmtId", "0")): one.get("formatCode", "") for one in _all(styles, "numFmt")
    }
    formats = next(_all(styles, "cellXfs"), None)
    kinds: dict[int, str] = {}
    for index, style in enumerate(formats if formats is not None else ()):
        identifier = int(style.get("numFmtId", "0"))
        if kind := format_kind(identifier, codes.get(identifier)):
            kinds[index] = kind
    return kinds, len(formats) if formats is not None else 0


def _notes(package: Package) -> Iterator[Note]:
    for code, pattern in _LEFT_OUT:
        count = sum(1 for name in package.sizes if pattern.search(name))
        if count:
            yield Note(code, count)
