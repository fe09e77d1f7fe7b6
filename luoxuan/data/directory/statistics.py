"""Counting a statistic: by the reader's scope, exactly, and never about too few persons."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource, SubjectKind
from luoxuan.campus.scope import Scope
from luoxuan.core.errors import Refused
from luoxuan.data.directory.rules import StatisticFunction, is_hidden
from luoxuan.data.formula import FormulaRefused, half_even, parse_row
from luoxuan.data.formula.types import FieldInfo, FieldType
from luoxuan.data.models import Dataset, Statistic
from luoxuan.data.queries import Definitions, engine, visible_sql
from luoxuan.data.warehouse.relation import quoted

MOST_GROUPS = 1000
_PERSONS = (SubjectKind.STUDENT, SubjectKind.TEACHER)
NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)
_MORE_DECIMALS = 2


class StatisticUnfit(Refused):
    """A statistic that cannot be counted as it is described."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a statistic「统计行」: its groups, its value and what it was counted of.

    ``value`` is None when nothing was reported; a hidden one is about too few persons and holds
    no number at all.
    """

    groups: tuple[str | None, ...]
    value: Decimal | int | None
    n_rows: int | None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """A statistic as counted for one reader「统计结果」; ``total`` is None beside a hidden line."""

    figures: list[Figure]
    total: Figure | None
    number: int


def statistic_scope(rights: Rights) -> Scope | None:
    """Return of which rows somebody may have counts: those he may read, else those about him."""
    for resource in (Resource.DATASET, Resource.READING_ROWS):
        scope = rights.scope(resource, Action.VIEW)
        if scope is not None:
            return scope
    return own_scope(rights)


def own_scope(rights: Rights) -> Scope | None:
    """Return the scope of the reader himself, None when he is no person of the college."""
    person = getattr(rights.user, "person", None)
    return Scope(subject_ids=frozenset({person.subject_id})) if person else None


def person_field(dataset: Dataset) -> str:
    """Return the field that says about whom a row is, "" for a dataset about no person.

    The subject, a person's grain, or a personal field of the key; else any personal field.
    """
    if dataset.subject_kind in _PERSONS:
        return dataset.subject_field
    for kind in _PERSONS:
        if kind in dataset.grains:
            return str(dataset.grains[kind])
    personal = [
        field.name
        for field in dataset.fields.all()
        if field.sensitivity or field.reference == "person"
    ]
    return next((name for name in personal if name in dataset.key), (personal or [""])[0])


def groupable(dataset: Dataset, infos: Sequence[FieldInfo]) -> list[FieldInfo]:
    """Return the fields by which rows may be grouped: places, periods, codes, yes or no."""
    hidden = {person_field(dataset)} | {f.name for f in dataset.fields.all() if f.sensitivity}
    places = {dataset.unit_field, dataset.period_field, dataset.subject_field}
    places |= set(dataset.grains.values())
    kinds = (FieldType.CODE, FieldType.BOOLEAN)
    return [i for i in infos if i.name not in hidden and (i.name in places or i.type in kinds)]


def fields_used(statistic: Statistic, infos: Sequence[FieldInfo]) -> set[str]:
    """Return every field that a statistic reads; a condition that is no longer sound reads none."""
    names = {*statistic.groups, statistic.field} - {""}
    if statistic.condition:
        try:
            names |= set(parse_row(statistic.condition, infos).fields)
        except FormulaRefused:
            return names
    return names


def condition_sql(text: str, infos: Sequence[FieldInfo]) -> str:
    """Return the condition of a statistic as SQL, "" without one.

    Raises FormulaRefused with the place of a mistake, and StatisticUnfit if it is no yes or no.
    """
    if not text:
        return ""
    formula = parse_row(text, infos)
    if formula.type is not FieldType.BOOLEAN:
        raise StatisticUnfit("statistic_condition_no_boolean")
    return formula.sql()


def check(statistic: Statistic) -> list[FieldInfo]:
    """Return the fields of its dataset, or refuse a statistic that they do not fit.

    Raises StatisticUnfit and FormulaRefused.
    """
    infos = Definitions().fields_of(statistic.dataset.name)
    by_name = {info.name: info for info in infos}
    allowed = {info.name for info in groupable(statistic.dataset, infos)}
    for name in statistic.groups:
        if name not in allowed:
            raise StatisticUnfit("statistic_group_unfit", field=name)
    if statistic.function in (StatisticFunction.SUM, StatisticFunction.MEAN):
        info = by_name.get(statistic.field)
        if info is None or info.type not in NUMBERS:
            raise StatisticUnfit("statistic_field_no_number", field=statistic.field)
    if statistic.function == StatisticFunction.PERSONS and not person_field(statistic.dataset):
        raise StatisticUnfit("statistic_without_persons", dataset=statistic.dataset.title)
    condition_sql(statistic.condition, infos)
    return infos


def count(scope: Scope, statistic: Statistic, *, is_own: bool = False) -> Counts:
    """Return the lines of a statistic by the rows that a scope may see.

    ``is_own`` counts rows about the reader alone, of whom nothing is kept from him. Raises
    StatisticUnfit and FormulaRefused.
    """
    infos = check(statistic)
    dataset = statistic.dataset
    person = person_field(dataset)
    value = next((info for info in infos if info.name == statistic.field), None)
    relation = Definitions().relation(dataset.name, {dataset.name: dataset.current_number})
    where = condition_sql(statistic.condition, infos)
    columns = [f"CAST(f.{quoted(name)} AS VARCHAR)" for name in statistic.groups]
    measured = _measured(person, value)
    with engine().session() as session:
        names = [info.name for info in relation.fields]
        kept = f" WHERE {where}" if where else ""
        session.run(f"CREATE TEMP VIEW found AS SELECT * FROM ({relation.sql(names)}){kept}")
        source, parameters = visible_sql(session, scope, dataset)
        whole = session.table(f"SELECT {', '.join(measured)} FROM {source}", parameters).rows
        every = session.table(
            f"SELECT {', '.join([*columns, *measured])} FROM {source} "
            f"GROUP BY {', '.join(columns)} ORDER BY ALL NULLS LAST LIMIT {MOST_GROUPS + 1}",
            parameters,
        ).rows if columns else whole  # fmt: skip
    if len(every) > MOST_GROUPS:
        raise StatisticUnfit("statistic_too_many_groups", most=MOST_GROUPS)
    maker = _Maker(statistic, value, has_persons=bool(person) and not is_own)
    figures = [maker.figure(row) for row in every]
    # The total beside one hidden line would tell the line by subtraction.
    total = None if any(one.is_hidden for one in figures) else maker.figure(whole[0])
    return Counts(figures, total if columns else None, dataset.current_number)


def _measured(person: str, value: FieldInfo | None) -> list[str]:
    """Return the SQL of rows, persons, sum of values and number of values."""
    found = ["count(*)", f"count(DISTINCT f.{quoted(person)})" if person else "0"]
    if value is None:
        return [*found, "NULL", "0"]
    return [*found, f"sum(f.{quoted(value.name)})", f"count(f.{quoted(value.name)})"]


@dataclass(frozen=True, slots=True)
class _Maker:
    """How lines of the engine become figures of one statistic."""

    statistic: Statistic
    value: FieldInfo | None
    has_persons: bool

    def figure(self, row: Sequence[Any]) -> Figure:
        """Return a line; one about too few persons loses its numbers here."""
        *groups, n_rows, n_persons, total, n_values = row
        if is_hidden(n_persons=n_persons if self.has_persons else None):
            return Figure(tuple(groups), None, None, is_hidden=True)
        match StatisticFunction(self.statistic.function):
            case StatisticFunction.COUNT:
                value = n_rows
            case StatisticFunction.PERSONS:
                value = n_persons
            case StatisticFunction.SUM:
                value = total
            case StatisticFunction.MEAN:
                value = self._mean(total, n_values)
        return Figure(tuple(groups), value, n_rows)

    def _mean(self, total: Decimal | int | None, n: int) -> Decimal | None:
        if total is None or self.value is None:
            return None
        scale = 10**self.value.decimals
        top = int(total * scale)
        return half_even(top, n * scale, self.value.decimals + _MORE_DECIMALS)


def same_sql(name: str, value: str | None) -> str:
    """Return the condition (SQL) that a field has a value as it stands in a line."""
    column = f"CAST({quoted(name)} AS VARCHAR)"
    if value is None:
        return f"{column} IS NULL"
    return f"{column} = '" + value.replace("'", "''") + "'"


def rows_sql(statistic: Statistic, groups: Sequence[str | None]) -> str:
    """Return the condition (SQL) of the rows behind one line, those of all lines without groups.

    Raises StatisticUnfit and FormulaRefused.
    """
    infos = check(statistic)
    own = condition_sql(statistic.condition, infos)
    parts = [f"({own})"] if own else []
    named = zip(statistic.groups, groups, strict=True) if groups else ()
    return " AND ".join([*parts, *(same_sql(name, value) for name, value in named)])
