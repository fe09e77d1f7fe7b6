"""Readings of small tables made by hand, against figures worked out on paper."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from luoxuan.data.warehouse.aggregation import READING_COLUMNS, LeftOut
from luoxuan.data.warehouse.engine import Engine
from luoxuan.data.warehouse.placement import PeriodEntry, Places, Timing, TimingKind
from luoxuan.data.warehouse.relation import LookupPart
from luoxuan.data.warehouse.tests.tables import (
    collected,
    compute,
    counted,
    day,
    decimal,
    integer,
    relation,
    text,
)

TERM = Timing(TimingKind.CODE, "TERM", "term")
KINDS = ("TEACHING_CLASS", "UNIT", "INSTITUTION")
GRAINS = {"TEACHING_CLASS": "class", "UNIT": "unit"}
TERMS = [PeriodEntry("TERM", "T1"), PeriodEntry("TERM", "T2")]
SCORES = [
    # student, class, unit, term, score, weight
    ("a", "M1", "EM", "T1", Decimal("80.5"), 2),
    ("b", "M1", "EM", "T1", Decimal("59.9"), 1),
    ("c", "M1", "EM", "T1", None, 5),
    ("a", "W1", "W", "T1", Decimal("100.0"), 3),
    ("d", "W1", "W", "T2", Decimal("60.0"), None),
]
FIELDS = [
    text("student"), text("class"), text("unit"), text("term"), decimal("score", 1),
    integer("weight"),
]  # fmt: skip


@pytest.fixture
def scores(store):
    source = relation(store, "score", FIELDS, SCORES)
    return {"score": collected(source, grains=GRAINS, timings=[TERM])}


def one(datasets, formula, **options):
    """Return an indicator of a single measure over the scores."""
    options = {"kinds": KINDS, "period_kind": "TERM", **options}
    return counted(datasets, "m", {"m": ("score", formula)}, **options)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("计数()", (4, 1, 4)),
        ("计数(score >= 60)", (2, 1, 2)),
        ("去重计数(student)", (3, 1, 4)),
        ("求和(score)", (Decimal("240.4"), 1, 3)),
        ("平均(score)", (Decimal("240.4"), 3, 3)),
        ("加权平均(score, 权=weight)", (Decimal("520.9"), 6, 3)),
        ("占比(score >= 60)", (2, 4, 4)),
        ("占比(score >= 60, 条件=非 缺失(score))", (2, 3, 3)),
        ("最大(score)", (Decimal("100.0"), 1, 3)),
        ("最小(weight)", (1, 1, 4)),
    ],
)
def test_every_aggregate_counts_the_institution(store, engine, scores, formula, expected):
    found = compute(store, engine, scores, [one(scores, formula)], periods=TERMS)
    assert found.triple("INSTITUTION", "C", "T1") == expected


def test_a_row_of_a_teaching_group_counts_for_its_college_and_for_no_other(store, engine, scores):
    found = compute(store, engine, scores, [one(scores, "计数()")], periods=TERMS)
    assert {key: row["numerator"] for key, row in found.readings.items()} == {
        ("TEACHING_CLASS", "M1", "T1"): 3,
        ("TEACHING_CLASS", "W1", "T1"): 1,
        ("TEACHING_CLASS", "W1", "T2"): 1,
        ("UNIT", "EM", "T1"): 3,
        ("UNIT", "E", "T1"): 3,
        ("UNIT", "W", "T1"): 1,
        ("UNIT", "W", "T2"): 1,
        ("INSTITUTION", "C", "T1"): 4,
        ("INSTITUTION", "C", "T2"): 1,
    }
    assert found.outcome.left_out == ()


def test_a_distinct_count_of_a_unit_is_counted_anew_not_added_up(store, engine):
    rows = [("a", "M1", "EM", "T1", None, 1), ("a", "X", "E", "T1", None, 1)]
    source = relation(store, "score", FIELDS, rows)
    datasets = {"score": collected(source, grains=GRAINS, timings=[TERM])}
    found = compute(store, engine, datasets, [one(datasets, "去重计数(student)")], periods=TERMS)
    assert found.triple("UNIT", "E", "T1") == (1, 1, 2)
    assert found.triple("UNIT", "EM", "T1") == (1, 1, 1)


def test_units_that_stand_side_by_side_need_no_tree(store, engine, scores):
    flat = Places("C", (("EM", "EM"), ("W", "W")))
    indicator = one(scores, "计数()", kinds=("UNIT",))
    found = compute(store, engine, scores, [indicator], periods=TERMS, places=flat)
    assert set(found.readings) == {("UNIT", "EM", "T1"), ("UNIT", "W", "T1"), ("UNIT", "W", "T2")}


def test_a_reading_says_where_it_comes_from(store, engine, scores):
    found = compute(store, engine, scores, [one(scores, "占比(score >= 60)")], periods=TERMS)
    row = found.readings["TEACHING_CLASS", "M1", "T1"]
    assert tuple(row) == READING_COLUMNS
    assert row["value"] == Decimal("0.3333")
    assert (row["run"], row["indicator"], row["version"]) == (7, "i", 1)
    assert (row["reason"], row["dataset_versions"]) == (None, "score@1")


def test_readings_have_the_declared_types(store, engine, scores):
    found = compute(store, engine, scores, [one(scores, "平均(score)")], periods=TERMS)
    (path,) = store.paths([found.outcome.file.path])
    with engine.session() as session:
        kinds = dict(row[:2] for row in session.table(f"DESCRIBE FROM read_parquet('{path}')").rows)
    wide = "DECIMAL(38,9)"
    assert kinds == {
        "run": "BIGINT", "indicator": "VARCHAR", "version": "INTEGER", "period": "VARCHAR",
        "kind": "VARCHAR", "subject": "VARCHAR", "numerator": wide, "denominator": wide,
        "rows": "BIGINT", "value": wide, "reason": "VARCHAR", "dataset_versions": "VARCHAR",
    }  # fmt: skip


WEEKS = [
    PeriodEntry("TEACHING_WEEK", "w1", start_on=date(2026, 3, 2), end_on=date(2026, 3, 9)),
    PeriodEntry("TEACHING_WEEK", "w2", start_on=date(2026, 3, 9), end_on=date(2026, 3, 16)),
]


def test_dates_fall_into_half_open_weeks_and_others_are_reported(store, engine):
    days = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 9), None]
    source = relation(store, "visit", [day("on")], [(on,) for on in days])
    timing = Timing(TimingKind.DATE, "TEACHING_WEEK", "on")
    datasets = {"visit": collected(source, grains={}, timings=[timing])}
    indicator = counted(datasets, "m", {"m": ("visit", "计数()")}, period_kind="TEACHING_WEEK")
    found = compute(store, engine, datasets, [indicator], periods=WEEKS)
    assert found.triple("INSTITUTION", "C", "w1") == (2, 1, 2)
    assert found.triple("INSTITUTION", "C", "w2") == (1, 1, 1)
    assert found.outcome.left_out == (LeftOut("visit", "INSTITUTION", "TEACHING_WEEK", 2),)


OFFERINGS = [
    PeriodEntry("FREE", "2013J"),
    PeriodEntry("RELATIVE_WEEK", "2013J-W-01", within="2013J", first_day=-7, last_day=-1),
    PeriodEntry("RELATIVE_WEEK", "2013J-W00", within="2013J", first_day=0, last_day=6),
    PeriodEntry("RELATIVE_WEEK", "2013J-W01", within="2013J", first_day=7, last_day=13),
]
DAY = Timing(TimingKind.DAY, "RELATIVE_WEEK", "offering", "day")


def clicks(store):
    rows = [
        ("2013J", -1, "a", 4), ("2013J", 0, "a", 1), ("2013J", 6, "b", 2), ("2013J", 7, "b", 3),
        ("2013J", 900, "a", 9), ("2014B", 0, "a", 9), ("2013J", None, "a", 9),
    ]  # fmt: skip
    fields = [text("offering"), integer("day"), text("student"), integer("clicks")]
    return collected(relation(store, "click", fields, rows), grains={}, timings=[DAY])


def test_days_of_an_offering_fall_into_its_own_weeks(store, engine):
    datasets = {"click": clicks(store)}
    indicator = counted(
        datasets, "m", {"m": ("click", "求和(clicks)")}, period_kind="RELATIVE_WEEK"
    )
    found = compute(store, engine, datasets, [indicator], periods=OFFERINGS)
    assert {period: row["numerator"] for (_, _, period), row in found.readings.items()} == {
        "2013J-W-01": 4,
        "2013J-W00": 3,
        "2013J-W01": 3,
    }
    assert found.outcome.left_out == (LeftOut("click", "INSTITUTION", "RELATIVE_WEEK", 3),)


def test_a_finer_dataset_joins_the_coarser_one_by_the_period_around_it(store, engine):
    rows = [("2013J", "a"), ("2013J", "b"), ("2013J", "c")]
    enrolled = relation(store, "enrolled", [text("offering"), text("student")], rows)
    timing = Timing(TimingKind.CODE, "FREE", "offering")
    datasets = {
        "click": clicks(store),
        "enrolled": collected(enrolled, grains={}, timings=[timing], version=3),
    }
    indicator = counted(
        datasets,
        "active ÷ all",
        {"active": ("click", "去重计数(student)"), "all": ("enrolled", "计数()")},
        period_kind="RELATIVE_WEEK",
    )
    found = compute(store, engine, datasets, [indicator], periods=OFFERINGS)
    assert found.triple("INSTITUTION", "C", "2013J-W00") == (2, 3, 5)
    assert found.triple("INSTITUTION", "C", "2013J-W-01") == (1, 3, 4)
    row = found.readings["INSTITUTION", "C", "2013J-W00"]
    assert (row["value"], row["dataset_versions"]) == (Decimal("0.6667"), "click@1 enrolled@3")


def test_a_dataset_without_periods_counts_for_all_time(store, engine):
    source = relation(store, "room", [text("unit")], [("W",), ("EM",), ("W",)])
    timing = Timing(TimingKind.WHOLE)
    datasets = {"room": collected(source, grains={"UNIT": "unit"}, timings=[timing])}
    indicator = counted(datasets, "m", {"m": ("room", "计数()")}, kinds=("UNIT",))
    found = compute(store, engine, datasets, [indicator])
    assert {key: row["numerator"] for key, row in found.readings.items()} == {
        ("UNIT", "W", "-"): 2,
        ("UNIT", "EM", "-"): 1,
        ("UNIT", "E", "-"): 1,
    }


def test_a_dataset_without_periods_joins_by_subject_alone(store, engine, scores):
    rooms = relation(store, "room", [text("unit")], [("W",), ("W",)])
    datasets = {
        **scores,
        "room": collected(rooms, grains={"UNIT": "unit"}, timings=[Timing(TimingKind.WHOLE)]),
    }
    indicator = counted(
        datasets,
        "students ÷ rooms",
        {"students": ("score", "计数()"), "rooms": ("room", "计数()")},
        kinds=("UNIT",),
        period_kind="TERM",
    )
    found = compute(store, engine, datasets, [indicator], periods=TERMS)
    assert found.triple("UNIT", "W", "T1") == (1, 2, 3)
    assert found.triple("UNIT", "W", "T2") == (1, 2, 3)
    assert found.readings["UNIT", "E", "T1"]["reason"] == "no_value"
    assert found.readings["UNIT", "E", "T1"]["value"] is None


def test_rows_of_no_known_unit_or_period_are_reported(store, engine):
    rows = [
        ("a", "M1", "NOWHERE", "T1", None, 1),
        ("b", "M1", None, "T1", None, 1),
        ("c", None, "W", "T9", None, 1),
    ]
    source = relation(store, "score", FIELDS, rows)
    datasets = {"score": collected(source, grains=GRAINS, timings=[TERM])}
    found = compute(store, engine, datasets, [one(datasets, "计数()")], periods=TERMS)
    assert set(found.outcome.left_out) == {
        LeftOut("score", "TEACHING_CLASS", "TERM", 1),
        LeftOut("score", "UNIT", "TERM", 3),
        LeftOut("score", "INSTITUTION", "TERM", 1),
    }


def test_a_denominator_of_zero_leaves_no_value_but_a_reason(store, engine, scores):
    indicator = counted(
        scores,
        "passed ÷ failed",
        {"passed": ("score", "计数(score >= 60)"), "failed": ("score", "计数(score < 60)")},
        kinds=KINDS,
        period_kind="TERM",
    )
    found = compute(store, engine, scores, [indicator], periods=TERMS)
    row = found.readings["TEACHING_CLASS", "W1", "T1"]
    assert (row["value"], row["reason"], row["denominator"]) == (None, "zero_denominator", 0)
    assert found.readings["TEACHING_CLASS", "M1", "T1"]["value"] == 1


def test_nothing_to_average_is_a_reason_and_not_a_zero(store, engine):
    source = relation(store, "score", FIELDS, [("c", "M1", "EM", "T1", None, None)])
    datasets = {"score": collected(source, grains=GRAINS, timings=[TERM])}
    for formula, reason in [
        ("平均(score)", "zero_denominator"),
        ("加权平均(score, 权=weight)", {"zero_denominator", "no_value"}),
        ("求和(score)", "no_value"),
        ("最大(score)", "no_value"),
    ]:
        found = compute(store, engine, datasets, [one(datasets, formula)], periods=TERMS)
        row = found.readings["TEACHING_CLASS", "M1", "T1"]
        assert row["value"] is None, formula
        assert row["reason"] in reason, formula
        assert row["rows"] == 0, formula


def test_an_indicator_without_data_or_period_is_named_not_dropped(store, engine, scores):
    lacking = counted(scores, "m", {"m": ("score", "计数()")}, period_kind="MONTH", code="monthly")
    found = compute(store, engine, scores, [lacking], periods=TERMS)
    assert found.outcome.not_computed == (("monthly", "no_period:MONTH"),)
    absent = one(scores, "计数()", code="absent")
    found = compute(store, engine, {}, [absent], periods=TERMS)
    assert found.outcome.not_computed == (("absent", "no_data:score"),)
    assert found.readings == {}


def test_many_indicators_come_from_one_run(store, engine, scores):
    both = [
        one(scores, "计数()", code="n", kinds=("UNIT",)),
        one(scores, "平均(score)", code="mean", kinds=("INSTITUTION",)),
    ]
    found = compute(store, engine, scores, both, periods=TERMS)
    assert found.readings["UNIT", "E", "T1"]["indicator"] == "n"
    assert found.readings["INSTITUTION", "C", "T1"]["value"] == Decimal("80.1333")


def test_a_look_up_decides_the_unit_of_a_row(store, engine):
    course = relation(store, "course", [text("course"), text("unit")], [("MATH", "EM")])
    part = LookupPart(course, (("course", "course"),), ("unit",))
    source = relation(store, "visit", [text("course")], [("MATH",), ("MATH",), ("?",)], [part])
    timing = Timing(TimingKind.WHOLE)
    datasets = {"visit": collected(source, grains={"UNIT": "unit"}, timings=[timing])}
    indicator = counted(datasets, "m", {"m": ("visit", "计数()")}, kinds=("UNIT",))
    found = compute(store, engine, datasets, [indicator])
    assert found.triple("UNIT", "E", "-") == (2, 1, 2)
    assert found.outcome.left_out == (LeftOut("visit", "UNIT", "", 1),)


def whole_sum(store, engine, fields, rows, formula, decimals=9):
    source = relation(store, "t", fields, rows)
    datasets = {"t": collected(source, grains={}, timings=[Timing(TimingKind.WHOLE)])}
    indicator = counted(datasets, "m", {"m": ("t", formula)}, decimals=decimals)
    return compute(store, engine, datasets, [indicator]).readings["INSTITUTION", "C", "-"]


def test_a_tenth_and_two_tenths_are_three_tenths(store, engine):
    rows = [(Decimal("0.1"),), (Decimal("0.2"),)]
    row = whole_sum(store, engine, [decimal("x", 1)], rows, "求和(x)")
    assert (row["numerator"], row["value"]) == (Decimal("0.3"), Decimal("0.3"))


def test_twenty_nine_digits_are_kept(store, engine):
    rows = [(9_000_000_000_000_000_007, 9_000_000_003)]
    row = whole_sum(store, engine, [integer("a"), integer("b")], rows, "求和(a × b)", decimals=0)
    exact = 9_000_000_000_000_000_007 * 9_000_000_003
    assert len(str(exact)) == 29
    assert (int(row["numerator"]), int(row["value"])) == (exact, exact)


def test_more_digits_than_there_is_room_for_stop_the_run(store, engine):
    rows = [(9_000_000_000_000_000_007, 90_000_000_003)]
    with pytest.raises(duckdb.Error):
        whole_sum(store, engine, [integer("a"), integer("b")], rows, "求和(a × b)", decimals=0)


@pytest.mark.parametrize(
    ("numbers", "decimals", "expected"),
    [
        ([0, 1], 0, "0"),
        ([1, 2], 0, "2"),
        ([2, 3], 0, "2"),
        ([0, -1], 0, "0"),
        ([-1, -2], 0, "-2"),
        ([-2, -3], 0, "-2"),
        ([1, 0, 0, 0, 0, 0, 0, 0], 2, "0.12"),
        ([3, 0, 0, 0, 0, 0, 0, 0], 2, "0.38"),
        ([1, 0, 0], 4, "0.3333"),
        ([2, 0, 0], 4, "0.6667"),
    ],
)
def test_a_tie_is_rounded_to_the_even_neighbor(store, engine, numbers, decimals, expected):
    rows = [(number,) for number in numbers]
    row = whole_sum(store, engine, [integer("x")], rows, "平均(x)", decimals=decimals)
    assert row["value"] == Decimal(expected)


def test_the_number_of_threads_changes_nothing(store, root, scores):
    results = [
        compute(store, Engine(root, threads=n), scores, [one(scores, "平均(score)")], periods=TERMS)
        for n in (1, 2, 4)
    ]
    assert results[0].readings == results[1].readings == results[2].readings
