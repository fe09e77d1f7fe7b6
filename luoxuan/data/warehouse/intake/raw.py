"""A file read as text, before any cell is judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from luoxuan.data.warehouse.intake.findings import Note, Question, column_letters

# A noncharacter that stands for half a UTF-16 character: Arrow and UTF-8 cannot hold the half.
LONE_SURROGATE = "\ufdd0"


@dataclass(frozen=True, slots=True)
class RaggedRow:
    """A record with another number of cells than the header has「列数不符的行」."""

    row: int
    expected: int
    found: int
    text: str


@dataclass(frozen=True, slots=True)
class RawTable:
    """All records of a file as text「原始文本表」, blank and ragged ones taken out and counted.

    ``columns`` are Arrow string arrays without nulls, one per header; ``row_numbers`` is an
    Arrow int64 array with the record number of each row (first record of the file = 1). ``flaws``
    are cells that the format itself shows to be unusable: position of the column, code, row
    numbers. ``letters`` name the columns where some were left out; ``prefix`` is put before every
    address when a workbook has several sheets. ``formats`` are the rows of a column in which a
    number is shown otherwise than it is stored: position, kind, row numbers. ``decimals_as_text``
    are the long decimals that a workbook holds as text, not as numbers.
    """

    headers: list[str]
    columns: list[Any]
    row_numbers: Any
    ragged: list[RaggedRow]
    notes: list[Note]
    encoding: str
    sha256: str
    sheet: str = ""
    prefix: str = ""
    letters: tuple[str, ...] = ()
    flaws: Mapping[int, Mapping[str, list[int]]] = field(default_factory=dict)
    formats: Mapping[int, Mapping[str, Mapping[int, str]]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    is_workbook: bool = False
    decimals_as_text: frozenset[str] = frozenset()

    def letters_of(self, position: int | None) -> str:
        """Return the letters of a column as a spreadsheet shows them."""
        if position is None:
            return "A"
        return self.letters[position] if self.letters else column_letters(position)

    def address(self, position: int | None, row: int) -> str:
        """Return the address of a cell, with the sheet where the workbook has several."""
        return f"{self.prefix}{self.letters_of(position)}{row}"

    def cell_id(self, position: int, row: int, code: str) -> str:
        """Return the identifier of a question about one cell; the same in every reading."""
        sheet = f"{self.sheet}!" if self.sheet else ""
        return f"cell:{sheet}{self.letters_of(position)}{row}:{code}"

    def column_id(self, code: str, position: int) -> str:
        """Return the identifier of a question about one column."""
        sheet = f"{self.sheet}!" if self.sheet else ""
        return f"{code}:{sheet}{self.letters_of(position)}"
