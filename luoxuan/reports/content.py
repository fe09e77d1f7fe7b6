"""What a report says「报告内容」: sections of blocks, as plain values and as JSON, nothing else.

The JSON is what is frozen and hashed; page, Word and PDF are drawn from the same values.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table「单元格」: text, the id that proves a number, the mark of a state."""

    text: str
    proof: str = ""
    state: str = ""
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph「段落」; a note is set smaller."""

    text: str
    is_note: bool = False
    type: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Number:
    """One number in large「数字」: label, value in words, what stands below, and its proof."""

    label: str
    words: str
    below: str = ""
    proof: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A row of numbers「数字组」."""

    items: tuple[Number, ...]
    type: str = "numbers"


@dataclass(frozen=True, slots=True)
class Table:
    """A table「表」; ``widths`` are parts of the breadth of the page, empty for even ones."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...] = ()
    type: str = "table"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart「图」: the option for ECharts, one sentence, and the same numbers as a table."""

    name: str
    title: str
    sentence: str
    option: dict[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    type: str = "chart"


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem「问题」 with who answers for it and until when."""

    text: str
    responsible: str
    due_on: str
    state: str
    origin: str = ""

    @property
    def words(self) -> str:
        """Return the problem with where it comes from."""
        return f"{self.origin}：{self.text}" if self.origin else self.text


@dataclass(frozen=True, slots=True)
class Problems:
    """A list of problems「问题清单」."""

    items: tuple[Problem, ...]
    type: str = "problems"


Block = Paragraph | Numbers | Table | Chart | Problems


@dataclass(frozen=True, slots=True)
class Section:
    """A section「章节」 with its heading."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """The whole report「报告内容」."""

    summary: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    schema: int = SCHEMA

    def charts(self) -> list[Chart]:
        """Return the charts in the order of the report."""
        blocks = (block for section in self.sections for block in section.blocks)
        return [block for block in blocks if isinstance(block, Chart)]


def to_json(content: Content) -> dict[str, Any]:
    """Return the content as JSON values, the same ones for the same content."""
    values: dict[str, Any] = json.loads(json.dumps(asdict(content)))
    return values


def from_json(values: Mapping[str, Any]) -> Content:
    """Return the content of JSON values; raises KeyError for a block of an unknown type."""
    return Content(
        summary=tuple(values["summary"]),
        facts=tuple((name, text) for name, text in values["facts"]),
        sections=tuple(
            Section(section["title"], tuple(_block(block) for block in section["blocks"]))
            for section in values["sections"]
        ),
        schema=values["schema"],
    )


def fingerprint(values: object) -> str:
    """Return the SHA-256 of JSON values in one spelling."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def row_of(*cells: Cell | str) -> tuple[Cell, ...]:
    """Return a row of a table; a text becomes a plain cell."""
    return tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells)


def _rows(rows: Iterable[Sequence[Mapping[str, Any]]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(Cell(**cell) for cell in row) for row in rows)


def _block(values: Mapping[str, Any]) -> Block:
    given = dict(values)
    match given["type"]:
        case "paragraph":
            return Paragraph(**given)
        case "numbers":
            return Numbers(tuple(Number(**item) for item in given["items"]))
        case "table":
            return Table(
                given["title"],
                tuple(given["columns"]),
                _rows(given["rows"]),
                tuple(given["widths"]),
            )
        case "chart":
            given |= {"columns": tuple(given["columns"]), "rows": _rows(given["rows"])}
            return Chart(**given)
        case "problems":
            return Problems(tuple(Problem(**item) for item in given["items"]))
    raise KeyError(given["type"])
