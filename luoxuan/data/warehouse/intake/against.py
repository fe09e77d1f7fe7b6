"""Checks of staged rows against what a dataset already holds; a row that fails is rejected."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.warehouse.engine import Session
from luoxuan.data.warehouse.intake.findings import PROBLEMS_SHOWN, VALUE_SHOWN, Problem, Staged
from luoxuan.data.warehouse.relation import ROW_NUMBER, quoted


def keys_held(session: Session, staged: Staged, key: Sequence[str], held: str) -> list[Problem]:
    """Return a problem for each staged row whose key stands in ``held`` already.

    ``held`` is the SQL of the rows that stay. A dataset has each key once, else look-ups would
    multiply rows and counts would be wrong.
    """
    names = ", ".join(quoted(name) for name in key)
    session.offer("staged", staged.table)
    found = session.table(
        f"SELECT {ROW_NUMBER}, {names} FROM staged SEMI JOIN ({held}) USING ({names}) "
        f"ORDER BY {ROW_NUMBER}"
    )
    return [
        _problem(row[0], key[0], " · ".join(map(str, row[1:])), "key_held") for row in found.rows
    ]


def rows_outside(session: Session, staged: Staged, field: str, condition: str) -> list[Problem]:
    """Return a problem for each staged row that ``condition`` on ``field`` does not hold for."""
    session.offer("staged", staged.table)
    found = session.table(
        f"SELECT {ROW_NUMBER}, {quoted(field)} FROM staged "
        f"WHERE ({condition}) IS NOT TRUE ORDER BY {ROW_NUMBER}"
    )
    return [_problem(row[0], field, str(row[1]), "other_period") for row in found.rows]


def without(staged: Staged, problems: Sequence[Problem]) -> Staged:
    """Return what was staged without the rows of these problems, and with them listed."""
    if not problems:
        return staged
    rows: Any = pa.array([problem.row for problem in problems], pa.int64())
    kept = staged.table.filter(pc.invert(pc.is_in(staged.table[ROW_NUMBER], value_set=rows)))
    return replace(
        staged,
        table=kept,
        rows_rejected=staged.rows_read - kept.num_rows - staged.rows_asked,
        problems=(*staged.problems, *problems)[:PROBLEMS_SHOWN],
        n_problems=staged.n_problems + len(problems),
    )


def _problem(row: int, column: str, value: str, code: str) -> Problem:
    return Problem(row, column, f"A{row}", value[:VALUE_SHOWN], code)
