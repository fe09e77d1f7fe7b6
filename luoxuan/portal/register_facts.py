"""What the record of indicators is made of: read once for one indicator or for all.

Every package is asked within the reader's rights; a command knows no rights and reads all.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.data.models import (
    CorrectionRequest,
    Dataset,
    DatasetDefinition,
    DatasetVersion,
    Source,
)
from luoxuan.data.quality.queries import corrections
from luoxuan.data.queries import Definitions, current_definitions, datasets
from luoxuan.data.standard.queries import titles_of_codes
from luoxuan.data.standard_values import duties_of
from luoxuan.improvement.models import Improvement
from luoxuan.improvement.queries import improvements
from luoxuan.indicators.models import IndicatorVersion, Threshold
from luoxuan.indicators.queries import MEASURES_READ
from luoxuan.monitoring.models import Watch
from luoxuan.monitoring.queries import alerts, watches

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """What the record says about one dataset「登记的数据集」 as of the day.

    ``duties`` are those of its standard, None where it had none yet.
    """

    dataset: Dataset
    duties: Mapping[str, Any] | None
    sources: tuple[str, ...]
    number: int
    changed_at: datetime | None
    is_seen: bool


@dataclass(frozen=True)
class Facts:
    """Everything that records「指标登记」 are made of, by the code of the indicator.

    ``improvements``, ``alerts`` and ``corrections`` are counts by state, None for whom may not see
    them; corrections are those of a dataset.
    """

    on: date
    versions: Sequence[IndicatorVersion]
    definitions: Definitions
    datasets: Mapping[str, DatasetFacts]
    thresholds: Mapping[str, list[Threshold]]
    watches: Mapping[str, list[Watch]]
    improvements: Mapping[str, Counter[str]] | None
    alerts: Mapping[str, Counter[str]] | None
    corrections: Mapping[str, Counter[str]] | None
    titles: Mapping[str, str]
    may_open: bool
    may_mend_standard: bool
    may_import: bool


def facts_of(rights: Rights | None, *, on: date, code: str = "") -> Facts:
    """Return what the records of all indicators, or of one, are made of as of a day."""
    end = end_of(on)
    versions = _versions(end, code)
    codes = [version.indicator.code for version in versions]
    seen = _names_seen(rights)
    held = {part.dataset.name for version in versions for part in version.measures.all()}
    return Facts(
        on=on,
        versions=versions,
        definitions=current_definitions(),
        datasets=_datasets(held, seen, on=on, end=end),
        thresholds=_by_code(_thresholds(codes, on, end), lambda row: row.indicator.code),
        watches=_by_code(watches(indicator_codes=codes), lambda row: row.indicator.code),
        improvements=_improvement_counts(rights, codes, end),
        alerts=_alert_counts(rights, codes, end),
        corrections=_correction_counts(rights, held, end),
        titles=titles_of_codes(),
        may_open=place_of(rights, Resource.DATASET, Action.VIEW) is not None,
        may_mend_standard=_may_everywhere(rights, Resource.DATASET, Action.EDIT),
        may_import=_may_everywhere(rights, Resource.IMPORT, Action.CREATE),
    )


def newest_improvements(
    rights: Rights | None, code: str, *, on: date, most: int
) -> list[Improvement]:
    """Return the newest improvements of an indicator that a reader may see."""
    scope = place_of(rights, Resource.IMPROVEMENT, Action.LIST)
    if scope is None:
        return []
    found = improvements(scope).filter(indicator=code, opened_at__lte=end_of(on))
    return list(found.order_by("-opened_at", "-id")[:most])


def place_of(rights: Rights | None, resource: Resource, action: Action) -> Scope | None:
    """Return where something may be done; a command may do it everywhere."""
    return EVERYTHING if rights is None else rights.scope(resource, action)


def end_of(on: date) -> datetime:
    """Return the last moment of a day."""
    return timezone.make_aware(datetime.combine(on, time.max))


def _versions(end: datetime, code: str) -> list[IndicatorVersion]:
    """Return for each indicator the version that was known at a moment."""
    found = IndicatorVersion.objects.filter(created_at__lte=end).select_related("indicator")
    found = found.filter(indicator__code=code) if code else found
    found = found.order_by("indicator__position", "indicator__code", "number")
    newest = {version.indicator_id: version.pk for version in found}
    return list(found.filter(pk__in=newest.values()).prefetch_related(MEASURES_READ))


def _datasets(
    held: set[str], seen: set[str] | None, *, on: date, end: datetime
) -> dict[str, DatasetFacts]:
    rows = list(Dataset.objects.filter(name__in=held))
    brought = DatasetVersion.objects.filter(dataset__in=rows, created_at__lte=end).order_by()
    versions = {
        row["dataset"]: (row["number"], row["at"])
        for row in brought.values("dataset").annotate(number=Max("number"), at=Max("created_at"))
    }
    sources = _by_code(Source.objects.filter(dataset__in=rows), lambda row: str(row.dataset_id))
    past = _past_duties(rows, end) if on < timezone.localdate() else None
    found = {}
    for row in rows:
        number, changed_at = versions.get(row.pk, (0, None))
        found[row.name] = DatasetFacts(
            dataset=row,
            duties=duties_of(row) if past is None else past.get(row.pk),
            sources=tuple(source.title for source in sources.get(str(row.pk), ())),
            number=number,
            changed_at=changed_at,
            is_seen=seen is None or row.name in seen,
        )
    return found


def _names_seen(rights: Rights | None) -> set[str] | None:
    """Return the datasets whose names a reader of some places may learn, None for all.

    Whoever has no right to datasets at all reads their names beside an indicator.
    """
    scope = place_of(rights, Resource.DATASET, Action.VIEW)
    if scope is None or scope.whole_institution:
        return None
    return set(datasets(scope).values_list("name", flat=True))


def _past_duties(rows: Sequence[Dataset], end: datetime) -> dict[int, Mapping[str, Any]]:
    found = DatasetDefinition.objects.filter(dataset__in=rows, created_at__lte=end)
    told = found.order_by("number").values_list("dataset", "content__duties")
    return {dataset: duties or {} for dataset, duties in told}


def _thresholds(codes: Sequence[str], on: date, end: datetime) -> QuerySet[Threshold]:
    begun = Q(valid_from=None) | Q(valid_from__lte=on)
    going = Q(valid_to=None) | Q(valid_to__gt=on)
    found = Threshold.objects.filter(begun, going, indicator__code__in=codes, created_at__lte=end)
    return found.select_related("indicator").order_by("indicator", "kind", "number")


def _improvement_counts(
    rights: Rights | None, codes: Sequence[str], end: datetime
) -> dict[str, Counter[str]] | None:
    scope = place_of(rights, Resource.IMPROVEMENT, Action.LIST)
    if scope is None:
        return None
    found = Improvement.objects.filter(scope.q(Improvement), indicator__in=codes)
    return _counted(found.filter(opened_at__lte=end), "indicator", "state")


def _alert_counts(
    rights: Rights | None, codes: Sequence[str], end: datetime
) -> dict[str, Counter[str]] | None:
    scope = place_of(rights, Resource.ALERT, Action.LIST)
    if scope is None:
        return None
    found = alerts(scope).filter(watch__indicator__code__in=codes, opened_at__lte=end)
    counts = _counted(found, "watch__indicator__code", "state")
    waiting = found.filter(improvement=None, state="OPEN")
    for code, n in _counted(waiting, "watch__indicator__code", "state").items():
        counts[code]["UNANSWERED"] = n.total()
    return counts


def _correction_counts(
    rights: Rights | None, held: set[str], end: datetime
) -> dict[str, Counter[str]] | None:
    found = CorrectionRequest.objects.filter(dataset__name__in=held, at__lte=end)
    if rights is not None:
        if rights.scope(Resource.CORRECTION, Action.LIST) is None:
            return None
        deciding = rights.scope(Resource.CORRECTION, Action.CHECK)
        found = found.filter(pk__in=corrections(deciding, rights.user).values("pk"))
    return _counted(found, "dataset__name", "state")


def _counted(found: QuerySet[Any], name: str, state: str) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    rows = found.order_by().values_list(name, state).annotate(n=Count("pk"))
    for key, value, n in rows:
        counts[key][value] = n
    return counts


def _by_code(rows: Iterable[Row], code_of: Callable[[Row], str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[code_of(row)].append(row)
    return found


def _may_everywhere(rights: Rights | None, resource: Resource, action: Action) -> bool:
    scope = place_of(rights, resource, action)
    return scope is not None and scope.whole_institution
