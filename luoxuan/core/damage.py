"""Damage of the database「数据库损坏」: what its errors say of it, and looking on all the same."""

from collections.abc import Callable, Iterable

from django.db import DatabaseError, transaction

from luoxuan.core.busy import is_busy
from luoxuan.core.verification import Finding

_TEXTS = (
    "malformed", "not a database", "invalid page in block", "could not read block", "corrupt",
    "page verification failed", "could not open file", "unexpected chunk", "missing chunk",
)  # fmt: skip


def is_damaged(error: BaseException | None) -> bool:
    """Tell whether an error says that pages of the database cannot be read."""
    text = str(error).lower()
    return isinstance(error, DatabaseError) and any(part in text for part in _TEXTS)


def looked_at(look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """Return what a look finds; where it cannot read on, that is a finding too.

    A database that somebody else holds says nothing about damage: that error is raised.
    """
    found: list[Finding] = []
    try:
        with transaction.atomic():
            found.extend(look())
    except (DatabaseError, ValueError) as error:
        if is_busy(error):
            raise
        problem = f"cannot be read: {str(error).strip()[:200]}"
        found.append(Finding("I9", "database", problem))
    return found
