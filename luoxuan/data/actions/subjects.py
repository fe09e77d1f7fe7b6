"""Subjects that stand in datasets: recorded after their rows came in."""

import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db import transaction
from django.db.models import F

from luoxuan.campus.actions import (
    SubjectSpec,
    end_members,
    end_subjects,
    record_members,
    record_subjects,
)
from luoxuan.campus.rules import SubjectKind
from luoxuan.core.errors import Refused
from luoxuan.core.locks import locked
from luoxuan.core.models import User
from luoxuan.data.models import Dataset, SubjectSource
from luoxuan.data.queries import engine, relation_of
from luoxuan.data.rules import leaves_too_many
from luoxuan.data.subject_queries import leavers
from luoxuan.data.warehouse.relation import quoted


class NobodyHeld(Refused):
    """No one of this dataset waits for being confirmed as left."""


def record_lagging_subjects(*, by: User | None, at: datetime) -> int:
    """Create the subjects「诊改对象」 that newer versions of datasets name, and their memberships.

    Groups come before their members. Where a dataset is a roster, who no longer stands in it has
    left; when that were a large share, somebody has to confirm it first: half a file looks just
    like half a college leaving. Returns how many subjects and memberships are new or changed.
    """
    lagging = SubjectSource.objects.select_related("dataset").filter(
        dataset__current_number__gt=F("recorded_number")
    )
    changed = 0
    for source in sorted(lagging, key=lambda row: (bool(row.member_of), row.dataset.name)):
        number = source.dataset.current_number
        told = _told(source)
        changed += _record(source, told, by, at)
        held = 0
        if source.is_roster:
            gone = leavers(source, told.codes)
            held = number if leaves_too_many(len(gone), len(gone) + len(told.codes)) else 0
            changed += _end(source, told, [] if held else gone, by, at)
        SubjectSource.objects.filter(pk=source.pk).update(recorded_number=number, held_number=held)
    return changed


@transaction.atomic
def confirm_leavers(*, source: SubjectSource, by: User | None, at: datetime) -> int:
    """Confirm that all who no longer stand in a roster have left「确认离开」; return how many.

    Raises NobodyHeld, also when the dataset has changed since.
    """
    source = locked(source)
    number = Dataset.objects.values_list("current_number", flat=True).get(pk=source.dataset_id)
    if not source.held_number or source.held_number != number:
        raise NobodyHeld("nobody_held", dataset=source.dataset.name)
    told = _told(source)
    n_gone = _end(source, told, leavers(source, told.codes), by, at)
    SubjectSource.objects.filter(pk=source.pk).update(held_number=0)
    return n_gone


@dataclass(frozen=True)
class _Told:
    """What the version in force of a dataset says about its subjects."""

    specs: list[SubjectSpec]
    pairs: list[tuple[str, str]]

    @cached_property
    def codes(self) -> set[str]:
        return {spec.code for spec in self.specs}


def _told(source: SubjectSource) -> _Told:
    dataset = source.dataset
    relation = relation_of(dataset, number=dataset.current_number)
    known = {info.name for info in relation.fields}
    patterns = (source.name, source.name_en, source.parent)
    names = {name for pattern in patterns for name in _named(pattern)} | {source.code_field}
    names |= {name for name in (source.unit, source.member_of) if name in known}
    ordered = sorted(names)
    columns = ", ".join(f"CAST({quoted(name)} AS VARCHAR) AS {quoted(name)}" for name in ordered)
    with engine().session() as session:
        table = session.table(
            f"SELECT DISTINCT {columns} FROM ({relation.sql(ordered)}) "
            f"WHERE {quoted(source.code_field)} IS NOT NULL ORDER BY ALL"
        )
    rows = table.dicts()
    specs = {
        row[source.code_field]: SubjectSpec(
            kind=SubjectKind(source.kind),
            code=row[source.code_field],
            name=source.name.format_map(row),
            name_en=source.name_en.format_map(row),
            unit=(row[source.unit] or "") if source.unit in known else source.unit,
            parent=source.parent.format_map(row),
        )
        for row in rows
    }
    groups = [(row[source.code_field], row[source.member_of]) for row in rows if source.member_of]
    return _Told(list(specs.values()), [(member, group) for member, group in groups if group])


def _record(source: SubjectSource, told: _Told, by: User | None, at: datetime) -> int:
    changed = record_subjects(
        subjects=told.specs, origin=f"dataset:{source.dataset.name}", by=by, at=at
    )
    if not source.member_of:
        return changed
    return changed + record_members(
        group_kind=SubjectKind(source.member_of_kind),
        member_kind=SubjectKind(source.kind),
        pairs=told.pairs,
        role="member",
        valid_from=None,
        by=by,
        at=at,
    )


def _end(
    source: SubjectSource, told: _Told, gone: Sequence[str], by: User | None, at: datetime
) -> int:
    """Note who has left, and that those who stand with another group left the former one."""
    ended = end_subjects(kind=SubjectKind(source.kind), codes=gone, by=by, at=at)
    if source.member_of:
        ended += end_members(
            group_kind=SubjectKind(source.member_of_kind),
            member_kind=SubjectKind(source.kind),
            members=told.codes,
            pairs=told.pairs,
            role="member",
            by=by,
            at=at,
        )
    return ended


def _named(pattern: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(pattern) if name]
