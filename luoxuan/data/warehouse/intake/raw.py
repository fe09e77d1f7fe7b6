"""A file read as text, before any cell is judged."""

from dataclasses import dataclass
from typing import Any

from luoxuan.data.warehouse.intake.findings import Note


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
    Arrow int64 array with the record number of each row (first record of the file = 1).
    """

    headers: list[str]
    columns: list[Any]
    row_numbers: Any
    ragged: list[RaggedRow]
    notes: list[Note]
    encoding: str
    sha256: str
