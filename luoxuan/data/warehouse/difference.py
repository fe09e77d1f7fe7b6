"""What a file would change「变化」: new, changed and removed rows by key, before it is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from luoxuan.data.warehouse.engine import Session
from luoxuan.data.warehouse.relation import ROW_NUMBER, quoted

SHOWN = 10


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row whose key is held with other content: the key, and (field, before, after)."""

    key: tuple[Any, ...]
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """How many rows are new, changed, the same and gone, with the first of each by key."""

    n_new: int
    n_changed: int
    n_same: int
    n_removed: int
    new: tuple[tuple[Any, ...], ...] = ()
    changed: tuple[ChangedRow, ...] = ()
    removed: tuple[tuple[Any, ...], ...] = ()


def difference(
    session: Session, fresh: str, held: str, *, key: Sequence[str], fields: Sequence[str]
) -> Difference:
    """Return what rows ``fresh`` (SQL) change against rows ``held`` (SQL) of equal columns.

    Without a key rows are events: those of the file are new, those that it replaces are gone.
    """
    if not key:
        return Difference(_count(session, fresh), 0, 0, _count(session, held))
    names = ", ".join(quoted(name) for name in key)
    others = [name for name in fields if name not in key]
    differs = " OR ".join(f"f.{quoted(n)} IS DISTINCT FROM h.{quoted(n)}" for n in others)
    both = f"({fresh}) f JOIN ({held}) h USING ({names})"
    n_both = _count(session, f"SELECT 1 FROM {both}")
    n_changed = _count(session, f"SELECT 1 FROM {both} WHERE {differs}") if differs else 0
    new = f"SELECT {names} FROM ({fresh}) f ANTI JOIN ({held}) h USING ({names})"
    removed = f"SELECT {names} FROM ({held}) h ANTI JOIN ({fresh}) f USING ({names})"
    changed = _changed(session, both, differs, key, others) if n_changed else ()
    return Difference(
        n_new=_count(session, new),
        n_changed=n_changed,
        n_same=n_both - n_changed,
        n_removed=_count(session, removed),
        new=_first(session, new),
        changed=changed,
        removed=_first(session, removed),
    )


def first_rows(session: Session, fields: Sequence[str], *, limit: int) -> list[dict[str, Any]]:
    """Return the first rows of the table ``staged`` as they will be stored."""
    columns = ", ".join(quoted(name) for name in (*fields, ROW_NUMBER))
    sql = f"SELECT {columns} FROM staged ORDER BY {ROW_NUMBER} LIMIT {limit:d}"
    return session.table(sql).dicts()


def _changed(
    session: Session, both: str, differs: str, key: Sequence[str], others: Sequence[str]
) -> tuple[ChangedRow, ...]:
    keys = ", ".join(quoted(name) for name in key)
    pairs = ", ".join(f"f.{quoted(name)}, h.{quoted(name)}" for name in others)
    sql = f"SELECT {keys}, {pairs} FROM {both} WHERE {differs} ORDER BY {keys} LIMIT {SHOWN}"
    found = []
    for row in session.table(sql).rows:
        values = iter(row[len(key) :])
        cells = [(name, *reversed((next(values), next(values)))) for name in others]
        fields = tuple((name, old, new) for name, old, new in cells if old != new)
        found.append(ChangedRow(tuple(row[: len(key)]), fields))
    return tuple(found)


def _first(session: Session, sql: str) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(row) for row in session.table(f"{sql} ORDER BY ALL LIMIT {SHOWN}").rows)


def _count(session: Session, sql: str) -> int:
    return int(session.table(f"SELECT count(*) FROM ({sql})").rows[0][0])
