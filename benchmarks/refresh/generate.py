"""Make the data of the refresh 「生成数据」: the same rows on every machine, from a hash.

    python -m benchmarks.refresh.generate SIZE FOLDER

DuckDB's `hash` may change between its versions, so figures are only compared within one folder.
"""

import argparse
import json
import sys
from pathlib import Path
from string import Template

import duckdb

from benchmarks.refresh.definition import (
    COUNTS_ONLY_WATCHED_FOR_STUDENTS,
    DATA_FORMAT,
    LEVELS,
    SIZES,
    THRESHOLDS,
    Size,
)

SEED = 20240901
ROW_GROUP = 250_000

DRAW = Template(
    "create macro draw(i, k, m) as (hash(i::bigint * 1000003 + k * 7919 + $seed) % m)::int"
)

STUDENTS = Template("""
select
    i::int as student_id,
    draw(i, 1, 200) as program_id,
    draw(i, 1, 200) % 20 as college_id,
    (draw(i, 1, 200) * 10 + draw(i, 2, 10))::int as class_id,
    case when draw(i, 3, 2) = 0 then '男' else '女' end as gender,
    2021 + draw(i, 4, 3) as entry_year
from range($students) as t(i)
""")

# The value has one decimal and is stored as a decimal: nobody pays for a cast in the timed part.
EVENTS = Template("""
with e as (select i, draw(i, 5, $students) as s from range($events) as t(i))
select
    i::bigint as event_id,
    s::int as student_id,
    ((draw(s, 1, 200) * 37 + draw(i, 6, 10)) % 2000)::int as course_id,
    timestamp '2024-09-01' + to_seconds((i::double / $events) * 300 * 86400) as ts,
    case
        when draw(i, 7, 100) < 62 then 'attend'
        when draw(i, 7, 100) < 66 then 'absent'
        when draw(i, 7, 100) < 70 then 'late'
        when draw(i, 7, 100) < 80 then 'library'
        when draw(i, 7, 100) < 90 then 'submit'
        else 'login'
    end as kind,
    (draw(i, 8, 1000) / 10.0)::decimal(18, 1) as value
from e
order by i
""")

GRADES = Template("""
with e as (select i, draw(i, 9, $students) as s from range($grades) as t(i))
select
    s::int as student_id,
    ((draw(s, 1, 200) * 37 + draw(i, 10, 10)) % 2000)::int as course_id,
    (20211 + draw(i, 11, 6))::int as term,
    least(100, 35 + draw(i, 12, 66))::decimal(18, 1) as score,
    (1 + draw(i, 13, 5))::decimal(18, 1) as credit
from e
""")

THRESHOLD_TABLE = """
create temp table threshold (
    level varchar, indicator varchar, direction int,
    target decimal(18, 4), standard decimal(18, 4), warning decimal(18, 4)
)
"""


def generate(size: Size, folder: Path) -> None:
    """Write students, events, grades, and thresholds as Parquet into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = {"students": size.students, "events": size.events, "grades": size.grades}
    with duckdb.connect() as connection:
        connection.execute(DRAW.substitute(seed=SEED))
        for name, query in (("students", STUDENTS), ("events", EVENTS), ("grades", GRADES)):
            connection.sql(query.substitute(numbers)).write_parquet(
                str(folder / f"{name}.parquet"), row_group_size=ROW_GROUP
            )
        connection.execute(THRESHOLD_TABLE)
        connection.executemany(
            "insert into threshold values (?, ?, ?, ?, ?, ?)", list(threshold_rows())
        )
        connection.sql("from threshold").write_parquet(str(folder / "thresholds.parquet"))
    # Written last: a folder without it was left half made.
    manifest = {"format": DATA_FORMAT, "duckdb": duckdb.__version__, **numbers}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def threshold_rows() -> list[tuple[str, str, int, str, str, str]]:
    """One threshold for each level and indicator, decimals as text so that they stay exact."""
    return [
        (
            level.name,
            threshold.indicator,
            threshold.direction,
            threshold.target,
            threshold.standard,
            "0"
            if level.name != "student" and threshold.indicator in COUNTS_ONLY_WATCHED_FOR_STUDENTS
            else threshold.warning,
        )
        for level in LEVELS
        for threshold in THRESHOLDS
    ]


def is_made(folder: Path, size: Size) -> bool:
    """Whether the folder already holds this size in the format of today."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    wanted = {"format": DATA_FORMAT, "students": size.students, "events": size.events}
    return {name: manifest.get(name) for name in wanted} == wanted


def main() -> None:
    """Make the data unless it is there already."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    if not is_made(options.folder, SIZES[options.size]):
        generate(SIZES[options.size], options.folder)
    sys.stdout.write(f"{options.folder}\n")


if __name__ == "__main__":
    main()
