"""Whatever the rows, readings equal what fractions say."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from luoxuan.data.warehouse.engine import Engine
from luoxuan.data.warehouse.placement import PeriodEntry, Timing, TimingKind
from luoxuan.data.warehouse.store import Store
from luoxuan.data.warehouse.tests.tables import (
    PLACES,
    collected,
    compute,
    counted,
    decimal,
    integer,
    relation,
    text,
)

FIELDS = [text("student"), text("unit"), text("term"), decimal("score", 1), integer("weight")]
PERIODS = [PeriodEntry("TERM", "T1"), PeriodEntry("TERM", "T2")]
GRAINS = {"UNIT": "unit"}
MEASURES = {
    "n": ("score", "计数()"),
    "passed": ("score", "计数(score >= 60)"),
    "people": ("score", "去重计数(student)"),
    "mean": ("score", "平均(score)"),
    "weighted": ("score", "加权平均(score, 权=weight)"),
}
FORMULAS = ("passed ÷ n", "people", "mean", "weighted", "100 - mean", "mean ÷ weighted")

rows = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", None]),
        st.sampled_from(["E", "EM", "W", "?", None]),
        st.sampled_from(["T1", "T2", "T9", None]),
        st.none() | st.integers(-1000, 1000).map(lambda tenths: Decimal(tenths) / 10),
        st.none() | st.integers(0, 5),
    ),
    max_size=25,
)


def naive(group) -> dict[str, Fraction | None]:
    """Work out every formula for the rows of one subject and period; None means no value."""
    scored = [row for row in group if row[3] is not None]
    both = [row for row in scored if row[4] is not None]
    n, passed = len(group), sum(row[3] >= 60 for row in scored)
    weights = sum(row[4] for row in both)
    mean = Fraction(sum(Fraction(row[3]) for row in scored)) / len(scored) if scored else None
    weighted = (
        sum(Fraction(row[3]) * row[4] for row in both) / Fraction(weights) if weights else None
    )
    return {
        "passed ÷ n": Fraction(passed, n),
        "people": Fraction(len({row[0] for row in group if row[0] is not None})),
        "mean": mean,
        "weighted": weighted,
        "100 - mean": None if mean is None else 100 - mean,
        "mean ÷ weighted": mean / weighted if mean is not None and weighted else None,
    }


def groups_of(table):
    """Return the rows by kind, subject and period, each row in every place that it counts for."""
    groups = defaultdict(list)
    for row in table:
        if row[2] not in {"T1", "T2"}:
            continue
        groups["INSTITUTION", "C", row[2]].append(row)
        for unit, above in PLACES.ancestors:
            if unit == row[1]:
                groups["UNIT", above, row[2]].append(row)
    return groups


@settings(max_examples=30, deadline=None)
@given(rows)
def test_readings_equal_the_fractions(table):
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        engine = Engine(store.root, threads=1)
        source = relation(store, "score", FIELDS, table)
        timing = Timing(TimingKind.CODE, "TERM", "term")
        datasets = {"score": collected(source, grains=GRAINS, timings=[timing])}
        indicators = [
            counted(
                datasets, words, MEASURES, code=words,
                kinds=("UNIT", "INSTITUTION"), period_kind="TERM", decimals=2,
            )
            for words in FORMULAS
        ]  # fmt: skip
        computed = compute(store, engine, datasets, indicators, periods=PERIODS)
        groups = groups_of(table)
        for words in FORMULAS:
            found = computed.of(words)
            assert set(found) == set(groups)
            for key, reading in found.items():
                expected = naive(groups[key])[words]
                if expected is None:
                    assert reading["value"] is None
                    assert reading["reason"] in {"no_value", "zero_denominator"}
                    continue
                assert reading["reason"] is None
                assert Fraction(reading["numerator"]) / Fraction(reading["denominator"]) == expected
                assert Fraction(reading["value"]) == Fraction(round(expected * 100), 100)
