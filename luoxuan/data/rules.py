"""Decisions of the data centre on plain values."""

from enum import StrEnum


class ImportMode(StrEnum):
    """What an import does with the rows that are there「导入方式」.

    APPEND adds, REPLACE puts the file in place of the slice, MERGE replaces the rows of equal key.
    """

    APPEND = "append"
    REPLACE = "replace"
    MERGE = "merge"


class Disposition(StrEnum):
    """How an import ended「导入结论」."""

    ACCEPT = "accept"
    ACCEPT_NORMALISED = "accept_normalised"
    REJECT_ROWS = "reject_rows"
    REJECT_FILE = "reject_file"


# Notes that only count what is there; the others tell of something repaired.
_PLAIN_NOTES = frozenset({"missing_values", "extra_column", "duplicate_rows", "encoding"})


def disposition_of(*, rows_rejected: int, note_codes: frozenset[str]) -> Disposition:
    """Return how the import of a readable file ended."""
    if rows_rejected:
        return Disposition.REJECT_ROWS
    return Disposition.ACCEPT_NORMALISED if note_codes - _PLAIN_NOTES else Disposition.ACCEPT
