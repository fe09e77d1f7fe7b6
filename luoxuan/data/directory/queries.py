"""Reading the data directory: what is held, how it is used, what is asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import (
    Exists,
    F,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    prefetch_related_objects,
)
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.models import Grant, Subject
from luoxuan.campus.queries import Rights, all_periods
from luoxuan.campus.rules import Action, PeriodKind, Resource, may, roles
from luoxuan.campus.scope import Scope
from luoxuan.campus.search import search_text
from luoxuan.core.models import User
from luoxuan.core.todo import MOST_TODOS, TodoItem
from luoxuan.data.directory.rules import WAITING, Freshness, RequestState, freshness_of
from luoxuan.data.directory.statistics import own_scope, statistic_scope
from luoxuan.data.models import (
    DataRequest,
    Dataset,
    DatasetUse,
    DatasetVersion,
    ImportBatch,
    Pull,
    Source,
    Statistic,
)
from luoxuan.data.queries import UNIT_KINDS, current_definitions, datasets
from luoxuan.data.rules import TimeBasis
from luoxuan.data.sources.rules import PullOutcome

_MONTHS = 12
_PERIODS = {
    TimeBasis.NATURAL_YEAR: PeriodKind.NATURAL_YEAR,
    TimeBasis.SCHOOL_YEAR: PeriodKind.SCHOOL_YEAR,
    TimeBasis.TERM: PeriodKind.TERM,
    TimeBasis.MONTH: PeriodKind.MONTH,
    TimeBasis.WEEK: PeriodKind.TEACHING_WEEK,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One dataset of the directory「目录条目」: what stands there, how new, and whose it is."""

    dataset: Dataset
    version: DatasetVersion | None
    batch: ImportBatch | None
    changed_on: date | None
    freshness: Freshness
    owner: str

    def holds(self, text: str) -> bool:
        """Tell whether every word of a text stands in its names, fields or meaning."""
        row = self.dataset
        held = [search_text(code=row.name, name=row.title, name_en=row.title_en)]
        held += [row.about.lower(), row.about_en.lower()]
        for field in row.fields.all():
            held.append(search_text(code=field.name, name=field.title, name_en=field.title_en))
        whole = " ".join(held)
        return all(word in whole for word in text.lower().split())


def directory(scope: Scope, *, on: date) -> list[Entry]:
    """Return every dataset that a scope may see with its state, in five queries."""
    taken = Pull.objects.filter(outcome__in=[PullOutcome.DONE, PullOutcome.UNCHANGED])
    enabled = Source.objects.filter(dataset=OuterRef("pk"), is_enabled=True)
    sources = Source.objects.select_related("owner")
    rows = list(
        datasets(scope)
        .annotate(
            taken_at=Max("sources__pulls__finished_at", filter=Q(sources__pulls__in=taken)),
            is_pulled=Exists(enabled),
        )
        .prefetch_related("fields", Prefetch("sources", queryset=sources))
    )
    versions = {
        version.dataset_id: version
        for version in DatasetVersion.objects.filter(dataset__in=rows).order_by("number")
    }
    batches = {
        batch.version_id: batch
        for batch in ImportBatch.objects.filter(version__in=versions.values()).select_related("by")
    }
    names = _unit_names(rows)
    return [_entry(row, versions.get(row.pk), batches, names, on=on) for row in rows]


def _unit_names(rows: Iterable[Dataset]) -> dict[str, str]:
    """Return the names of the units that answer for datasets, by code."""
    codes = {row.owner_unit for row in rows} - {""}
    found = Subject.objects.filter(kind__in=UNIT_KINDS, code__in=codes) if codes else ()
    return {unit.code: unit.name for unit in found}


def _entry(
    row: Dataset,
    version: DatasetVersion | None,
    batches: dict[int | None, ImportBatch],
    names: dict[str, str],
    *,
    on: date,
) -> Entry:
    batch = batches.get(version.pk) if version else None
    moments = [version.created_at if version else None, row.taken_at]  # type: ignore[attr-defined]
    days = [timezone.localtime(one).date() for one in moments if one is not None]
    changed_on = max(days) if version and days else None
    freshness = freshness_of(changed_on=changed_on, due_on=due_on_of(row, on=on), on=on)
    return Entry(row, version, batch, changed_on, freshness, owner_of(row, batch, names))


def owner_names() -> dict[str, str]:
    """Return whose each dataset is by its name, in three queries beside the definitions."""
    rows = [row for row in current_definitions().by_name.values() if not row.is_system]
    sources = Source.objects.select_related("owner")
    prefetch_related_objects(rows, Prefetch("sources", queryset=sources))
    made = ImportBatch.objects.filter(
        version__isnull=False, version__number=F("dataset__current_number")
    )
    batches = {batch.dataset_id: batch for batch in made.select_related("by")}
    names = _unit_names(rows)
    return {row.name: owner_of(row, batches.get(row.pk), names) for row in rows}


def owner_of(dataset: Dataset, batch: ImportBatch | None, names: Mapping[str, str]) -> str:
    """Return whose a dataset is「责任人」; the one place where the pages read it.

    The unit that the data standard names, else whoever keeps its source or imported it last.
    """
    if dataset.owner_unit:
        return names.get(dataset.owner_unit, dataset.owner_unit)
    keepers = [source.owner.name for source in dataset.sources.all() if source.owner]
    return keepers[0] if keepers else str(batch.by if batch and batch.by else "")


def due_on_of(dataset: Dataset, *, on: date) -> date | None:
    """Return from when on a dataset must be new「应更新日」; the one place where the pages read it.

    What a schedule pulls had to be there yesterday. Where the data standard names a day, it is the
    end of the last period whose rows are due; whoever delivered early is in time.
    """
    if dataset.due_day is not None and dataset.time_basis in _PERIODS:
        kind = _PERIODS[TimeBasis(dataset.time_basis)]
        ends = (
            period.end_on
            for period in all_periods(kind=kind)
            if period.end_on and period.end_on + timedelta(days=dataset.due_day) <= on
        )
        return max(ends, default=None)
    return on - timedelta(days=1) if dataset.is_pulled else None  # type: ignore[attr-defined]


def monthly_uses(dataset: Dataset, *, on: date) -> list[tuple[date, dict[str, int]]]:
    """Return for each of the last twelve months how often a dataset was used in each way."""
    months = _months(on)
    found: dict[date, dict[str, int]] = {month: {} for month in months}
    rows = DatasetUse.objects.filter(dataset=dataset, day__gte=months[0])
    for month, kind, n in (
        rows.order_by()
        .annotate(month=TruncMonth("day"))
        .values_list("month", "kind")
        .annotate(total=Sum("n"))
        .values_list("month", "kind", "total")
    ):
        if month in found:
            found[month][kind] = n
    return list(found.items())


def uses_of_year(found: Iterable[Dataset], *, on: date) -> dict[int, int]:
    """Return by dataset how often each was used in the last twelve months, in any way."""
    rows = DatasetUse.objects.filter(dataset__in=list(found), day__gte=_months(on)[0])
    totals = rows.order_by().values("dataset").annotate(total=Sum("n"))
    return dict(totals.values_list("dataset", "total"))


def _months(on: date) -> list[date]:
    """Return the first days of the last twelve months, the oldest first."""
    number = on.year * 12 + on.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number - _MONTHS + 1, number + 1)]


def data_requests(scope: Scope, user: User) -> QuerySet[DataRequest]:
    """Return the requests for data「数据需求」 of units in scope and the user's own."""
    found = DataRequest.objects.all()
    if not scope.whole_institution:
        found = found.filter(scope.q(DataRequest) | Q(asked_by=user))
    return found.select_related("subject", "asked_by", "answered_by", "dataset")


def is_waiting(row: DataRequest) -> bool:
    """Tell whether a request still waits for its end."""
    return row.state in WAITING


def answerers(*, on: date) -> list[User]:
    """Return who may answer requests for data: for the whole institution only."""
    able = [role for role in roles() if may(role, Resource.DATA_REQUEST, Action.CHECK)]
    grants = Grant.objects.filter(role__in=able, is_whole_institution=True, valid_from__lte=on)
    grants = grants.filter(Q(valid_to=None) | Q(valid_to__gt=on)).select_related("user")
    return list({grant.user_id: grant.user for grant in grants if grant.user.is_active}.values())


def todos(rights: Rights, *, on: date) -> list[TodoItem]:
    """Return the requests that wait for the user's answer; his own are for somebody else."""
    scope = rights.scope(Resource.DATA_REQUEST, Action.CHECK)
    if scope is None:
        return []
    found = DataRequest.objects.filter(scope.q(DataRequest)).exclude(asked_by=rights.user)
    found = found.filter(
        Q(state=RequestState.OPEN) | Q(state=RequestState.PLANNED, planned_on__lte=on)
    )
    return [
        TodoItem(
            title=gettext("答复数据需求：%(title)s") % {"title": row.title},
            url=reverse("data:request_detail", args=[row.pk]),
            kind=gettext("数据需求"),
            due_on=row.planned_on or row.needed_by,
            is_late=_is_late(row, on),
        )
        for row in found.order_by("asked_at", "id")[:MOST_TODOS]
    ]


def _is_late(row: DataRequest, on: date) -> bool:
    due_on = row.planned_on or row.needed_by
    return due_on is not None and due_on < on


def statistics_of(rights: Rights) -> QuerySet[Statistic]:
    """Return the statistics「统计表」 that a reader may open: shared or own, on what he counts."""
    scope = statistic_scope(rights)
    if scope is None:
        return Statistic.objects.none()
    found = Statistic.objects.filter(Q(is_shared=True) | Q(owner=rights.user))
    return found.filter(dataset__in=countable(rights)).select_related("dataset", "owner")


def countable(rights: Rights) -> QuerySet[Dataset]:
    """Return the datasets that a reader may count: what he may read, else what is about him."""
    scope = statistic_scope(rights)
    if scope is None:
        return Dataset.objects.none()
    found = datasets(scope).filter(current_number__gt=0)
    if scope == own_scope(rights):
        return found.filter(subject_kind__in=("STUDENT", "TEACHER")).exclude(subject_field="")
    return found
