"""Running checks over what datasets hold, and asking about values far from the usual."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from luoxuan.campus.queries import periods
from luoxuan.core.models import User
from luoxuan.data.actions import publish_records
from luoxuan.data.actions.checking import plain
from luoxuan.data.check_queries import drift_number, has_drifted, stored_test
from luoxuan.data.formula import FormulaRefused
from luoxuan.data.models import Check, CheckResult, Dataset
from luoxuan.data.quality.actions.outliers import find_outliers
from luoxuan.data.quality.queries import lagging_checks
from luoxuan.data.quality.records import CHECKS, KEY, check_table
from luoxuan.data.quality.rules import ROW_KINDS, CheckKind
from luoxuan.data.queries import Definitions, engine
from luoxuan.data.warehouse.engine import Session
from luoxuan.data.warehouse.relation import quoted


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a run of the checks judged「校验报告」; ``version`` is that of the records, if new."""

    n_checks: int
    n_bad: int
    n_outliers: int
    version: int | None


def run_lagging_checks(
    *, by: User | None, at: datetime, dataset: Dataset | None = None, again: bool = False
) -> CheckReport:
    """Judge every dataset that has a newer version than the one judged「校验」; idempotent.

    A rule that no longer fits its dataset is recorded as not judged; it stops no other.
    """
    found = lagging_checks(dataset=dataset, again=again)
    results = [_run(check, at) for check in found]
    n_outliers = find_outliers(at=at)
    return CheckReport(
        n_checks=len(results),
        n_bad=sum(result.n_bad for result in results),
        n_outliers=n_outliers,
        version=_publish(by, at) if results else None,
    )


def _publish(by: User | None, at: datetime) -> int | None:
    if not Dataset.objects.filter(name=CHECKS, is_system=True).exists():
        return None
    return publish_records(dataset_name=CHECKS, table=check_table(), key=KEY, by=by, at=at)


def _run(check: Check, at: datetime) -> CheckResult:
    """Judge one check and remember how far it is."""
    number = check.dataset.current_number
    facts: dict[str, Any] = {}
    shares: list[list[Any]] = []
    try:
        shares, facts = _judged(check, number, on=timezone.localdate(at))
    except (FormulaRefused, KeyError) as error:
        facts = {"not_judged": getattr(error, "code", "unknown_field")}
    with transaction.atomic():
        result, _ = CheckResult.objects.update_or_create(
            rule=check,
            number=number,
            defaults={
                "n_rows": sum(row[2] for row in shares),
                "n_bad": sum(row[3] for row in shares),
                "shares": shares,
                "facts": facts,
                "at": at,
            },
        )
        reference = check.reference.current_number if check.reference else 0
        Check.objects.filter(pk=check.pk).update(checked_number=number, checked_reference=reference)
    return result


def judged(check: Check, *, on: date) -> list[list[Any]]:
    """Return what a check finds in the version in force, kept nowhere: for a preview."""
    number = check.dataset.current_number
    return _judged(check, number, on=on)[0] if number else []


def _judged(check: Check, number: int, *, on: date) -> tuple[list[list[Any]], dict[str, Any]]:
    """Return [unit, period, rows, bad] of a check at one version, and what else is to be told."""
    with engine().session() as session:
        if check.kind in ROW_KINDS:
            return row_shares(session, check, number), {}
        if check.kind == CheckKind.TIMELINESS:
            return _late_periods(session, check, number, on=on), {}
        return _drift(session, check, number)


def row_shares(session: Session, check: Check, number: int) -> list[list[Any]]:
    """Return [unit, period, rows, bad] of a check over rows."""
    definitions = Definitions()
    test = stored_test(check, definitions, number=number)
    relation = definitions.relation(check.dataset.name, {check.dataset.name: number})
    known = {info.name for info in relation.fields}
    places = [
        f"coalesce(CAST({quoted(name)} AS VARCHAR), '')" if name in known else "''"
        for name in (check.dataset.unit_field, check.dataset.period_field)
    ]
    fields = {*test.fields, check.dataset.unit_field, check.dataset.period_field} & known
    table = session.table(
        f"SELECT _unit, _period, count(*), count(*) FILTER (WHERE _bad) FROM ("
        f"SELECT {places[0]} AS _unit, {places[1]} AS _period, ({test.looked}) AS _looked, "
        f"({test.bad}) AS _bad FROM ({relation.sql(fields)})) WHERE _looked "
        f"GROUP BY _unit, _period ORDER BY _unit, _period"
    )
    return [list(row) for row in table.rows]


def _late_periods(session: Session, check: Check, number: int, *, on: date) -> list[list[Any]]:
    """Return each unit and period that is due: without rows it is bad.

    A period is due ``days`` after its end. A unit is expected in it when it has rows in the period
    before; without units the dataset as a whole is.
    """
    dataset = check.dataset
    if not dataset.period_field:
        raise KeyError("period_field")
    definitions = Definitions()
    relation = definitions.relation(dataset.name, {dataset.name: number})
    unit = f"CAST({quoted(dataset.unit_field)} AS VARCHAR)" if dataset.unit_field else "''"
    period = f"CAST({quoted(dataset.period_field)} AS VARCHAR)"
    fields = {dataset.period_field, dataset.unit_field} - {""}
    rows = session.table(
        f"SELECT DISTINCT {unit}, {period} FROM ({relation.sql(fields)}) "
        f"WHERE {unit} IS NOT NULL AND {period} IS NOT NULL"
    ).rows
    held = {(place, code) for place, code in rows}
    ended = periods().filter(kind=dataset.period_kind, end_on__isnull=False).order_by("end_on")
    known = list(ended)
    found = []
    for before, now in zip([None, *known], known, strict=False):
        if now.end_on is None or now.end_on + timedelta(days=check.days) > on:
            continue
        expected = {place for place, code in held if code == now.code}
        expected |= {place for place, code in held if before and code == before.code}
        found += [
            [place, now.code, 1, int((place, now.code) not in held)] for place in sorted(expected)
        ]
    return found


def _drift(session: Session, check: Check, number: int) -> tuple[list[list[Any]], dict[str, Any]]:
    """Return whether a version differs too much from the one before; the first one cannot."""
    definitions = Definitions()
    name = check.dataset.name
    numbers: list[Decimal | None] = []
    for one in (number - 1, number):
        if one:
            rows = definitions.relation(name, {name: one}).sql(check.fields)
            numbers.append(drift_number(session, check, rows))
    if len(numbers) < 2:
        return [], {}
    before, after = numbers
    facts = {"before": _shown(before), "after": _shown(after)}
    return [["", "", 1, int(has_drifted(check, before, after))]], facts


def _shown(number: Decimal | None) -> str:
    return "" if number is None else plain(number)
