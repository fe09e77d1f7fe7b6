"""Subjects that stand in datasets: who has left, and what waits for a person."""

from collections.abc import Collection

from django.db.models import F, QuerySet

from luoxuan.campus.models import Subject
from luoxuan.campus.scope import Scope
from luoxuan.data.models import SubjectSource
from luoxuan.data.queries import engine, relation_of
from luoxuan.data.warehouse.relation import quoted


def leavers(source: SubjectSource, codes: Collection[str]) -> list[str]:
    """Return the codes of those in force that came from the dataset and are not among ``codes``."""
    origin = f"dataset:{source.dataset.name}"
    found = Subject.objects.filter(kind=source.kind, origin=origin, valid_to=None)
    known = set(codes)
    return [code for code in found.values_list("code", flat=True) if code not in known]


def named_codes(source: SubjectSource) -> list[str]:
    """Return the codes that the version in force of a dataset names."""
    relation = relation_of(source.dataset, number=source.dataset.current_number)
    code = f"CAST({quoted(source.code_field)} AS VARCHAR)"
    with engine().session() as session:
        table = session.table(
            f"SELECT DISTINCT {code} FROM ({relation.sql([source.code_field])}) "
            f"WHERE {quoted(source.code_field)} IS NOT NULL"
        )
    return [row[0] for row in table.rows]


def held_rosters(scope: Scope) -> QuerySet[SubjectSource]:
    """Return the rosters「名册」 whose newest version names so few that it must be confirmed."""
    if not scope.whole_institution:
        return SubjectSource.objects.none()
    found = SubjectSource.objects.select_related("dataset").filter(held_number__gt=0)
    return found.filter(dataset__current_number=F("held_number"))
