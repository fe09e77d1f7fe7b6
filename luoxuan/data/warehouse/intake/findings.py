"""What a reading of a file may say about it: refusals, problems of rows, notes."""

from dataclasses import dataclass, field

from luoxuan.core.errors import Refused

VALUE_SHOWN = 80


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


def column_letters(position: int) -> str:
    """Return the letters of a spreadsheet column; position 0 is "A"."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
