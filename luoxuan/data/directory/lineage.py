"""Where the rows of datasets come from, and which datasets and statistics read them."""

from collections import Counter

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.lineage import Lineage, Node, NodeKind
from luoxuan.data.directory.statistics import fields_used
from luoxuan.data.formula import parse_row
from luoxuan.data.models import Dataset, ImportBatch, Source, Statistic
from luoxuan.data.queries import Definitions, current_definitions, datasets, info_of


def dataset_key(name: str) -> str:
    """Return what ties name a dataset by."""
    return f"{NodeKind.DATASET}:{name}"


def lineage(rights: Rights | None) -> Lineage:
    """Return datasets with their sources, imports, look-ups and statistics.

    Without rights (a command) everything. A reader of some places does not learn of datasets that
    belong to the whole; one without the right to datasets reads their names beside an indicator.
    """
    scope = EVERYTHING if rights is None else rights.scope(Resource.DATASET, Action.VIEW)
    definitions = current_definitions()
    found = Lineage()
    seen = None if scope is None else set(datasets(scope).values_list("name", flat=True))
    for row in definitions.by_name.values():
        is_seen = seen is not None and row.name in seen
        if is_seen or scope is None or (scope.whole_institution and row.is_system):
            url = reverse("data:dataset_detail", args=[row.name]) if is_seen else ""
            found.add(Node(NodeKind.DATASET, row.name, row.title, row.title_en, url))
    for row in definitions.by_name.values():
        _add_lookups(found, row)
    if scope is not None and scope.whole_institution:
        _add_sources(found, may_open=_may_import(rights))
    if scope is not None:
        _add_statistics(found, definitions, rights)
    return found


def _add_lookups(found: Lineage, row: Dataset) -> None:
    for lookup in row.lookups.all():
        found.tie(
            dataset_key(lookup.target.name), dataset_key(row.name),
            [*lookup.fields, *lookup.on.values()],
        )  # fmt: skip


def _add_sources(found: Lineage, *, may_open: bool) -> None:
    for source in Source.objects.select_related("dataset"):
        url = reverse("data:source_detail", args=[source.pk]) if may_open else ""
        node = found.add(Node(NodeKind.SOURCE, source.name, source.title, "", url))
        fields = [name for name in source.mapping.values() if name]
        found.tie(node.key, dataset_key(source.dataset.name), fields)
    # A pull writes a batch of its own: it is shown by its source.
    names = ImportBatch.objects.filter(version__isnull=False, pull=None)
    for name, n in sorted(Counter(names.values_list("dataset__name", flat=True)).items()):
        title = gettext("文件导入 %(n)s 次") % {"n": n}
        url = (
            reverse("data:dataset_detail", args=[name]) if dataset_key(name) in found.nodes else ""
        )
        node = found.add(Node(NodeKind.IMPORT, name, title, "", url))
        found.tie(node.key, dataset_key(name))


def _add_statistics(found: Lineage, definitions: Definitions, rights: Rights | None) -> None:
    rows = Statistic.objects.select_related("dataset")
    if rights is not None:
        rows = rows.filter(Q(is_shared=True) | Q(owner=rights.user))
    for row in rows:
        url = reverse("data:statistic_detail", args=[row.pk])
        node = found.add(Node(NodeKind.STATISTIC, str(row.pk), row.title, "", url))
        names = fields_used(row, definitions.fields_of(row.dataset.name))
        found.tie(dataset_key(row.dataset.name), node.key, names)


def computed_users(dataset: Dataset, name: str) -> list[str]:
    """Return the fields of the dataset whose formula reads a field of it."""
    fields = list(dataset.fields.all())
    stored = [info_of(field) for field in fields if not field.formula]
    return [
        field.name
        for field in fields
        if field.formula and name in parse_row(field.formula, stored).fields
    ]


def _may_import(rights: Rights | None) -> bool:
    scope: Scope | None = EVERYTHING
    if rights is not None:
        scope = rights.scope(Resource.IMPORT, Action.CREATE)
    return scope is not None and scope.whole_institution
