"""Definitions, readings and the rows behind them. The only door to what was measured."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db.models import (
    Exists,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    prefetch_related_objects,
)

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import all_periods, subject_at, subjects
from luoxuan.campus.rules import SubjectKind
from luoxuan.campus.scope import Scope
from luoxuan.data.formula import (
    FieldInfo,
    IndicatorFormula,
    MeasureFormula,
    parse_indicator,
    parse_measure,
)
from luoxuan.data.models import DataFile, Dataset, DatasetVersion
from luoxuan.data.queries import (
    Definitions,
    RowPage,
    definition_of,
    engine,
    period_entries,
    pinned_numbers,
    places,
    rows_behind,
    store,
    timings_of,
)
from luoxuan.data.warehouse.aggregation import Counted
from luoxuan.data.warehouse.crossing import WarningLimit, crossing_sql, offer_limits
from luoxuan.data.warehouse.placement import PeriodEntry, Places, Timing, TimingKind
from luoxuan.indicators.models import (
    IndicatorVersion,
    Measure,
    Run,
    RunIndicator,
    Threshold,
)
from luoxuan.indicators.rules import Direction, Limits, ReadingState, is_on_target, state_of

MEASURES_READ = Prefetch("measures", queryset=Measure.objects.select_related("dataset"))
"""Reads the measures of indicator versions with their datasets, in one query."""

READINGS = "_readings"
"""The name of the system dataset of readings「指标值」."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One value「指标值」 of an indicator version for one subject and period, as of one run.

    ``numerator``, ``denominator`` and ``rows`` are what it was computed from; ``value`` is their
    quotient rounded once, or None with the reason. A share is 0-1.
    """

    run: int
    indicator: str
    version: int
    period: str
    kind: str
    subject: str
    numerator: Decimal | None
    denominator: Decimal | None
    rows: int
    value: Decimal | None
    reason: str | None
    dataset_versions: str

    @property
    def provenance(self) -> str:
        """Return the id of this reading: run, indicator, kind, subject and period."""
        return f"{self.run}/{self.indicator}/{self.kind}/{self.subject}/{self.period}"


def indicators() -> QuerySet[IndicatorVersion]:
    """Return the newest version of every indicator「指标」 in the catalogue's order."""
    newer = IndicatorVersion.objects.filter(
        indicator=OuterRef("indicator"), number__gt=OuterRef("number")
    )
    found = IndicatorVersion.objects.filter(~Exists(newer)).select_related("indicator")
    return found.prefetch_related(MEASURES_READ).order_by("indicator__position", "indicator__code")


def indicator_coded(code: str) -> IndicatorVersion:
    """Return the newest version of one indicator; raises IndicatorVersion.DoesNotExist."""
    found = IndicatorVersion.objects.filter(indicator__code=code).select_related("indicator")
    version = found.prefetch_related(MEASURES_READ).order_by("-number").first()
    if version is None:
        raise IndicatorVersion.DoesNotExist(code)
    return version


def versions_of(code: str) -> QuerySet[IndicatorVersion]:
    """Return every version of an indicator, newest first."""
    return IndicatorVersion.objects.filter(indicator__code=code).order_by("-number")


def measures() -> dict[str, Measure]:
    """Return the newest version of every measure「度量」 by code."""
    found = Measure.objects.select_related("dataset").order_by("code", "number")
    return {row.code: row for row in found}


def formulas_of(
    version: IndicatorVersion, *, definitions: Definitions | None = None, language: str = "zh"
) -> tuple[IndicatorFormula, dict[str, tuple[str, MeasureFormula]]]:
    """Return the parsed formula of an indicator and, by code, dataset and formula of its measures.

    ``definitions`` are those of a caller that parses many; ``language`` chooses the titles by
    which an explanation will name the measures.
    """
    known = definitions or Definitions()
    parsed: dict[str, MeasureFormula] = {}
    dataset_of = {}
    for measure in version.measures.all():
        name = measure.dataset.name
        parsed[measure.code] = parse_measure(measure.formula, known.fields_of(name))
        dataset_of[measure.code] = name
    titles = {
        measure.code: (measure.title_en if language == "en" else "") or measure.title
        for measure in version.measures.all()
    }
    formula = parse_indicator(version.formula, parsed, titles)
    return formula, {code: (dataset_of[code], parsed[code]) for code in formula.measures}


def counted(versions: Iterable[IndicatorVersion]) -> list[Counted]:
    """Return indicator versions ready to be computed."""
    definitions = Definitions()
    found = []
    for version in versions:
        formula, parts = formulas_of(version, definitions=definitions)
        found.append(
            Counted(
                code=version.indicator.code,
                version=version.number,
                formula=formula,
                decimals=version.decimals,
                measures=parts,
                kinds=tuple(version.kinds),
                period_kind=version.period_kind,
            )
        )
    return found


def lagging(versions: Sequence[IndicatorVersion]) -> list[tuple[IndicatorVersion, str]]:
    """Return the versions whose readings are older than what they depend on, with the fingerprint.

    Readings depend on the definition, the datasets with their versions and definitions, the
    periods and the tree of units.
    """
    frame = [_frame(period_entries()), _frame(places())]
    done = _last_inputs()
    found = []
    for version in versions:
        names = {measure.dataset.name for measure in version.measures.all()}
        numbers = pinned_numbers(names)
        state = [version.pk, sorted(numbers.items()), definition_of(numbers), *frame]
        fingerprint = hashlib.sha256(json.dumps(state).encode()).hexdigest()
        if done.get(version.pk) != fingerprint:
            found.append((version, fingerprint))
    return found


def readings_dataset() -> Dataset:
    """Return the system dataset that holds every reading; raises Dataset.DoesNotExist."""
    return Dataset.objects.get(name=READINGS)


def runs() -> QuerySet[Run]:
    """Return the computations「计算批次」, newest first."""
    return Run.objects.select_related("by")


def inputs_of(run: int) -> dict[str, DatasetVersion]:
    """Return the dataset versions that a run read「计算输入」, by dataset name."""
    found = DatasetVersion.objects.filter(runs__run__number=run).select_related("dataset")
    return {row.dataset.name: row for row in found}


def run_of(code: str) -> Run | None:
    """Return the newest run that computed the newest version of an indicator."""
    number = _last_runs([code]).get(code)
    return runs().filter(number=number).first() if number else None


def readings(
    scope: Scope,
    *,
    indicator_codes: Sequence[str],
    kind: SubjectKind | str | None = None,
    kinds: Sequence[SubjectKind | str] | None = None,
    subject_codes: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    run: int | None = None,
    seen: Sequence[Subject] | None = None,
) -> list[Reading]:
    """Return readings「指标值」 in scope, of the newest run of each indicator or of ``run``.

    Order: indicator as asked, kind, subject, period. Subjects that the scope does not see, or that
    do not exist, do not appear. ``seen`` are subjects that the caller has read in this scope: only
    theirs are returned, and it is not asked again whether they are visible.
    """
    if seen is not None:
        kinds = sorted({row.kind for row in seen})
        subject_codes = sorted({row.code for row in seen})
    by_run = defaultdict(list)
    numbers = dict.fromkeys(indicator_codes, run) if run else _last_runs(indicator_codes)
    for code in indicator_codes:
        if numbers.get(code):
            by_run[numbers[code]].append(code)
    if not by_run:
        return []
    conditions, parameters = ["TRUE"], []
    for column, values in (
        ("kind", [kind] if kind else kinds),
        ("subject", subject_codes),
        ("period", periods),
    ):
        if values is not None:
            conditions.append(f"{column} IN (SELECT unnest(?))")
            parameters.append([str(value) for value in values])
    found: list[Reading] = []
    files = _files_of_runs(number for number in by_run if number)
    with engine().session() as session:
        for number, codes in sorted(by_run.items(), key=lambda item: item[0] or 0):
            paths = ", ".join(f"'{path}'" for path in files.get(number or 0, []))
            if not paths:
                continue
            table = session.table(
                f"SELECT {_COLUMNS} FROM read_parquet([{paths}]) WHERE indicator IN "
                f"(SELECT unnest(?)) AND {' AND '.join(conditions)} ORDER BY kind, subject, period",
                [codes, *parameters],
            )
            found += [Reading(*row) for row in table.rows]
    order = {code: position for position, code in enumerate(indicator_codes)}
    visible = _visible(scope, found) if seen is None else {(row.kind, row.code) for row in seen}
    return sorted(
        (row for row in found if (row.kind, row.subject) in visible),
        key=lambda row: order[row.indicator],
    )


def places_read(kinds: Sequence[SubjectKind | str]) -> set[tuple[str, str, str]]:
    """Return kind, subject and period of every reading of the newest runs, for whoever counts."""
    by_code = _last_runs(row.indicator.code for row in indicators())
    files = _files_of_runs(set(by_code.values()))
    paths = ", ".join(f"'{path}'" for found in files.values() for path in found)
    if not paths:
        return set()
    with engine().session() as session:
        table = session.table(
            f"SELECT DISTINCT kind, subject, period FROM read_parquet([{paths}]) "
            "WHERE kind IN (SELECT unnest(?))",
            [[str(kind) for kind in kinds]],
        )
    return {(str(row[0]), str(row[1]), str(row[2])) for row in table.rows}


def latest(
    found: Iterable[Reading], positions: Mapping[str, int]
) -> dict[tuple[str, str, str], Reading]:
    """Return the reading of the last period by (indicator, kind, subject)."""
    last: dict[tuple[str, str, str], Reading] = {}
    for row in found:
        key = (row.indicator, row.kind, row.subject)
        if key not in last or positions.get(row.period, -1) >= positions.get(last[key].period, -1):
            last[key] = row
    return last


def warnings_of(code: str, *, kind: str, on: date) -> list[tuple[Reading, Decimal]]:
    """Return the newest readings of one indicator that are in warning, with the warning value.

    The comparison runs in the warehouse, so a million readings cost one query.
    """
    version = indicator_coded(code)
    limits = warning_limits([version], kind=kind, on=on)
    number = _last_runs([code]).get(code)
    if not limits or number is None:
        return []
    positions = {period.code: period.position for period in all_periods()}
    files = _files_of_runs([number])[number]
    with engine().session() as session:
        offer_limits(session, limits, positions)
        sql = crossing_sql(files)
        table = session.table(f"SELECT {_COLUMNS}, warning FROM ({sql})")
    return [(Reading(*row[:-1]), row[-1]) for row in table.rows]


def warning_limits(
    versions: Sequence[IndicatorVersion], *, on: date, kind: str = ""
) -> list[WarningLimit]:
    """Return the warning values in force of indicators that have a better direction."""
    directions = {version.indicator.code: Direction(version.direction) for version in versions}
    return [
        WarningLimit(code, here, subject, limits.warning, directions[code] is Direction.LOWER)
        for (code, here, subject), (limits, _) in limits_for(directions, on=on).items()
        if directions[code] is not Direction.RANGE and kind in {"", here}
    ]


def limits_for(
    codes: Iterable[str], *, on: date
) -> dict[tuple[str, str, str], tuple[Limits, Threshold]]:
    """Return the thresholds「阈值」 in force by (indicator, kind, subject code or empty)."""
    wanted = set(codes)
    in_force = (Q(valid_from=None) | Q(valid_from__lte=on)) & (
        Q(valid_to=None) | Q(valid_to__gt=on)
    )
    rows = Threshold.objects.filter(in_force, indicator__code__in=wanted).select_related(
        "indicator", "subject"
    )
    found = {}
    for row in rows.order_by("number"):
        key = (row.indicator.code, row.kind, row.subject.code if row.subject else "")
        found[key] = (Limits(row.target_value, row.standard_value, row.warning_value), row)
    return found


def limits_of(
    found: Mapping[tuple[str, str, str], tuple[Limits, Threshold]], reading: Reading
) -> tuple[Limits, Threshold | None]:
    """Return the limits of one reading: the subject's own, else those of its kind, else none."""
    for subject in (reading.subject, ""):
        if hit := found.get((reading.indicator, reading.kind, subject)):
            return hit
    return Limits(), None


@dataclass(frozen=True, slots=True)
class JudgedReading:
    """A reading with the limits it is compared with and its state「指标状态」."""

    reading: Reading
    limits: Limits
    threshold: Threshold | None
    state: ReadingState
    is_on_target: bool


def judged(
    found: Sequence[Reading], *, on: date, versions: Iterable[IndicatorVersion] = ()
) -> list[JudgedReading]:
    """Return readings compared with the thresholds in force on a day.

    ``versions`` are the newest ones of the indicators that the caller has at hand.
    """
    codes = {row.indicator for row in found}
    directions = {row.indicator.code: Direction(row.direction) for row in versions}
    if missing := codes - set(directions):
        newest = indicators().filter(indicator__code__in=missing).prefetch_related(None)
        directions |= {row.indicator.code: Direction(row.direction) for row in newest}
    limits = limits_for(codes, on=on)
    rows = []
    for row in found:
        here, threshold = limits_of(limits, row)
        direction = directions[row.indicator]
        state = state_of(row.value, direction, here)
        reached = is_on_target(row.value, direction, here)
        rows.append(JudgedReading(row, here, threshold, state, reached))
    return rows


@dataclass(frozen=True)
class RowsBehind:
    """The rows of one dataset behind a reading「明细行」, at the version of its run.

    ``datasets`` are all that the indicator reads, ``measures`` those over this one, ``fields`` what
    its columns are.
    """

    subject: Subject
    dataset: Dataset
    number: int
    page: RowPage
    datasets: tuple[str, ...]
    measures: tuple[str, ...]
    fields: tuple[FieldInfo, ...]


def rows_of(
    scope: Scope,
    reading: Reading,
    *,
    dataset: str = "",
    measure: str = "",
    offset: int = 0,
    limit: int | None = 50,
    version: IndicatorVersion | None = None,
    known: Iterable[Period] | None = None,
) -> RowsBehind:
    """Return the rows that a reading took in, of one of its datasets (the first by default).

    ``measure`` narrows to the rows that the numerator of one of its measures counts; ``version``
    and ``known``, all periods, are for a caller that has them at hand. Raises
    Subject.DoesNotExist when the reading's subject is not in scope and KeyError when the
    indicator does not read that dataset or measure.
    """

    def condition(_: Direction, formulas: Mapping[str, MeasureFormula]) -> str:
        return formulas[measure].numerator_rows_sql() if measure else _base_sql(formulas)

    return _rows(
        scope,
        reading,
        condition,
        dataset=dataset,
        offset=offset,
        limit=limit,
        version=version,
        known=known,
    )


def rows_against(
    scope: Scope,
    reading: Reading,
    *,
    version: IndicatorVersion | None = None,
    known: Iterable[Period] | None = None,
) -> RowsBehind:
    """Return the rows that keep a reading from being better「未达到的明细行」.

    Where lower is better these are the rows that the numerator of its first measure counts, else
    those that it leaves out of what was taken in. Raises Subject.DoesNotExist as `rows_of` does.
    """

    def condition(direction: Direction, formulas: Mapping[str, MeasureFormula]) -> str:
        counted = next(iter(formulas.values())).numerator_rows_sql()
        if direction is Direction.LOWER:
            return counted
        return f"({_base_sql(formulas)}) AND ({counted}) IS NOT TRUE"

    return _rows(scope, reading, condition, version=version, known=known)


def _base_sql(formulas: Mapping[str, MeasureFormula]) -> str:
    """Return the condition of the rows that any of the measures takes in."""
    return " OR ".join(f"({formula.counted_sql()})" for formula in formulas.values())


def _rows(
    scope: Scope,
    reading: Reading,
    condition: Callable[[Direction, Mapping[str, MeasureFormula]], str],
    *,
    dataset: str = "",
    offset: int = 0,
    limit: int | None = None,
    version: IndicatorVersion | None = None,
    known: Iterable[Period] | None = None,
) -> RowsBehind:
    subject = subject_at(scope, kind=reading.kind, code=reading.subject)
    if version is None or version.number != reading.version:
        version = IndicatorVersion.objects.select_related("indicator").get(
            indicator__code=reading.indicator, number=reading.version
        )
    prefetch_related_objects([version], MEASURES_READ)
    definitions = Definitions()
    _, parts = formulas_of(version, definitions=definitions)
    names = list(dict.fromkeys(name for name, _ in parts.values()))
    name = dataset or names[0]
    if name not in names:
        raise KeyError(name)
    formulas = {code: formula for code, (owner, formula) in parts.items() if owner == name}
    row = definitions.named(name)
    numbers = numbers_of(reading.run)
    entries = period_entries(known)
    timing, period = _timing(row, version.period_kind, reading.period, entries)
    page = rows_behind(
        scope,
        row,
        numbers=numbers,
        kind=reading.kind,
        subject=reading.subject,
        timing=timing,
        period=period,
        entries=entries,
        condition=condition(Direction(version.direction), formulas),
        condition_fields=[field for formula in formulas.values() for field in formula.fields],
        definitions=definitions,
        offset=offset,
        limit=limit,
    )
    fields = tuple(definitions.fields_of(name))
    return RowsBehind(subject, row, numbers[name], page, tuple(names), tuple(formulas), fields)


def datasets_of(version: IndicatorVersion, *, definitions: Definitions | None = None) -> list[str]:
    """Return the names of the datasets that an indicator reads, in the order of its formula."""
    _, parts = formulas_of(version, definitions=definitions)
    return list(dict.fromkeys(name for name, _ in parts.values()))


def numbers_of(run: int) -> dict[str, int]:
    """Return the dataset versions that a run read, by dataset name."""
    pinned = DatasetVersion.objects.filter(runs__run__number=run)
    return dict(pinned.values_list("dataset__name", "number"))


def reading_at(
    scope: Scope, *, code: str, kind: str, subject: str, period: str, run: int | None = None
) -> Reading | None:
    """Return one reading in scope, of a run or of the newest one, or None."""
    # Asked before reading, so that a hidden subject costs what an absent one does.
    if not subjects(scope).filter(kind=kind, code=subject).exists():
        return None
    found = readings(
        scope, indicator_codes=[code], kind=kind, subject_codes=[subject], periods=[period], run=run
    )
    return found[0] if found else None


_COLUMNS = (
    'run, indicator, version, period, kind, subject, numerator, denominator, "rows", value, '
    "reason, dataset_versions"
)


def _timing(
    dataset: Dataset, period_kind: str, period: str, known: Sequence[PeriodEntry]
) -> tuple[Timing, str]:
    """Return how rows count for a period: directly, or by the period it lies within."""
    timings = timings_of(dataset)
    if period_kind in timings:
        return timings[period_kind], period
    entries = {entry.code: entry for entry in known}
    within = entries[period].within if period in entries else None
    if within and entries[within].kind in timings:
        return timings[entries[within].kind], within
    return Timing(TimingKind.WHOLE), "-"


def _files_of_runs(numbers: Iterable[int]) -> dict[int, list[Path]]:
    """Return the files that hold the readings of runs, by run."""
    slices = [f"run:{number}" for number in numbers]
    rows = DataFile.objects.filter(
        dataset__name=READINGS, slice__in=slices, removed_in=None
    ).order_by("path")
    found: dict[int, list[Path]] = defaultdict(list)
    for slice_name, path in rows.values_list("slice", "path"):
        found[int(slice_name.partition(":")[2])] += store().paths([path])
    return found


def _visible(scope: Scope, found: Sequence[Reading]) -> set[tuple[str, str]]:
    rows = subjects(scope).filter(kind__in={row.kind for row in found}).order_by()
    codes = {row.subject for row in found}
    if len(codes) <= 500:
        rows = rows.filter(code__in=codes)
    return set(rows.values_list("kind", "code"))


def _last_runs(codes: Iterable[str]) -> dict[str, int]:
    """Return the newest run by indicator code."""
    rows = RunIndicator.objects.filter(indicator_version__indicator__code__in=list(codes))
    found = rows.values("indicator_version__indicator__code").annotate(last=Max("run__number"))
    return {row["indicator_version__indicator__code"]: row["last"] for row in found}


def _last_inputs() -> dict[int, str]:
    rows = RunIndicator.objects.order_by("run__number").values_list(
        "indicator_version_id", "inputs"
    )
    return dict(rows)


def _frame(value: Sequence[PeriodEntry] | Places) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()
