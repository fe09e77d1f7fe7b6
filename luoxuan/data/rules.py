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
    ASK_USER = "ask_user"


class TimeBasis(StrEnum):
    """What moment or stretch of time the rows of a dataset are about「时间口径」."""

    TIME_POINT = "time_point"
    NATURAL_YEAR = "natural_year"
    SCHOOL_YEAR = "school_year"
    TERM = "term"
    MONTH = "month"
    WEEK = "week"
    EVENT = "event"


class QualitySystem(StrEnum):
    """One of the five systems「五纵」 of quality assurance that a dataset serves first.

    Source: 方案 of the colleges, framework 五纵五横: columns of the matrix.
    """

    DECISION = "decision"
    GENERATION = "generation"
    RESOURCES = "resources"
    SUPPORT = "support"
    SUPERVISION = "supervision"


# Addresses of the data centre that no dataset may take.
RESERVED_NAMES = frozenset(
    {
        "checks", "codes", "collections", "compare", "corrections", "evidence", "exchange",
        "filling", "imports", "new", "quality", "requests", "sources", "standard", "statistics",
        "themes", "upkeep",
    }
)  # fmt: skip


class DraftState(StrEnum):
    """How far the wizard is with a file「草稿状态」.

    NEW and CHECKING are read in the background, ASKING waits for answers, CHECKED may be committed,
    COMMITTING is being written; DONE, REFUSED and DISCARDED are ends (a refused one may be checked
    again with other columns).
    """

    NEW = "NEW"
    CHECKING = "CHECKING"
    ASKING = "ASKING"
    CHECKED = "CHECKED"
    COMMITTING = "COMMITTING"
    DONE = "DONE"
    REFUSED = "REFUSED"
    DISCARDED = "DISCARDED"


# An answered draft may be checked again; a written or dropped one may not.
CHANGEABLE = frozenset(
    {DraftState.NEW, DraftState.CHECKING, DraftState.ASKING, DraftState.CHECKED, DraftState.REFUSED}
)
# What a file committed last is proposed with when it comes again, corrected.
_CORRECTED = {ImportMode.APPEND: ImportMode.MERGE}


def corrected_mode(mode: ImportMode, *, has_key: bool) -> ImportMode:
    """Return how a corrected file comes in after the good rows of the first one did."""
    return _CORRECTED.get(mode, mode) if has_key else mode


# Notes that only count what is there; the others tell of something repaired.
_PLAIN_NOTES = frozenset({"missing_values", "extra_column", "duplicate_rows", "encoding"})


def disposition_of(
    *, rows_rejected: int, note_codes: frozenset[str], n_questions: int = 0
) -> Disposition:
    """Return how the import of a readable file ended."""
    if n_questions:
        return Disposition.ASK_USER
    if rows_rejected:
        return Disposition.REJECT_ROWS
    return Disposition.ACCEPT_NORMALISED if note_codes - _PLAIN_NOTES else Disposition.ACCEPT


_MANY_LEAVERS = 10
_LARGE_SHARE = 20  # per cent


def leaves_too_many(n_gone: int, n_before: int) -> bool:
    """Tell whether so many would have left that a person must confirm it「名册骤减」.

    A fifth or more, unless they are fewer than ten: half a file looks like half a college leaving.
    """
    return n_gone >= _MANY_LEAVERS and n_gone * 100 >= n_before * _LARGE_SHARE
