"""From rows to readings: one scan per dataset, grain and kind of period; exact to the last digit.

A scan yields *partials*: for each subject and period the scaled integers of every measure. The
readings of an indicator are rational arithmetic on partials and one half-even rounding.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from luoxuan.data.formula import IndicatorFormula, MeasureFormula, rounded_sql
from luoxuan.data.warehouse.engine import Engine, Session
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
from luoxuan.data.warehouse.relation import Relation
from luoxuan.data.warehouse.store import Store, StoredFile

SCALE = 9
"""Digits after the point of numerator, denominator and value in the readings."""

READING_COLUMNS = (
    "run", "indicator", "version", "period", "kind", "subject", "numerator", "denominator", "rows",
    "value", "reason", "dataset_versions",
)  # fmt: skip


@dataclass(frozen=True)
class Collected:
    """A dataset ready to be counted: its relation, its grains and its timings by kind."""

    relation: Relation
    version: int
    grains: Mapping[str, Grain]
    timings: Mapping[str, Timing]


@dataclass(frozen=True)
class Counted:
    """One indicator version「指标版本」 to compute.

    ``measures`` maps each measure's code to its dataset and formula, in the order of the formula.
    """

    code: str
    version: int
    formula: IndicatorFormula
    decimals: int
    measures: Mapping[str, tuple[str, MeasureFormula]]
    kinds: tuple[str, ...]
    period_kind: str

    @property
    def datasets(self) -> tuple[str, ...]:
        """Return the datasets that the indicator reads, in order, each once."""
        return tuple(dict.fromkeys(dataset for dataset, _ in self.measures.values()))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that count for no subject or no period of a kind: reported, never silently dropped."""

    dataset: str
    kind: str
    period_kind: str
    rows: int


@dataclass(frozen=True)
class Outcome:
    """What a computation wrote and what it left out, with the seconds of each phase."""

    file: StoredFile
    left_out: tuple[LeftOut, ...]
    not_computed: tuple[tuple[str, str], ...]
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Scan:
    """One pass over a dataset for one kind of subject and one timing, and its partial table.

    ``measures`` and ``conditions`` map what the scan counts to the names of its columns.
    """

    table: str
    dataset: str
    kind: str
    timing: Timing
    measures: dict[str, str] = field(default_factory=dict)
    conditions: dict[str, str] = field(default_factory=dict)


class Aggregation:
    """The computation of many indicators「指标计算」 at many grains in as few scans as possible."""

    def __init__(
        self,
        *,
        datasets: Mapping[str, Collected],
        indicators: Sequence[Counted],
        periods: Sequence[PeriodEntry],
        places: Places,
    ) -> None:
        self.datasets = datasets
        self.indicators = indicators
        self.periods = periods
        self.places = places
        self._within_kind = self._kinds_within()
        self._scans: dict[tuple[str, str, Timing], _Scan] = {}
        self._plan()

    def write(self, engine: Engine, store: Store, *, dataset: str, run: int) -> Outcome:
        """Compute every reading and write them as one file of ``dataset``."""
        started = time.perf_counter()
        with engine.session() as session:
            offer_periods(session, self.periods)
            offer_places(session, self.places, self.periods)
            for scan in self._scans.values():
                session.run(f"CREATE TEMP TABLE {scan.table} AS {self._partial_sql(scan)}")
            scanned = time.perf_counter()
            selects = list(self._readings(run))
            sql = " UNION ALL ".join(selects) if selects else _EMPTY
            file = store.write_by(dataset, lambda path: session.copy(sql, path))
            left_out = tuple(self._left_out(session))
        seconds = {"scan": scanned - started, "readings": time.perf_counter() - scanned}
        return Outcome(file, left_out, tuple(self._not_computed()), seconds)

    def _plan(self) -> None:
        for indicator in self.indicators:
            if self._problem(indicator):
                continue
            for dataset in indicator.datasets:
                for kind in self._kinds(indicator):
                    self._add(indicator, dataset, kind)

    def _add(self, indicator: Counted, dataset: str, kind: str) -> None:
        """Let the scan of a dataset, kind and timing count what an indicator needs of it."""
        key = (dataset, kind, self._timing(indicator, dataset))
        scan = self._scans.setdefault(key, _Scan(f"t{len(self._scans)}", *key))
        for code, (owner, _) in indicator.measures.items():
            if owner == dataset:
                scan.measures.setdefault(code, f"m{len(scan.measures)}")
        scan.conditions.setdefault(_taken_in(indicator, dataset), f"r{len(scan.conditions)}")

    def _problem(self, indicator: Counted) -> str:
        missing = [name for name in indicator.datasets if name not in self.datasets]
        if missing:
            return f"no_data:{','.join(missing)}"
        if not any(self._is_base(indicator, name) for name in indicator.datasets):
            return f"no_period:{indicator.period_kind}"
        return ""

    def _not_computed(self) -> Iterator[tuple[str, str]]:
        for indicator in self.indicators:
            if problem := self._problem(indicator):
                yield indicator.code, problem

    def _kinds(self, indicator: Counted) -> list[str]:
        return [
            kind
            for kind in indicator.kinds
            if all(kind in self.datasets[name].grains for name in indicator.datasets)
        ]

    def _kinds_within(self) -> dict[str, str]:
        kinds = {entry.code: entry.kind for entry in self.periods}
        return {entry.kind: kinds[entry.within] for entry in self.periods if entry.within}

    def _is_base(self, indicator: Counted, dataset: str) -> bool:
        return indicator.period_kind in self.datasets[dataset].timings

    def _timing(self, indicator: Counted, dataset: str) -> Timing:
        """Return the timing of the indicator's own kind, else of the kind that it lies within."""
        timings = self.datasets[dataset].timings
        if self._is_base(indicator, dataset):
            return timings[indicator.period_kind]
        coarser = self._within_kind.get(indicator.period_kind, "")
        return timings.get(coarser, Timing(TimingKind.WHOLE))

    def _partial_sql(self, scan: _Scan) -> str:
        collected = self.datasets[scan.dataset]
        grain = collected.grains[scan.kind]
        formulas = self._formulas(scan)
        columns = []
        for code, name in scan.measures.items():
            columns.append(f"{formulas[code].numerator_sql()} AS {name}n")
            if (denominator := formulas[code].denominator_sql()) is not None:
                columns.append(f"{denominator} AS {name}d")
        for condition, name in scan.conditions.items():
            counted = "count(*)" if condition == _ALL else f"count(*) FILTER (WHERE {condition})"
            columns.append(f"{counted} AS {name}")
        needed = {name for formula in formulas.values() for name in formula.fields}
        source = placed_sql(
            collected.relation, needed, grain=grain, timing=scan.timing, places=self.places
        )
        return (
            "SELECT CAST(_s AS VARCHAR) AS subject, CAST(_p AS VARCHAR) AS period, "
            "* EXCLUDE (_s, _p) FROM (SELECT "
            f"{subject_sql(grain, self.places)} AS _s, {period_sql(scan.timing)} AS _p, "
            f"{', '.join(columns)}, count(*) AS n FROM {source} GROUP BY ALL) "
            "ORDER BY period, subject"
        )

    def _formulas(self, scan: _Scan) -> dict[str, MeasureFormula]:
        return {
            code: formula
            for indicator in self.indicators
            for code, (name, formula) in indicator.measures.items()
            if name == scan.dataset and code in scan.measures
        }

    def _readings(self, run: int) -> Iterator[str]:
        for indicator in self.indicators:
            if not self._problem(indicator):
                for kind in self._kinds(indicator):
                    yield self._reading_sql(indicator, kind, run)

    def _reading_sql(self, indicator: Counted, kind: str, run: int) -> str:
        scans = {
            dataset: self._scans[dataset, kind, self._timing(indicator, dataset)]
            for dataset in indicator.datasets
        }
        columns = {}
        for code, (dataset, formula) in indicator.measures.items():
            name = f"{scans[dataset].table}.{scans[dataset].measures[code]}"
            has_base = formula.denominator_sql() is not None
            columns[code] = (f"{name}n", f"{name}d" if has_base else None)
        rational = indicator.formula.rational(columns)
        rounded = rounded_sql(
            rational.numerator_sql,
            rational.numerator_scale,
            rational.denominator_sql,
            rational.denominator_scale,
            indicator.decimals,
        )
        numerator = _decimal(rational.numerator_sql, rational.numerator_scale)
        base = rational.denominator_sql
        denominator = _decimal(base or "1", rational.denominator_scale if base else 0)
        counts = [
            f"coalesce({scan.table}.{scan.conditions[_taken_in(indicator, name)]}, 0)"
            for name, scan in scans.items()
        ]
        versions = " ".join(
            f"{name}@{self.datasets[name].version}" for name in sorted(indicator.datasets)
        )
        tables = {name: scan.table for name, scan in scans.items()}
        key, source = self._spine(indicator, tables)
        return (
            f"SELECT CAST({run} AS BIGINT) AS run, {_text(indicator.code)} AS indicator, "
            f"CAST({indicator.version} AS INTEGER) AS version, {key}.period AS period, "
            f"{_text(kind)} AS kind, {key}.subject AS subject, {numerator} AS numerator, "
            f'{denominator} AS denominator, CAST({" + ".join(counts)} AS BIGINT) AS "rows", '
            f"{_decimal(rounded, indicator.decimals)} AS value, "
            f"{_reason(rational.numerator_sql, base)} AS reason, "
            f"{_text(versions)} AS dataset_versions FROM {source}"
        )

    def _spine(self, indicator: Counted, tables: Mapping[str, str]) -> tuple[str, str]:
        """Return the alias and the FROM of the subjects and periods that have rows.

        The partials of every dataset are joined to it. A dataset without periods of the
        indicator's kind joins by the period that contains it, or by subject alone.
        """
        if len(tables) == 1:
            (table,) = tables.values()
            known = "period IS NOT NULL AND subject IS NOT NULL"
            return table, f"(SELECT * FROM {table} WHERE {known}) AS {table}"
        base = [name for name in indicator.datasets if self._is_base(indicator, name)]
        keys = " UNION ".join(
            f"SELECT period, subject FROM {tables[name]} "
            "WHERE period IS NOT NULL AND subject IS NOT NULL"
            for name in base
        )
        parts = [f"({keys}) AS spine"]
        if len(base) < len(tables):
            parts.append("LEFT JOIN period_codes ON _code = spine.period")
        for name, table in tables.items():
            on = f"{table}.subject = spine.subject"
            if name in base:
                on += f" AND {table}.period = spine.period"
            elif self._timing(indicator, name).kind is not TimingKind.WHOLE:
                on += f" AND {table}.period = _within"
            parts.append(f"LEFT JOIN {table} ON {on}")
        return "spine", " ".join(parts)

    def _left_out(self, session: Session) -> Iterator[LeftOut]:
        for scan in self._scans.values():
            found = session.table(
                f"SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM {scan.table} "
                "WHERE period IS NULL OR subject IS NULL"
            )
            rows = int(found.rows[0][0])
            if rows:
                yield LeftOut(scan.dataset, scan.kind, scan.timing.period_kind, rows)


_ALL = "TRUE"

_EMPTY = (
    "SELECT CAST(NULL AS BIGINT) AS run, '' AS indicator, 0 AS version, '' AS period, '' AS kind, "
    "'' AS subject, CAST(NULL AS DECIMAL(38,9)) AS numerator, "
    'CAST(NULL AS DECIMAL(38,9)) AS denominator, CAST(0 AS BIGINT) AS "rows", '
    "CAST(NULL AS DECIMAL(38,9)) AS value, '' AS reason, '' AS dataset_versions WHERE FALSE"
)


def _taken_in(indicator: Counted, dataset: str) -> str:
    """Return the condition of the rows that at least one measure of the indicator takes in."""
    conditions = sorted(
        {formula.counted_sql() for name, formula in indicator.measures.values() if name == dataset}
    )
    if any(condition.upper() == _ALL for condition in conditions):
        return _ALL
    return " OR ".join(f"({condition})" for condition in conditions)


def _decimal(sql: str, scale: int) -> str:
    """Return a scaled integer as DECIMAL(38,9); exact, because 29 + 9 digits make 38."""
    if scale == 0:
        return f"CAST({sql} AS DECIMAL(38,{SCALE}))"
    unit = "0." + "0" * (scale - 1) + "1"
    return f"CAST({sql} AS DECIMAL(29,0)) * CAST({unit} AS DECIMAL({SCALE},{SCALE}))"


def _reason(numerator: str, denominator: str | None) -> str:
    if denominator is None:
        return f"CASE WHEN {numerator} IS NULL THEN 'no_value' END"
    return (
        f"CASE WHEN {denominator} = 0 THEN 'zero_denominator' "
        f"WHEN {numerator} IS NULL OR {denominator} IS NULL THEN 'no_value' END"
    )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
