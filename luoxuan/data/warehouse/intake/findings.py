"""What a reading of a file may say about it: refusals, problems of rows, notes."""

from dataclasses import dataclass, field
from typing import Any

from luoxuan.core.errors import Refused

VALUE_SHOWN = 80
PROBLEMS_SHOWN = 1000


class FileRefused(Refused):
    """A file that is not taken in at all「拒收的文件」; nothing of it was stored."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a row was rejected「行问题」.

    ``row`` is the record number in the file (header = 1), ``cell`` the address as a spreadsheet
    shows it ("C5", or "A5" when the whole row is meant), ``value`` the text as it stood, cut.
    """

    row: int | None
    column: str
    cell: str
    value: str
    code: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was accepted or repaired and must be shown「提示」, and how often."""

    code: str
    count: int
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """A ready answer「备选答案」; its text is ``message(code, language, **facts)``."""

    value: str
    code: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """Something that only a person can decide「待确认问题」 before rows may be stored.

    ``id`` is the same for the same file and answers; ``kind`` is "cell", "column", "rows", "sheet"
    or "file". ``proposed`` is the value of the choice to show first, it is never applied silently.
    A cell question also takes free text: the corrected content, "" to leave the cell empty,
    "reject" to reject the row.
    """

    id: str
    kind: str
    sheet: str
    row: int | None
    column: str
    cell: str
    value: str
    code: str
    facts: dict[str, object]
    choices: tuple[Choice, ...]
    proposed: str


@dataclass(frozen=True, slots=True)
class Staged:
    """What a file brought「暂存结果」.

    ``table`` holds the accepted rows: typed columns in the order of the specification, then
    ``row_number`` (the record number in the file, header = 1; in a workbook the row of the sheet).
    ``rows_read`` is always the sum of accepted, rejected and asked rows; blank rows are counted in
    a note. ``problems`` are the first thousand of ``n_problems``, by row and column. While there
    are ``questions`` the table is only what would be accepted so far and must not be stored.
    ``sheet`` is empty unless the file is a workbook; ``headers`` stand as in the file.
    """

    table: Any
    rows_read: int
    rows_rejected: int
    problems: tuple[Problem, ...]
    n_problems: int
    notes: tuple[Note, ...]
    encoding: str
    sha256: str
    questions: tuple[Question, ...] = ()
    sheet: str = ""
    headers: tuple[str, ...] = ()
    rows_asked: int = 0


def column_letters(position: int) -> str:
    """Return the letters of a spreadsheet column; position 0 is "A"."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
