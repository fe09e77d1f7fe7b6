"""What the warehouse knows already「预填」: the rows of last time, and fields that another owns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from luoxuan.campus.models import Subject
from luoxuan.campus.queries import all_periods
from luoxuan.campus.rules import SubjectKind
from luoxuan.data.collecting.rules import AskedKind
from luoxuan.data.models import Dataset, DatasetVersion, Field
from luoxuan.data.queries import engine, relation_of
from luoxuan.data.warehouse.relation import quoted

_PERSONS = (SubjectKind.TEACHER, SubjectKind.STUDENT)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a prefilled value comes from「数据出处」: dataset, version and its time.

    ``number`` is None for an answer of the period before, whose name is the title then.
    """

    title: str
    number: int | None
    at: str

    def plain(self) -> dict[str, Any]:
        """Return it as it is stored beside a cell."""
        return {"title": self.title, "number": self.number, "at": self.at}


@dataclass(frozen=True, slots=True)
class Owner:
    """A dataset that owns fields of another one「归口数据集」, found by its key."""

    dataset: Dataset
    origin: Origin
    key: tuple[str, ...]
    fields: tuple[str, ...]
    own_field: str
    rows: list[dict[str, str]] = field(default_factory=list)


def stored_fields(dataset: Dataset) -> list[Field]:
    """Return the fields that rows bring, in order; computed ones are left out."""
    # Asked for many times while one form is made; what is there already is not read again.
    prefetch_related_objects([dataset], "fields__code_list__codes")
    return [row for row in dataset.fields.all() if not row.formula]


def own_field(dataset: Dataset, kind: AskedKind) -> str:
    """Return the field that names the unit or person of a row, "" where there is none."""
    names = [row.name for row in stored_fields(dataset)]
    if kind is AskedKind.UNIT:
        declared, reference = dataset.unit_field, "unit"
    else:
        declared = dataset.subject_field if dataset.subject_kind in _PERSONS else ""
        reference = "person"
    if declared in names:
        return declared
    found = [row.name for row in stored_fields(dataset) if row.reference == reference]
    return found[0] if found else ""


def fixed_cells(dataset: Dataset, kind: AskedKind, subject: Subject, period: str) -> dict[str, str]:
    """Return the cells that a collection itself fills in: whose rows they are, and for when."""
    cells = {own_field(dataset, kind): subject.code}
    names = {row.name for row in stored_fields(dataset)}
    if period and dataset.period_field in names:
        cells[dataset.period_field] = period
    return cells


def owners(dataset: Dataset, kind: AskedKind) -> list[Owner]:
    """Return the datasets that own fields of this one: those it looks up, or of a wider key.

    Only what another dataset keeps for fewer fields than this one's key is master data.
    """
    names = [row.name for row in stored_fields(dataset)]
    looked_up = set(dataset.lookups.values_list("target_id", flat=True))
    fixed = {*dataset.key, dataset.unit_field, dataset.period_field, own_field(dataset, kind)}
    found = []
    rows = Dataset.objects.filter(is_system=False, current_number__gt=0).exclude(pk=dataset.pk)
    for other in rows.prefetch_related("fields"):
        key = set(other.key)
        if not key or not key <= set(names):
            continue
        if other.pk not in looked_up and not key < set(dataset.key):
            continue
        theirs = {row.name for row in other.fields.all() if not row.formula}
        shared = tuple(name for name in names if name in theirs - fixed)
        found.append(
            Owner(other, origin_of(other), tuple(other.key), shared, own_field(other, kind))
        )
    return found


def origin_of(dataset: Dataset) -> Origin:
    """Return the version in force as the place where values come from."""
    version = DatasetVersion.objects.get(dataset=dataset, number=dataset.current_number)
    at = timezone.localtime(version.created_at)
    return Origin(dataset.title, version.number, at.isoformat(timespec="minutes"))


def text_rows(
    dataset: Dataset, fields: Sequence[str], where: Mapping[str, str] | None = None
) -> list[dict[str, str]]:
    """Return rows in force as texts; a missing value is "". ``where`` compares whole values."""
    relation = relation_of(dataset, number=dataset.current_number)
    wanted = list(dict.fromkeys([*fields, *(where or {})]))
    columns = ", ".join(
        f"coalesce(CAST({quoted(name)} AS VARCHAR), '') AS {quoted(name)}" for name in wanted
    )
    test = " AND ".join(f"{quoted(name)} = ?" for name in where or {})
    sql = f"SELECT * FROM (SELECT {columns}, row_number FROM ({relation.sql(wanted)}))"
    sql += f" WHERE {test}" if test else ""
    with engine().session() as session:
        table = session.table(f"{sql} ORDER BY row_number", list((where or {}).values()))
    return [{name: row[name] for name in wanted} for row in table.dicts()]


def prefilled(
    dataset: Dataset, kind: AskedKind, subject: Subject, *, period: str, known: Sequence[Owner]
) -> list[dict[str, Any]]:
    """Return the first rows of a submission, with where each cell comes from."""
    names = [row.name for row in stored_fields(dataset)]
    fixed = fixed_cells(dataset, kind, subject, period)
    rows = _rows_of_last_time(dataset, kind, subject, period, names)
    origin = origin_of(dataset) if rows else None
    if not rows:
        rows = _rows_of_an_owner(known, subject)
    made = []
    for number, cells in enumerate(rows, start=1):
        before = {name: text for name, text in cells.items() if text and name in names}
        row: dict[str, Any] = {"id": f"r{number}", "cells": {**before, **fixed}}
        row["from"] = (
            {name: origin.plain() for name in before if name not in fixed} if origin else {}
        )
        _add_owned(row, known)
        row["was"] = {name: row["cells"][name] for name in row["from"]}
        made.append(row)
    return made


def _add_owned(row: dict[str, Any], known: Iterable[Owner]) -> None:
    """Take over what another dataset owns; such a cell is locked."""
    locked = set()
    for owner in known:
        wanted = [row["cells"].get(name, "") for name in owner.key]
        partners = [one for one in owner.rows if [one[name] for name in owner.key] == wanted]
        for name in owner.fields if len(partners) == 1 else ():
            if partners[0][name]:
                row["cells"][name] = partners[0][name]
                row["from"][name] = owner.origin.plain()
                locked.add(name)
        if partners and owner.own_field:
            row["from"].update(
                {name: owner.origin.plain() for name in owner.key if name in row["cells"]}
            )
            locked.update(name for name in owner.key)
    row["locked"] = sorted(locked)


def _rows_of_an_owner(known: Sequence[Owner], subject: Subject) -> list[dict[str, str]]:
    """Return one row for each thing of the subject that a dataset of master data lists."""
    for owner in known:
        if owner.own_field and owner.key != (owner.own_field,):
            mine = [row for row in owner.rows if row[owner.own_field] == subject.code]
            return [{name: row[name] for name in (*owner.key, *owner.fields)} for row in mine]
    return []


def with_rows(known: Sequence[Owner]) -> list[Owner]:
    """Read the rows of owners once, for all submissions of a collection."""
    for owner in known:
        wanted = [*owner.key, *owner.fields, *([owner.own_field] if owner.own_field else [])]
        owner.rows.extend(text_rows(owner.dataset, wanted))
    return list(known)


def _rows_of_last_time(
    dataset: Dataset, kind: AskedKind, subject: Subject, period: str, names: Sequence[str]
) -> list[dict[str, str]]:
    """Return what is held for the subject: of this period, else of the last one before it."""
    if not dataset.current_number:
        return []
    rows = text_rows(dataset, names, {own_field(dataset, kind): subject.code})
    column = dataset.period_field
    if not period or column not in names:
        return rows
    order = {row.code: place for place, row in enumerate(all_periods())}
    here = order.get(period, len(order))
    before = {row[column] for row in rows if order.get(row[column], len(order) + 1) <= here}
    if not before:
        return []
    last = max(before, key=lambda code: order[code])
    return [row for row in rows if row[column] == last]
