"""Whether stored rows「现有行」 agree with what a field is about to demand."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from luoxuan.data.warehouse.engine import Session
from luoxuan.data.warehouse.relation import Relation, quoted

_NUMBERS = {"integer", "decimal"}


def breaking_rows(
    session: Session, relation: Relation, field: Mapping[str, Any], codes: Sequence[str] | None
) -> dict[str, int]:
    """Return how many stored rows break each demand on a field, by the name of the demand.

    Demands: required, minimum, maximum, pattern, code_list; only those that some row breaks.
    """
    name = quoted(field["name"])
    tests, parameters = _tests(name, field, codes)
    if not tests:
        return {}
    counted = ", ".join(f"count(*) FILTER (WHERE {test})" for test in tests.values())
    source = relation.sql([field["name"]])
    (row,) = session.table(f"SELECT {counted} FROM ({source})", parameters).rows
    return {demand: int(n) for demand, n in zip(tests, row, strict=True) if n}


def breaking_key(session: Session, relation: Relation, key: Sequence[str]) -> int:
    """Return how many stored rows have no key, or share it with another row."""
    columns = ", ".join(quoted(name) for name in key)
    lacking = " OR ".join(f"{quoted(name)} IS NULL" for name in key)
    source = relation.sql(list(key))
    sql = (
        f"SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n, {columns} FROM ({source}) "
        f"GROUP BY {columns}) WHERE n > 1 OR {lacking}"
    )
    return int(session.table(sql).rows[0][0])


def held_rows(session: Session, relation: Relation, name: str) -> int:
    """Return how many stored rows have a value in a field."""
    source = relation.sql([name])
    return int(session.table(f"SELECT count({quoted(name)}) FROM ({source})").rows[0][0])


def _tests(
    name: str, field: Mapping[str, Any], codes: Sequence[str] | None
) -> tuple[dict[str, str], list[Any]]:
    tests: dict[str, str] = {}
    parameters: list[Any] = []
    if field["is_required"]:
        tests["required"] = f"{name} IS NULL"
    if field["type"] in _NUMBERS:
        for limit, sign in (("minimum", "<"), ("maximum", ">")):
            if field[limit] is not None:
                tests[limit] = f"{name} {sign} {Decimal(field[limit]):f}"
    # Numbers and dates were checked as they were written, which is not stored.
    if field["pattern"] and field["type"] in {"text", "code"}:
        tests["pattern"] = f"NOT regexp_full_match({name}, ?)"
        parameters.append(field["pattern"])
    if codes is not None:
        marks = ", ".join("?" for _ in codes) or "NULL"
        tests["code_list"] = f"{name} IS NOT NULL AND {name} NOT IN ({marks})"
        parameters += codes
    return tests, parameters
