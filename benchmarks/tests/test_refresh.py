"""The two SQL peers on very little data: they agree, and the comparison sees when they do not."""

import duckdb
import pytest

from benchmarks.refresh import plain_duckdb, tuned_duckdb
from benchmarks.refresh.compare import compare
from benchmarks.refresh.definition import INDICATORS, LEVELS, SIZES, Size
from benchmarks.refresh.generate import generate, is_made, threshold_rows

TINY = SIZES["tiny"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    generate(TINY, folder)
    return folder


@pytest.fixture(scope="module")
def outputs(data, tmp_path_factory):
    folders = {}
    for name, engine in (("plain", plain_duckdb), ("tuned", tuned_duckdb)):
        folders[name] = tmp_path_factory.mktemp(name)
        engine.refresh(data, folders[name])
    return folders


@pytest.fixture
def changed(outputs, tmp_path):
    """Write the plain output again with one expression of the readings changed."""

    def change(expression: str):
        with duckdb.connect() as connection:
            readings = connection.read_parquet(str(outputs["plain"] / "readings.parquet"))
            readings.select(f"* replace ({expression})").write_parquet(
                str(tmp_path / "readings.parquet")
            )
            connection.read_parquet(str(outputs["plain"] / "alerts.parquet")).write_parquet(
                str(tmp_path / "alerts.parquet")
            )
        return compare(outputs["plain"], [tmp_path])[tmp_path.name]

    return change


def test_made_data_is_known_by_its_manifest(data):
    assert is_made(data, TINY)
    assert not is_made(data, Size(1, 1, 1))


def test_values_scores_and_credits_are_decimals_of_one_place(data):
    with duckdb.connect() as connection:
        for name, columns in (("events", ["value"]), ("grades", ["score", "credit"])):
            types = connection.read_parquet(str(data / f"{name}.parquet")).select(*columns).types
            assert {str(kind) for kind in types} == {"DECIMAL(18,1)"}


def test_counts_warn_only_for_students():
    warnings = {(row[0], row[1]): row[5] for row in threshold_rows()}
    assert warnings["student", "n_events"] == "70"
    assert warnings["college", "n_events"] == "0"
    assert warnings["college", "pass_rate"] == "0.5"


def test_plain_and_tuned_give_the_same_readings_and_alerts(outputs):
    compared = compare(outputs["plain"], [outputs["tuned"]])[outputs["tuned"].name]
    assert compared["equal"]
    assert compared["alerts"] > 0


def test_every_entity_has_a_reading_of_every_indicator(outputs):
    with duckdb.connect() as connection:
        readings = connection.read_parquet(str(outputs["plain"] / "readings.parquet"))
        found = readings.aggregate("level, entity, count(distinct indicator) as n").fetchall()
    assert {row[0] for row in found} == {level.name for level in LEVELS}
    assert {row[2] for row in found} == {len(INDICATORS)}


@pytest.mark.parametrize(
    ("expression", "figure"),
    [
        ("numerator + 0.01 as numerator", "other_sums"),
        ("rows + 1 as rows", "other_rows"),
        ("value + 0.01 as value", "misrounded"),
        ("entity + 1000000 as entity", "unmatched"),
        ("case when entity = 1 then null else value end as value", "unmatched"),
    ],
)
def test_a_difference_is_seen(changed, expression, figure):
    compared = changed(expression)
    assert compared[figure] > 0
    assert not compared["equal"]
