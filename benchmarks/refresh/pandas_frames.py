"""Peer: pandas, a groupby for each level.

pandas adds decimals one Python object at a time, so the exact sums are taken over tenths as
integers and put back into decimals when they are written.

python -m benchmarks.refresh.pandas_frames DATA OUT
"""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

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

EXACT = pa.decimal128(38, 9)
# The power of ten by which a column is larger than its true value.
SCALES = {"value_sum": 1, "weighted_score": 2, "credit_sum": 1}


def refresh(data: Path, out: Path) -> dict[str, int]:
    """Compute every reading and alert."""
    pa.set_cpu_count(THREADS)
    events, grades = _read_events(data), _read_grades(data)
    students = pd.read_parquet(
        data / "students.parquet", columns=["student_id", "program_id", "college_id"]
    )
    events_of_students = events.merge(students, on="student_id")
    grades_of_students = grades.merge(students, on="student_id")
    wide = pd.concat(
        [
            _level(level, events_of_students, grades_of_students)
            if level.needs_student
            else _level(level, events, grades)
            for level in LEVELS
        ]
    )
    readings = pd.concat([_readings(wide, indicator) for indicator in INDICATORS])
    alerts = _alerts(readings, pd.read_parquet(data / "thresholds.parquet"))
    tables = [_exact_readings(readings, indicator) for indicator in INDICATORS]
    pq.write_table(pa.concat_tables(tables), out / "readings.parquet")
    alerts.to_parquet(out / "alerts.parquet", index=False)
    return {"readings": len(readings), "alerts": len(alerts)}


def _read_events(data: Path) -> pd.DataFrame:
    table = pq.read_table(
        data / "events.parquet", columns=["student_id", "course_id", "ts", "kind", "value"]
    )
    events = _with_tenths(table, "value").to_pandas()
    last, previous = pd.Timestamp(LAST_WINDOW_START), pd.Timestamp(PREVIOUS_WINDOW_START)
    events["absent"] = events["kind"] == "absent"
    events["late"] = events["kind"] == "late"
    events["attendance"] = events["kind"].isin(ATTENDANCE_KINDS)
    events["submitted"] = events["kind"] == "submit"
    events["submitted_value"] = events["value"].where(events["submitted"], 0)
    events["day"] = events["ts"].dt.normalize()
    events["last_window"] = events["ts"] >= last
    events["both_windows"] = events["ts"] >= previous
    events["previous_window"] = events["both_windows"] & ~events["last_window"]
    return events


def _read_grades(data: Path) -> pd.DataFrame:
    table = pq.read_table(data / "grades.parquet")
    grades = _with_tenths(_with_tenths(table, "score"), "credit").to_pandas()
    grades["weighted"] = grades["score"] * grades["credit"]
    grades["passed"] = grades["score"] >= PASS_SCORE * 10
    return grades


def _with_tenths(table: pa.Table, column: str) -> pa.Table:
    tenths = pc.multiply(table[column], pa.scalar(10)).cast(pa.int64())
    return table.set_column(table.schema.get_field_index(column), column, tenths)


def _level(level: Level, events: pd.DataFrame, grades: pd.DataFrame) -> pd.DataFrame:
    """One wide row for each entity of the level."""
    of_events = events.groupby(level.key).agg(
        events=("value", "size"),
        absent=("absent", "sum"),
        late=("late", "sum"),
        attendance=("attendance", "sum"),
        value_sum=("submitted_value", "sum"),
        submitted=("submitted", "sum"),
        distinct_count=(level.distinct, "nunique"),
        active_days=("day", "nunique"),
        last_window=("last_window", "sum"),
        previous_window=("previous_window", "sum"),
        both_windows=("both_windows", "sum"),
    )
    of_grades = grades.groupby(level.key).agg(
        weighted_score=("weighted", "sum"),
        credit_sum=("credit", "sum"),
        passed=("passed", "sum"),
        grades=("score", "size"),
    )
    # An entity without grades has sums of 0; floats in between are whole numbers below 2^53.
    wide = of_events.join(of_grades).fillna(0).astype("int64")
    wide = wide.rename_axis("entity").reset_index()
    wide.insert(0, "level", level.name)
    return wide


def _readings(wide: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    numerator = wide[indicator.numerator]
    denominator = wide[indicator.denominator] if indicator.denominator else 1
    scale = SCALES.get(indicator.numerator, 0) - SCALES.get(indicator.denominator, 0)
    quotient = numerator / denominator / 10**scale
    return pd.DataFrame(
        {
            "level": wide["level"],
            "entity": wide["entity"],
            "indicator": indicator.name,
            "numerator": numerator,
            "denominator": denominator,
            "rows": wide[indicator.rows],
            "value": quotient.where(denominator != 0).round(indicator.decimals)
            if indicator.denominator
            else quotient,
        }
    )


def _exact_readings(readings: pd.DataFrame, indicator: Indicator) -> pa.Table:
    """The readings of one indicator with their numerators and denominators as decimals."""
    table = pa.Table.from_pandas(
        readings[readings["indicator"] == indicator.name], preserve_index=False
    )
    for part, column in (
        ("numerator", indicator.numerator),
        ("denominator", indicator.denominator),
    ):
        whole = table[part].cast(pa.decimal128(19, 0))
        unit = pa.scalar(Decimal(1).scaleb(-SCALES.get(column, 0)))
        exact = pc.multiply(whole, unit).cast(EXACT)
        table = table.set_column(table.schema.get_field_index(part), part, exact)
    return table


def _alerts(readings: pd.DataFrame, thresholds: pd.DataFrame) -> pd.DataFrame:
    for column in ("target", "standard", "warning"):
        thresholds[column] = thresholds[column].astype("float64")
    watched = readings.merge(thresholds, on=["level", "indicator"])
    below = (watched["direction"] == 1) & (watched["value"] < watched["warning"])
    above = (watched["direction"] == -1) & (watched["value"] > watched["warning"])
    columns = ["level", "entity", "indicator", "value", "target", "standard", "warning"]
    return watched.loc[below | above, columns]


if __name__ == "__main__":
    data, out = read_arguments()
    report(lambda: refresh(data, out))
