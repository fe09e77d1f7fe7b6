"""Checks on a delivery: rows that are refused, and drift that a person has to accept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from luoxuan.data.check_queries import (
    drift_checks,
    drift_number,
    has_drifted,
    refusing_checks,
    row_test,
)
from luoxuan.data.formula import FormulaRefused
from luoxuan.data.models import Check, Dataset
from luoxuan.data.quality.rules import Measured
from luoxuan.data.queries import Definitions, info_of
from luoxuan.data.warehouse.engine import Session
from luoxuan.data.warehouse.intake import Problem, Staged
from luoxuan.data.warehouse.intake.findings import VALUE_SHOWN, Choice, Question
from luoxuan.data.warehouse.relation import ROW_NUMBER, Relation, quoted

_DRIFT, _ACCEPT = "drift:", "accept"


def refused_rows(session: Session, dataset: Dataset, staged: Staged) -> list[Problem]:
    """Return a problem for each staged row that a refusing check「校验规则」 hits.

    A check over looked-up or computed fields cannot be judged before the rows are stored; it
    counts them afterwards.
    """
    checks = refusing_checks(dataset.pk)
    if not checks:
        return []
    session.offer("staged", staged.table)
    infos = [info_of(field) for field in dataset.fields.all() if not field.formula]
    definitions = Definitions()
    found: list[Problem] = []
    for check in checks:
        other = None
        if check.reference is not None:
            relation = definitions.relation(check.reference.name, {})
            other = relation.sql
        try:
            test = row_test(check, infos, lambda _: "SELECT * FROM staged", other)
        except (FormulaRefused, KeyError):
            continue
        found += _problems(session, check, test.hit, next(iter(test.fields), ""))
    return found


def _problems(session: Session, check: Check, hit: str, name: str) -> Iterable[Problem]:
    value = f"CAST({quoted(name)} AS VARCHAR)" if name else "''"
    rows = session.table(
        f"SELECT {ROW_NUMBER}, coalesce({value}, '') FROM staged WHERE {hit} ORDER BY {ROW_NUMBER}"
    ).rows
    facts: dict[str, object] = {"rule": check.title}
    for row, text in rows:
        yield Problem(row, name, f"A{row}", text[:VALUE_SHOWN], "check_refuses", facts)


def with_drift_questions(
    session: Session,
    dataset: Dataset,
    staged: Staged,
    *,
    held: Relation,
    answers: Mapping[str, str],
    is_whole: bool,
) -> Staged:
    """Return what was staged with a question for each drift「漂移」 that nobody accepted yet.

    ``held`` are the rows that it takes the place of, or joins; the number of rows says something
    only where ``is_whole``.
    """
    checks = [
        check
        for check in drift_checks(dataset.pk)
        if answers.get(f"{_DRIFT}{check.code}") != _ACCEPT
        and (is_whole or check.measured != Measured.ROWS)
    ]
    if not checks or staged.questions or not staged.table.num_rows or not held.files:
        return staged
    session.offer("staged", staged.table)
    asked = [
        question
        for check in checks
        for question in _drift_question(session, check, held, set(staged.table.column_names))
    ]
    return replace(staged, questions=tuple(asked))


def _drift_question(
    session: Session, check: Check, held: Relation, columns: set[str]
) -> Iterable[Question]:
    if set(check.fields) - columns:
        return
    before = drift_number(session, check, held.sql(check.fields))
    after = drift_number(session, check, "SELECT * FROM staged")
    if before is None or after is None or not has_drifted(check, before, after):
        return
    facts: dict[str, object] = {
        "rule": check.title, "before": plain(before), "after": plain(after),
        "most": plain(check.most_change or Decimal()),
    }  # fmt: skip
    yield Question(
        f"{_DRIFT}{check.code}", "rows", "", None, next(iter(check.fields), ""), "", "",
        "drifted", facts, (Choice(_ACCEPT, "accept_drift"),), _ACCEPT,
    )  # fmt: skip


def is_drift(question: Question) -> bool:
    """Tell whether a question is about drift and nothing else."""
    return is_drift_id(question.id)


def is_drift_id(name: str) -> bool:
    """Tell whether the identifier of a question says that it is about drift."""
    return name.startswith(_DRIFT)


def accepted(questions: Sequence[Question]) -> dict[str, str]:
    """Return the answers that accept the drift in some questions."""
    return {question.id: question.proposed for question in questions if is_drift(question)}


def plain(number: Decimal) -> str:
    """Return a number for a sentence: at most two decimals, no zeros behind the point."""
    text = f"{number:.2f}"
    return text.rstrip("0").rstrip(".")
