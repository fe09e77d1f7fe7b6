"""What the data centre holds. The only door to datasets and their rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from luoxuan.campus.models import Period
from luoxuan.campus.queries import all_periods, subject_places, unit_tree
from luoxuan.campus.rules import PeriodKind, SubjectKind
from luoxuan.campus.scope import Scope
from luoxuan.core.once import once
from luoxuan.data.file_queries import sources_by_dataset, sources_of, warehouse_root
from luoxuan.data.formula.types import FieldInfo, FieldType
from luoxuan.data.models import DataFile, Dataset, DatasetVersion, ImportBatch
from luoxuan.data.models import Field as DatasetField
from luoxuan.data.warehouse.aggregation import Collected
from luoxuan.data.warehouse.engine import Engine, Session, Table
from luoxuan.data.warehouse.placement import (
    Grain,
    PeriodEntry,
    Places,
    Timing,
    TimingKind,
    offer_periods,
    offer_places,
    period_sql,
    placed_sql,
    subject_sql,
)
from luoxuan.data.warehouse.relation import (
    IMPORT_BATCH,
    ROW_NUMBER,
    LookupPart,
    Relation,
    Sources,
    quoted,
)
from luoxuan.data.warehouse.store import Store

UNIT_KINDS = (SubjectKind.INSTITUTION, SubjectKind.UNIT)


def store() -> Store:
    """Return the store of the installation's warehouse."""
    return Store(warehouse_root())


def engine(*, threads: int | None = None) -> Engine:
    """Return the engine over the installation's warehouse."""
    most, memory = threads or settings.LUOXUAN_THREADS, settings.LUOXUAN_MEMORY_LIMIT
    return Engine(warehouse_root(), threads=most, memory_limit=memory)


def datasets(scope: Scope) -> QuerySet[Dataset]:
    """Return the datasets「数据集」 that a scope may see.

    One that declares neither subject nor unit can be read by the whole institution only.
    """
    found = Dataset.objects.filter(is_system=False)
    if scope.whole_institution:
        return found
    return found.exclude(subject_field="", unit_field="")


def dataset_named(scope: Scope, name: str) -> Dataset:
    """Return one dataset that a scope may see; raises Dataset.DoesNotExist."""
    return datasets(scope).get(name=name)


def versions_of(dataset: Dataset) -> QuerySet[DatasetVersion]:
    """Return the versions「数据版本」 of a dataset, newest first."""
    return DatasetVersion.objects.filter(dataset=dataset).select_related("by")


def import_batches(scope: Scope, *, dataset: Dataset | None = None) -> QuerySet[ImportBatch]:
    """Return imports「导入批次」, newest first.

    Their findings quote cells, so only the scope of the whole institution sees them.
    """
    if not scope.whole_institution:
        return ImportBatch.objects.none()
    found = ImportBatch.objects.select_related("dataset", "version", "by")
    return found.filter(dataset=dataset) if dataset else found


def current_numbers() -> dict[str, int]:
    """Return the number of the version in force by dataset name; 0 where nothing was imported."""
    return dict(Dataset.objects.values_list("name", "current_number"))


_DEFINED = Dataset.objects.prefetch_related("fields", "lookups__target")
DEFINITIONS = "definitions"


class Definitions:
    """Datasets with their fields and look-ups「数据集定义」, each read once within one request.

    The first that is asked for is read alone, in three queries, the second time all are: a data
    standard holds a hundred datasets, and most pages are about one.
    """

    def __init__(self) -> None:
        self._found: dict[str, Dataset] = {}
        self._is_whole = False

    @property
    def by_name(self) -> dict[str, Dataset]:
        """Return every dataset by name."""
        if not self._is_whole:
            self._found |= {row.name: row for row in _DEFINED.all()}
            self._is_whole = True
        return self._found

    def named(self, name: str) -> Dataset:
        """Return one dataset by name; raises Dataset.DoesNotExist or KeyError."""
        if not self._found:
            self._found = {name: _DEFINED.get(name=name)}
        # A second one is rarely the last.
        return self._found[name] if name in self._found else self.by_name[name]

    def fields_of(self, name: str) -> list[FieldInfo]:
        """Return every field that formulas over a dataset may name, looked-up ones included."""
        return list(self._relation(name, {}).fields)

    def relation(self, name: str, numbers: Mapping[str, int]) -> Relation:
        """Return a dataset and all that it looks up as a relation, at these version numbers."""
        return self._relation(name, self._paths(name, numbers))

    def _relation(self, name: str, paths: Mapping[str, Sources]) -> Relation:
        row = self.named(name)
        parts = tuple(
            LookupPart(
                self._relation(lookup.target.name, paths),
                tuple(lookup.on.items()),
                tuple(lookup.fields),
            )
            for lookup in row.lookups.all()
        )
        own = tuple(info_of(field) for field in row.fields.all())
        return Relation(name, own, paths.get(name, ()), parts)

    def _paths(self, name: str, numbers: Mapping[str, int]) -> Mapping[str, Sources]:
        """Return the files of the dataset and of all it looks up, by name, in one query."""
        names, todo = set(), {name}
        while todo:
            names |= todo
            todo = {
                lookup.target.name for one in todo for lookup in self.named(one).lookups.all()
            } - names
        held = Q(pk__in=[])
        for one in names:
            row = self.named(one)
            held |= _held_in(numbers.get(one, row.current_number)) & Q(dataset=row)
        files = DataFile.objects.filter(held)
        return sources_by_dataset(files.order_by("slice", "added_in", "path"))


def current_definitions() -> Definitions:
    """Return the definitions of this request; outside of one they are read anew each time."""
    return once(DEFINITIONS, Definitions)


def field_infos(dataset: Dataset) -> list[FieldInfo]:
    """Return every field that formulas over a dataset may name."""
    return current_definitions().fields_of(dataset.name)


def relation_of(
    dataset: Dataset, *, number: int, numbers: Mapping[str, int] | None = None
) -> Relation:
    """Return one version of a dataset as a relation.

    Datasets that it looks up are read at ``numbers``, else at their version in force.
    """
    return current_definitions().relation(dataset.name, {**(numbers or {}), dataset.name: number})


def relation_of_files(dataset: Dataset, files: Iterable[DataFile]) -> Relation:
    """Return the rows of some files of a dataset, without its look-ups; raises RowsRemoved."""
    own = tuple(info_of(field) for field in dataset.fields.all())
    return Relation(dataset.name, own, sources_of(files))


def files_of(dataset: Dataset, *, number: int) -> QuerySet[DataFile]:
    """Return the files「数据文件」 of one version in a fixed order."""
    held = _held_in(number)
    return DataFile.objects.filter(held, dataset=dataset).order_by("slice", "added_in", "path")


def _held_in(number: int) -> Q:
    return Q(added_in__lte=number) & (Q(removed_in=None) | Q(removed_in__gt=number))


def info_of(field: DatasetField) -> FieldInfo:
    """Return a field as formulas see it."""
    titles = tuple(dict.fromkeys(name for name in (field.title, field.title_en) if name))
    kind = FieldType(field.type)
    return FieldInfo(field.name, kind, titles, field.decimals)


def definition_of(names: Iterable[str]) -> str:
    """Return what the definitions of datasets say about counting their rows, as one text.

    Fields, grains, periods and look-ups decide it; titles do, because formulas may use them.
    """
    rows = Dataset.objects.filter(name__in=set(names)).order_by("name")
    parts = []
    for row in rows.prefetch_related("fields", "lookups__target"):
        fields = [(f.name, f.type, f.decimals, f.title, f.title_en) for f in row.fields.all()]
        lookups = [(lookup.target.name, lookup.on, lookup.fields) for lookup in row.lookups.all()]
        parts.append((row.name, fields, lookups, grains_of(row), timings_of(row)))
    return repr(parts)


def pinned_numbers(names: Iterable[str]) -> dict[str, int]:
    """Return the versions in force of datasets and of all that they look up."""
    found: dict[str, int] = {}
    todo = set(names)
    while todo:
        rows = Dataset.objects.filter(name__in=todo).prefetch_related("lookups__target")
        found |= {row.name: row.current_number for row in rows}
        targets = {lookup.target.name for row in rows for lookup in row.lookups.all()}
        todo = targets - set(found)
    return found


def collected(names: Iterable[str], *, numbers: Mapping[str, int]) -> dict[str, Collected]:
    """Return datasets ready to be counted; one without any version is left out."""
    definitions = Definitions()
    return {
        name: Collected(
            definitions.relation(name, numbers),
            numbers[name],
            grains_of(definitions.named(name)),
            timings_of(definitions.named(name)),
        )
        for name in sorted(set(names))
        if numbers.get(name)
    }


def grains_of(dataset: Dataset) -> dict[str, Grain]:
    """Return the grains at which a dataset can be counted; the institution is always one."""
    grains = {
        kind: Grain(kind, field, rolls_up=kind == SubjectKind.UNIT)
        for kind, field in dataset.grains.items()
    }
    return {**grains, SubjectKind.INSTITUTION: Grain(SubjectKind.INSTITUTION)}


def timings_of(dataset: Dataset) -> dict[str, Timing]:
    """Return how the rows of a dataset find their period, by kind of period."""
    timings: dict[str, Timing] = {}
    if dataset.period_field:
        field = dataset.period_field
        timings[dataset.period_kind] = Timing(TimingKind.CODE, dataset.period_kind, field)
        if dataset.day_field:
            week = PeriodKind.RELATIVE_WEEK
            timings[week] = Timing(TimingKind.DAY, week, field, dataset.day_field)
    for kind in dataset.date_kinds:
        timings[kind] = Timing(TimingKind.DATE, kind, dataset.date_field)
    return timings or {"": Timing(TimingKind.WHOLE)}


def period_entries(known: Iterable[Period] | None = None) -> list[PeriodEntry]:
    """Return every period as the warehouse needs it; ``known`` are all of them if at hand."""
    return [
        PeriodEntry(
            kind=period.kind,
            code=period.code,
            within=period.within.code if period.within else None,
            start_on=period.start_on,
            end_on=period.end_on,
            first_day=period.first_day,
            last_day=period.last_day,
        )
        for period in (all_periods() if known is None else known)
    ]


def places() -> Places:
    """Return the institution and the tree of units as the warehouse needs them."""
    tree = unit_tree()
    return Places(tree.institution, tree.ancestors, tree.dated)


@dataclass(frozen=True)
class RowPage:
    """Some rows of a dataset「明细行」: the visible ones of a page, and how many there are.

    ``n_hidden`` counts rows outside the scope; ``batches`` are the files that the rows came with.
    """

    fields: tuple[str, ...]
    table: Table
    n_rows: int
    n_hidden: int
    batches: tuple[str, ...] = ()


def rows_behind(
    scope: Scope,
    dataset: Dataset,
    *,
    numbers: Mapping[str, int],
    kind: str,
    subject: str,
    timing: Timing,
    period: str,
    entries: Sequence[PeriodEntry],
    condition: str,
    condition_fields: Sequence[str],
    definitions: Definitions | None = None,
    offset: int = 0,
    limit: int | None = 50,
) -> RowPage:
    """Return the rows that count for one subject and period and satisfy ``condition``.

    ``condition`` is SQL made by a formula, never a user's text. Rows come in the order of their
    file; every field of the dataset is shown.
    """
    relation = (definitions or current_definitions()).relation(dataset.name, numbers)
    names = [info.name for info in relation.fields]
    grain = grains_of(dataset)[kind]
    here = places()
    with engine().session() as session:
        offer_periods(session, entries)
        offer_places(session, here, entries)
        source = placed_sql(
            relation, [*names, *condition_fields], grain=grain, timing=timing, places=here
        )
        columns = ", ".join(f"r.{quoted(name)}" for name in names)
        session.run(
            f"CREATE TEMP TABLE found AS SELECT {columns}, r.{ROW_NUMBER}, r.{IMPORT_BATCH} "
            f"FROM {source} WHERE CAST({subject_sql(grain, here)} AS VARCHAR) = ? "
            f"AND CAST({period_sql(timing)} AS VARCHAR) = ? AND ({condition})",
            [subject, period],
        )
        return _page(session, scope, dataset, names, offset=offset, limit=limit)


def dataset_rows(
    scope: Scope,
    dataset: Dataset,
    *,
    offset: int = 0,
    limit: int | None = 50,
    condition: str = "",
    number: int | None = None,
) -> RowPage:
    """Return the rows of a dataset that a scope may see, those of a condition (SQL).

    They are those in force, or of an earlier version for a reader who goes on with it.
    """
    relation = relation_of(dataset, number=number or dataset.current_number)
    names = [info.name for info in relation.fields]
    where = f" WHERE {condition}" if condition else ""
    with engine().session() as session:
        session.run(f"CREATE TEMP VIEW found AS SELECT * FROM ({relation.sql(names)}){where}")
        return _page(session, scope, dataset, names, offset=offset, limit=limit)


def _page(
    session: Session,
    scope: Scope,
    dataset: Dataset,
    names: Sequence[str],
    *,
    offset: int,
    limit: int | None,
) -> RowPage:
    """Return a page of the table ``found``, cut down to what the scope may see."""
    source, parameters = visible_sql(session, scope, dataset)
    n_all = int(session.table("SELECT count(*) FROM found").rows[0][0])
    n_rows = int(session.table(f"SELECT count(*) FROM {source}", parameters).rows[0][0])
    columns = ", ".join(f"f.{quoted(name)}" for name in (*names, ROW_NUMBER, IMPORT_BATCH))
    most = "" if limit is None else f" LIMIT {limit:d} OFFSET {offset:d}"
    order = f"f.{IMPORT_BATCH}, f.{ROW_NUMBER}"
    table = session.table(f"SELECT {columns} FROM {source} ORDER BY {order}{most}", parameters)
    rows, files = [row[:-1] for row in table.rows], tuple(row[-1] for row in table.rows)
    return RowPage(tuple(names), Table(table.columns[:-1], rows), n_rows, n_all - n_rows, files)


def visible_sql(session: Session, scope: Scope, dataset: Dataset) -> tuple[str, list[Any]]:
    """Return the FROM of the visible rows of ``found`` and its parameters.

    A row is visible when its subject, or its unit, lies in the scope as they stand now.
    """
    if scope.whole_institution:
        return "found AS f", []
    kinds = [kind for kind in (dataset.subject_kind, *UNIT_KINDS) if kind]
    rows = [(row.kind, row.code, row.id, row.unit_path) for row in subject_places(kinds)]
    columns = {"_kind": "text", "_code": "text", "_id": "integer", "_path": "text"}
    session.offer_rows("places", columns, rows)
    parts, conditions = ["found AS f"], []
    parameters: list[Any] = []
    declared = (
        ("s", dataset.subject_field, (dataset.subject_kind,)),
        ("u", dataset.unit_field, UNIT_KINDS),
    )
    for alias, field, kinds_here in declared:
        if not field:
            continue
        of_kind = ", ".join(f"'{kind}'" for kind in kinds_here)
        parts.append(
            f"LEFT JOIN (SELECT * FROM places WHERE _kind IN ({of_kind})) AS {alias} "
            f"ON {alias}._code = CAST(f.{quoted(field)} AS VARCHAR)"
        )
        condition = scope.sql(
            subject_column=f"{alias}._id",
            unit_column=f"{alias}._path",
            kind_column=f"{alias}._kind",
        )
        conditions.append(f"({condition.text})")
        parameters += condition.parameters
    where = " OR ".join(conditions) or "FALSE"
    return f"{' '.join(parts)} WHERE {where}", parameters
