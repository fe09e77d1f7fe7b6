"""Decisions about the files of the warehouse on plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(days=1)
"""How long a file lies after nobody refers to it: a reader in the middle goes on undisturbed."""
LEAST_FILES = 8
"""So many files of a slice are worth packing."""
SMALL_BYTES = 16 * 2**20
PACK_BYTES = 128 * 2**20
UPKEEP_HOUR = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file in force and where its rows lie「待合并文件」; ``pack`` None for a file of its own."""

    key: int
    n_bytes: int
    pack: int | None
    pack_bytes: int = 0


def packings(files: Sequence[Candidate]) -> list[list[int]]:
    """Return groups of files of one slice that become one file each, in their order.

    Only small files, and only when enough of them lie apart; a pack that is not half full yet
    takes part with its members, so the number of files of a slice stays bounded.
    """
    small = [
        file
        for file in files
        if (file.n_bytes < SMALL_BYTES if file.pack is None else file.pack_bytes < PACK_BYTES // 2)
    ]
    apart = {("pack", file.pack) if file.pack else ("file", file.key) for file in small}
    if len(apart) < LEAST_FILES:
        return []
    groups: list[list[int]] = [[]]
    held = 0
    for file in small:
        if held + file.n_bytes > PACK_BYTES and groups[-1]:
            groups.append([])
            held = 0
        groups[-1].append(file.key)
        held += file.n_bytes
    return [group for group in groups if len(group) > 1]


def is_needed(
    number: int, *, current: int, is_pinned: bool, made_at: datetime, at: datetime, days: int
) -> bool:
    """Tell whether the rows of a version stay; ``days`` 0 keeps every version for ever.

    The version in force and the one before it, to which an import may be taken back, always stay.
    """
    if days == 0 or is_pinned or number >= current - 1:
        return True
    return at - made_at < timedelta(days=days)


def is_upkeep_due(last: datetime, *, at: datetime) -> bool:
    """Tell whether the pass of this night has still to come; both in the institution's clock."""
    night = at.replace(hour=UPKEEP_HOUR, minute=0, second=0, microsecond=0)
    if night > at:
        night -= timedelta(days=1)
    return last < night


class FileState(StrEnum):
    """How a rebuilt file compares with the one that was written「重建结论」.

    SAME byte for byte; EQUAL in every row, by a newer program in other bytes; COUNTED in the number
    of rows, while the held one is too damaged to compare; DIFFERS; KEPT was not made from a file
    and is sound; LOST cannot be rebuilt and is damaged.
    """

    SAME = "SAME"
    EQUAL = "EQUAL"
    COUNTED = "COUNTED"
    DIFFERS = "DIFFERS"
    KEPT = "KEPT"
    LOST = "LOST"


REBUILT_BADLY = frozenset({FileState.DIFFERS, FileState.LOST})
