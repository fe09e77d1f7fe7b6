"""Peer: polars, lazy frames on the streaming engine.

python -m benchmarks.refresh.polars_lazy DATA OUT
"""

import os
from pathlib import Path

from benchmarks.measure import report
from benchmarks.refresh.arguments import read_arguments
from benchmarks.refresh.definition import (
    ATTENDANCE_KINDS,
    INDICATORS,
    LAST_WINDOW_START,
    LEVELS,
    PASS_SCORE,
    PREVIOUS_WINDOW_START,
    THREADS,
    Indicator,
    Level,
)

# Read once when polars is imported.
os.environ["POLARS_MAX_THREADS"] = str(THREADS)
import polars as pl

EXACT = pl.Decimal(38, 9)


def refresh(data: Path, out: Path) -> dict[str, int]:
    """Compute every reading and alert."""
    wide = pl.concat([_level(data, level) for level in LEVELS]).collect(engine="streaming")
    readings = pl.concat([_readings(wide.lazy(), indicator) for indicator in INDICATORS])
    readings_frame = readings.collect(engine="streaming")
    readings_frame.write_parquet(out / "readings.parquet")
    alerts = _alerts(readings_frame, pl.read_parquet(data / "thresholds.parquet"))
    alerts.write_parquet(out / "alerts.parquet")
    return {"readings": readings_frame.height, "alerts": alerts.height}


def _level(data: Path, level: Level) -> pl.LazyFrame:
    """One wide row for each entity of the level."""
    events = pl.scan_parquet(data / "events.parquet")
    grades = pl.scan_parquet(data / "grades.parquet")
    if level.needs_student:
        students = pl.scan_parquet(data / "students.parquet").select("student_id", level.key)
        events = events.join(students, on="student_id")
        grades = grades.join(students, on="student_id")
    wide = (
        events.group_by(level.key)
        .agg(_event_columns(level.distinct))
        .join(grades.group_by(level.key).agg(_grade_columns()), on=level.key, how="left")
    )
    return wide.select(
        pl.lit(level.name).alias("level"),
        pl.col(level.key).alias("entity"),
        pl.exclude(level.key),
    )


def _event_columns(distinct: str) -> list[pl.Expr]:
    kind, value, moment = pl.col("kind"), pl.col("value"), pl.col("ts")
    previous = moment.is_between(PREVIOUS_WINDOW_START, LAST_WINDOW_START, closed="left")
    return [
        pl.len().alias("events"),
        (kind == "absent").sum().alias("absent"),
        (kind == "late").sum().alias("late"),
        kind.is_in(ATTENDANCE_KINDS).sum().alias("attendance"),
        value.filter(kind == "submit").sum().alias("value_sum"),
        value.filter(kind == "submit").count().alias("submitted"),
        pl.col(distinct).n_unique().alias("distinct_count"),
        moment.dt.date().n_unique().alias("active_days"),
        (moment >= LAST_WINDOW_START).sum().alias("last_window"),
        previous.sum().alias("previous_window"),
        (moment >= PREVIOUS_WINDOW_START).sum().alias("both_windows"),
    ]


def _grade_columns() -> list[pl.Expr]:
    score, credit = pl.col("score"), pl.col("credit")
    return [
        (score * credit).sum().alias("weighted_score"),
        credit.sum().alias("credit_sum"),
        (score >= PASS_SCORE).sum().alias("passed"),
        pl.len().alias("grades"),
    ]


def _readings(wide: pl.LazyFrame, indicator: Indicator) -> pl.LazyFrame:
    numerator = pl.col(indicator.numerator)
    denominator = pl.col(indicator.denominator) if indicator.denominator else pl.lit(1)
    quotient = numerator.cast(pl.Float64) / denominator.cast(pl.Float64)
    return wide.select(
        "level",
        "entity",
        pl.lit(indicator.name).alias("indicator"),
        numerator.cast(EXACT).fill_null(0).alias("numerator"),
        denominator.cast(EXACT).fill_null(0).alias("denominator"),
        pl.col(indicator.rows).fill_null(0).cast(pl.Int64).alias("rows"),
        pl.when(denominator != 0).then(quotient.round(indicator.decimals)).alias("value"),
    )


def _alerts(readings: pl.DataFrame, thresholds: pl.DataFrame) -> pl.DataFrame:
    warning = pl.col("warning").cast(pl.Float64)
    below = (pl.col("direction") == 1) & (pl.col("value") < warning)
    above = (pl.col("direction") == -1) & (pl.col("value") > warning)
    return (
        readings.join(thresholds, on=["level", "indicator"])
        .filter(below | above)
        .select("level", "entity", "indicator", "value", "target", "standard", "warning")
    )


if __name__ == "__main__":
    data, out = read_arguments()
    report(lambda: refresh(data, out))
