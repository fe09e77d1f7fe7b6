"""Checks written as conditions over rows: by formulas and names of fields, never a user's SQL."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from luoxuan.data.formula import parse_row
from luoxuan.data.formula.types import FieldInfo
from luoxuan.data.models import Check
from luoxuan.data.quality.rules import ROW_KINDS, CheckKind, Measured, Severity, drifts
from luoxuan.data.queries import Definitions
from luoxuan.data.warehouse.engine import Session
from luoxuan.data.warehouse.relation import quoted

Rows = Callable[[Iterable[str]], str]
"""Returns the SELECT of some fields of the rows that are judged."""


@dataclass(frozen=True, slots=True)
class RowTest:
    """A check over rows as SQL「行检验」: which rows it looks at, and which of these it hits."""

    looked: str
    bad: str
    fields: tuple[str, ...]

    @property
    def hit(self) -> str:
        """Return the condition of the rows that are hit."""
        return f"({self.looked}) AND ({self.bad})"


def row_test(check: Check, infos: Sequence[FieldInfo], rows: Rows, other: Rows | None) -> RowTest:
    """Return a check as a test of rows with the fields ``infos``; ``other`` is its reference.

    A missing value is not judged, except by completeness. Raises FormulaRefused, and KeyError
    for a field that the rows do not have.
    """
    known = {info.name for info in infos}
    applies = parse_row(check.applies, infos) if check.applies else None
    named = [*check.fields, *check.matches]
    if unknown := sorted(set(named) - known):
        raise KeyError(unknown[0])
    where = applies.sql() if applies else "TRUE"
    fields = [*named, *(applies.fields if applies else ())]
    match CheckKind(check.kind):
        case CheckKind.COMPLETENESS:
            bad = " OR ".join(f"{quoted(name)} IS NULL" for name in check.fields)
            return RowTest(where, bad, tuple(fields))
        case CheckKind.VALIDITY:
            sound = parse_row(check.condition, infos)
            looked = f"({where}) AND ({sound.sql()}) IS NOT NULL"
            return RowTest(looked, f"NOT ({sound.sql()})", (*fields, *sound.fields))
        case CheckKind.UNIQUENESS:
            looked = f"({where}) AND {_present(check.fields)}"
            twice = (
                f"SELECT {_tuple(check.fields)} FROM ({rows(fields)}) "
                f"WHERE {looked} GROUP BY ALL HAVING count(*) > 1"
            )
            return RowTest(looked, f"{_tuple(check.fields)} IN ({twice})", tuple(fields))
        case CheckKind.REFERENCE if other is not None:
            mine, theirs = list(check.matches), list(check.matches.values())
            held = f"SELECT {_tuple(theirs)} FROM ({other(theirs)}) WHERE {_present(theirs)}"
            looked = f"({where}) AND {_present(mine)}"
            return RowTest(looked, f"{_tuple(mine)} NOT IN ({held})", tuple(fields))
        case CheckKind.CONSISTENCY if other is not None:
            return _consistency(check, where, fields, rows, other)
    raise KeyError(check.kind)


def _consistency(check: Check, where: str, fields: list[str], rows: Rows, other: Rows) -> RowTest:
    """Return the test whether a value, or a number of rows or sum, agrees with another dataset."""
    mine, theirs = list(check.matches), list(check.matches.values())
    keys = ", ".join(f"{_text(name)} AS _k{place}" for place, name in enumerate(theirs))
    held = (
        f"SELECT {keys}, {quoted(check.other_field)} AS _v "
        f"FROM ({other([*theirs, check.other_field])}) "
        f"WHERE {quoted(check.other_field)} IS NOT NULL"
    )
    if check.measured in (Measured.COUNT, Measured.SUM):
        total = (
            "count(*)" if check.measured == Measured.COUNT else f"sum({quoted(check.fields[0])})"
        )
        own = ", ".join(f"{_text(name)} AS _m{place}" for place, name in enumerate(mine))
        on = " AND ".join(f"_m{place} = _k{place}" for place in range(len(mine)))
        names = ", ".join(f"_m{place}" for place in range(len(mine)))
        both = (
            f"SELECT list_value({names}) FROM (SELECT {own}, {total} AS _t FROM ({rows(fields)}) "
            f"WHERE {where} GROUP BY {', '.join(str(n + 1) for n in range(len(mine)))}) "
            f"JOIN ({held}) ON {on}"
        )
        key = _tuple(mine)
        looked = f"({where}) AND {_present(mine)} AND {key} IN ({both})"
        return RowTest(looked, f"{key} IN ({both} WHERE _t <> _v)", tuple(fields))
    value = check.fields[0]
    on = " AND ".join(f"_k{place} = {_text(name)}" for place, name in enumerate(mine))
    looked = (
        f"({where}) AND {quoted(value)} IS NOT NULL AND EXISTS (SELECT 1 FROM ({held}) WHERE {on})"
    )
    differs = f"CAST(_v AS VARCHAR) <> {_text(value)}"
    bad = f"EXISTS (SELECT 1 FROM ({held}) WHERE {on} AND {differs})"
    return RowTest(looked, bad, tuple(fields))


def stored_test(check: Check, definitions: Definitions, *, number: int) -> RowTest:
    """Return a check as a test of the rows of one version, look-ups included."""
    own = definitions.relation(check.dataset.name, {check.dataset.name: number})
    other = None
    if check.reference is not None:
        at = check.reference.current_number
        other = definitions.relation(check.reference.name, {check.reference.name: at}).sql
    return row_test(check, own.fields, own.sql, other)


def active_checks(dataset_id: int, **wanted: object) -> list[Check]:
    """Return the checks「校验规则」 in force of a dataset."""
    found = Check.objects.filter(dataset_id=dataset_id, is_active=True, **wanted)
    return list(found.select_related("dataset", "reference"))


def refusing_checks(dataset_id: int) -> list[Check]:
    """Return the checks that refuse rows at import."""
    return active_checks(dataset_id, severity=Severity.REFUSE, kind__in=sorted(ROW_KINDS))


def drift_checks(dataset_id: int) -> list[Check]:
    """Return the checks that hold a delivery for a person's decision."""
    return active_checks(dataset_id, kind=CheckKind.DRIFT)


def drift_number(session: Session, check: Check, rows: str) -> Decimal | None:
    """Return the number of rows, the share of a code in percent, or the mean, of some rows (SQL).

    None where no value is reported.
    """
    if check.measured == Measured.ROWS:
        return Decimal(session.table(f"SELECT count(*) FROM ({rows})").rows[0][0])
    name = quoted(check.fields[0])
    if check.measured == Measured.SHARE:
        part, whole = session.table(
            f"SELECT count(*) FILTER (WHERE {_text(check.fields[0])} = ?), count({name}) "
            f"FROM ({rows})",
            [check.value],
        ).rows[0]
        return Decimal(part) * 100 / Decimal(whole) if whole else None
    total, whole = session.table(
        f"SELECT sum(CAST({name} AS DECIMAL(38, 6))), count({name}) FROM ({rows})"
    ).rows[0]
    return Decimal(total) / Decimal(whole) if whole else None


def has_drifted(check: Check, before: Decimal | None, after: Decimal | None) -> bool:
    """Tell whether a delivery differs too much from what was held."""
    if check.most_change is None:
        return False
    is_share = check.measured == Measured.SHARE
    return drifts(before, after, most_change=check.most_change, is_share=is_share)


def _present(names: Iterable[str]) -> str:
    return " AND ".join(f"{quoted(name)} IS NOT NULL" for name in names)


def _tuple(names: Iterable[str]) -> str:
    return f"list_value({', '.join(map(_text, names))})"


def _text(name: str) -> str:
    """Return a field as text, so that a code and a text of the other side compare."""
    return f"CAST({quoted(name)} AS VARCHAR)"
