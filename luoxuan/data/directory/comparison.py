"""Comparing two tables by key「数据比对」: what is here only, there only, and what differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from luoxuan.campus.scope import Scope
from luoxuan.core.errors import Refused
from luoxuan.data.models import Dataset
from luoxuan.data.queries import Definitions, engine, visible_sql
from luoxuan.data.warehouse.engine import Session
from luoxuan.data.warehouse.relation import quoted

MOST_LINES = 5_000


class ComparisonUnfit(Refused):
    """Two tables that cannot be compared like this."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two tables「比对的一边」: a dataset at one of its versions."""

    dataset: Dataset
    number: int


@dataclass(frozen=True, slots=True)
class DifferingCell:
    """One line of a comparison「差异」: the key, and the field with both values.

    A row that is on one side only has no field: ``here`` or ``there`` says on which it is.
    """

    key: tuple[str | None, ...]
    field: str
    here: str | None
    there: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two tables have in common and what not「比对结果」, with the first lines of each."""

    key: tuple[str, ...]
    fields: tuple[str, ...]
    n_same: int
    n_differing: int
    n_only_here: int
    n_only_there: int
    cells: list[DifferingCell]
    only_here: list[tuple[str | None, ...]]
    only_there: list[tuple[str | None, ...]]


def compare(scope: Scope, here: Side, there: Side, *, key: Sequence[str]) -> Comparison:
    """Return how two tables differ by key within what a scope may see of both.

    Values are compared as texts of their stored form, so a code and a text of equal letters are
    the same. A row without a full key is left out. Raises ComparisonUnfit.
    """
    fields = _fields(here, there, key)
    with engine().session() as session:
        for name, side in (("here", here), ("there", there)):
            _offer(session, scope, name, side, [*key, *fields])
            _refuse_repeated(session, name, side, key)
        names = ", ".join(quoted(one) for one in key)
        both = f"here h JOIN there t USING ({names})"
        differs = " OR ".join(f"h.{quoted(f)} IS DISTINCT FROM t.{quoted(f)}" for f in fields)
        n_both = _number(session, f"SELECT 1 FROM {both}")
        n_differing = _number(session, f"SELECT 1 FROM {both} WHERE {differs}")
        only_here = f"SELECT {names} FROM here ANTI JOIN there USING ({names})"
        only_there = f"SELECT {names} FROM there ANTI JOIN here USING ({names})"
        return Comparison(
            key=tuple(key),
            fields=tuple(fields),
            n_same=n_both - n_differing,
            n_differing=n_differing,
            n_only_here=_number(session, only_here),
            n_only_there=_number(session, only_there),
            cells=_cells(session, both, differs, key, fields),
            only_here=_rows(session, only_here),
            only_there=_rows(session, only_there),
        )


def shared_fields(here: Dataset, there: Dataset) -> list[str]:
    """Return the fields that stand on both sides under one name, looked-up ones included."""
    definitions = Definitions()
    theirs = {info.name for info in definitions.fields_of(there.name)}
    return [info.name for info in definitions.fields_of(here.name) if info.name in theirs]


def _fields(here: Side, there: Side, key: Sequence[str]) -> list[str]:
    if not key:
        raise ComparisonUnfit("comparison_without_key")
    shared = shared_fields(here.dataset, there.dataset)
    for name in key:
        if name not in shared:
            raise ComparisonUnfit(
                "comparison_unknown_field", dataset=there.dataset.title, field=name
            )
    fields = [name for name in shared if name not in key]
    if not fields:
        raise ComparisonUnfit("comparison_nothing_alike")
    for side in (here, there):
        if not 1 <= side.number <= side.dataset.current_number:
            raise ComparisonUnfit(
                "comparison_unknown_version", dataset=side.dataset.title, number=side.number
            )
    return fields


def _offer(session: Session, scope: Scope, name: str, side: Side, columns: Sequence[str]) -> None:
    """Make the visible rows of one side readable under a name, every value as a text."""
    numbers = {side.dataset.name: side.number}
    relation = Definitions().relation(side.dataset.name, numbers)
    names = [info.name for info in relation.fields]
    session.run(f"CREATE OR REPLACE TEMP VIEW found AS SELECT * FROM ({relation.sql(names)})")
    source, parameters = visible_sql(session, scope, side.dataset)
    texts = ", ".join(f"CAST(f.{quoted(one)} AS VARCHAR) AS {quoted(one)}" for one in columns)
    session.run(f"CREATE TEMP TABLE {name} AS SELECT {texts} FROM {source}", parameters)


def _refuse_repeated(session: Session, name: str, side: Side, key: Sequence[str]) -> None:
    names = ", ".join(quoted(one) for one in key)
    whole = " AND ".join(f"{quoted(one)} IS NOT NULL" for one in key)
    n = _number(session, f"SELECT 1 FROM {name} WHERE {whole} GROUP BY {names} HAVING count(*) > 1")
    if n:
        raise ComparisonUnfit("comparison_key_repeats", dataset=side.dataset.title, n=n)


def _cells(
    session: Session, both: str, differs: str, key: Sequence[str], fields: Sequence[str]
) -> list[DifferingCell]:
    names = ", ".join(quoted(one) for one in key)
    pairs = ", ".join(f"h.{quoted(one)}, t.{quoted(one)}" for one in fields)
    found: list[DifferingCell] = []
    sql = f"SELECT {names}, {pairs} FROM {both} WHERE {differs} ORDER BY {names} LIMIT {MOST_LINES}"
    for row in session.table(sql).rows:
        values: Any = iter(row[len(key) :])
        for name, mine, other in zip(fields, values, values, strict=False):
            if mine != other:
                found.append(DifferingCell(tuple(row[: len(key)]), name, mine, other))
    return found


def _rows(session: Session, sql: str) -> list[tuple[str | None, ...]]:
    return [tuple(row) for row in session.table(f"{sql} ORDER BY ALL LIMIT {MOST_LINES}").rows]


def _number(session: Session, sql: str) -> int:
    return int(session.table(f"SELECT count(*) FROM ({sql})").rows[0][0])
