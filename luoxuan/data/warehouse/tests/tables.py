"""Small tables made by hand, stored as Parquet, and what the aggregation makes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from luoxuan.data.formula import FieldInfo, FieldType, parse_indicator, parse_measure
from luoxuan.data.warehouse.aggregation import Aggregation, Collected, Counted, Outcome
from luoxuan.data.warehouse.engine import Engine
from luoxuan.data.warehouse.placement import Grain, PeriodEntry, Places, Timing
from luoxuan.data.warehouse.relation import LookupPart, Relation
from luoxuan.data.warehouse.store import Store

ARROW = {
    FieldType.TEXT: pa.string(),
    FieldType.CODE: pa.string(),
    FieldType.INTEGER: pa.int64(),
    FieldType.DATE: pa.date32(),
    FieldType.TIME: pa.timestamp("us"),
    FieldType.BOOLEAN: pa.bool_(),
}

# A college E with a teaching group EM, a college W; the institution is C.
PLACES = Places("C", (("E", "E"), ("EM", "EM"), ("EM", "E"), ("W", "W")))


def text(name: str) -> FieldInfo:
    return FieldInfo(name, FieldType.TEXT)


def integer(name: str) -> FieldInfo:
    return FieldInfo(name, FieldType.INTEGER)


def decimal(name: str, decimals: int) -> FieldInfo:
    return FieldInfo(name, FieldType.DECIMAL, (), decimals)


def day(name: str) -> FieldInfo:
    return FieldInfo(name, FieldType.DATE)


def arrow_table(fields: Sequence[FieldInfo], rows: Sequence[Sequence[Any]], batch: str) -> Any:
    columns = {}
    for position, info in enumerate(fields):
        is_decimal = info.type is FieldType.DECIMAL
        kind = pa.decimal128(18, info.decimals) if is_decimal else ARROW[info.type]
        columns[info.name] = pa.array([row[position] for row in rows], kind)
    columns["row_number"] = pa.array(range(2, len(rows) + 2), pa.int64())
    columns["import_batch"] = pa.array([batch] * len(rows), pa.string())
    return pa.table(columns)


def relation(
    store: Store,
    name: str,
    fields: Sequence[FieldInfo],
    rows: Sequence[Sequence[Any]],
    lookups: Sequence[LookupPart] = (),
) -> Relation:
    """Store rows as one file and return them as a relation."""
    stored = store.write(name, arrow_table(fields, rows, "b"))
    return Relation(name, tuple(fields), tuple(store.paths([stored.path])), tuple(lookups))


def collected(
    source: Relation, *, grains: Mapping[str, str], timings: Sequence[Timing], version: int = 1
) -> Collected:
    """Declare grains by kind and field, the institution always among them."""
    made = {kind: Grain(kind, field, rolls_up=kind == "UNIT") for kind, field in grains.items()}
    made["INSTITUTION"] = Grain("INSTITUTION")
    return Collected(source, version, made, {timing.period_kind: timing for timing in timings})


def counted(
    datasets: Mapping[str, Collected],
    formula: str,
    measures: Mapping[str, tuple[str, str]],
    *,
    kinds: Sequence[str] = ("INSTITUTION",),
    period_kind: str = "",
    decimals: int = 4,
    code: str = "i",
) -> Counted:
    parsed = {
        name: parse_measure(words, datasets[dataset].relation.fields)
        for name, (dataset, words) in measures.items()
    }
    written = parse_indicator(formula, parsed)
    parts = {name: (measures[name][0], parsed[name]) for name in written.measures}
    return Counted(code, 1, written, decimals, parts, tuple(kinds), period_kind)


@dataclass(frozen=True)
class Computed:
    """The outcome of one computation and its readings."""

    outcome: Outcome
    rows: list[dict[str, Any]]

    @property
    def readings(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        """Return the readings by (kind, subject, period); two of one key are a fault."""
        found = {(row["kind"], row["subject"], row["period"]): row for row in self.rows}
        assert len(found) == len(self.rows), "two readings share one key"
        return found

    def of(self, code: str) -> dict[tuple[str, str, str], dict[str, Any]]:
        return Computed(self.outcome, [r for r in self.rows if r["indicator"] == code]).readings

    def triple(self, kind: str, subject: str, period: str) -> tuple[Any, Any, int]:
        row = self.readings[kind, subject, period]
        return row["numerator"], row["denominator"], row["rows"]


def compute(
    store: Store,
    engine: Engine,
    datasets: Mapping[str, Collected],
    indicators: Sequence[Counted],
    *,
    periods: Sequence[PeriodEntry] = (),
    places: Places = PLACES,
) -> Computed:
    aggregation = Aggregation(
        datasets=datasets, indicators=indicators, periods=periods, places=places
    )
    outcome = aggregation.write(engine, store, dataset="_readings", run=7)
    (path,) = store.paths([outcome.file.path])
    with engine.session() as session:
        rows = session.table(f"SELECT * FROM read_parquet('{path}')").dicts()
    return Computed(outcome, rows)
