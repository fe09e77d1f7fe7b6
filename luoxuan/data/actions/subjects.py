"""Subjects that stand in datasets: recorded after their rows came in."""

import string
from datetime import datetime

from django.db.models import F

from luoxuan.campus.actions import SubjectSpec, record_members, record_subjects
from luoxuan.campus.rules import SubjectKind
from luoxuan.core.models import User
from luoxuan.data.models import SubjectSource
from luoxuan.data.queries import engine, relation_of
from luoxuan.data.warehouse.relation import quoted


def record_lagging_subjects(*, by: User | None, at: datetime) -> int:
    """Create the subjects「诊改对象」 that newer versions of datasets name, and their memberships.

    Groups come before their members. Returns how many subjects and memberships are new or changed.
    """
    lagging = SubjectSource.objects.select_related("dataset").filter(
        dataset__current_number__gt=F("recorded_number")
    )
    changed = 0
    for source in sorted(lagging, key=lambda row: (bool(row.member_of), row.dataset.name)):
        number = source.dataset.current_number
        changed += _record_source(source, by, at)
        SubjectSource.objects.filter(pk=source.pk).update(recorded_number=number)
    return changed


def _record_source(source: SubjectSource, by: User | None, at: datetime) -> int:
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
    changed = record_subjects(
        subjects=list(specs.values()), origin=f"dataset:{dataset.name}", by=by, at=at
    )
    if not source.member_of:
        return changed
    pairs = [(row[source.code_field], row[source.member_of]) for row in rows]
    return changed + record_members(
        group_kind=SubjectKind(source.member_of_kind),
        member_kind=SubjectKind(source.kind),
        pairs=[(member, group) for member, group in pairs if group],
        role="member",
        valid_from=None,
        by=by,
        at=at,
    )


def _named(pattern: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(pattern) if name]
