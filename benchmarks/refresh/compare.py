"""Whether engines agree 「核对」: same readings, same exact sums, same alerts.

    python -m benchmarks.refresh.compare REFERENCE OTHER...

Each folder holds readings.parquet and alerts.parquet. Numerators, denominators, and rows must be
equal; a value must be its quotient rounded to the decimals of the indicator. Where the quotient
lies halfway between two values, engines may round to either, and an alert that depends on it may
differ: both are counted as ties. Prints one JSON object.
"""

import argparse
import json
import sys
from pathlib import Path

import duckdb

from benchmarks.refresh.definition import INDICATORS

# Missing readings have no value; an engine may leave out what the others write as missing.
READINGS = """
select
    level, entity::varchar as entity, indicator,
    numerator::decimal(38, 9) as numerator, denominator::decimal(38, 9) as denominator,
    rows::bigint as rows, value::double as value
from raw
where value is not null
"""

JOINED = """
create or replace temp table pair as
select
    coalesce(a.level, b.level) as level,
    coalesce(a.entity, b.entity) as entity,
    coalesce(a.indicator, b.indicator) as indicator,
    a.value is null or b.value is null as unmatched,
    a.numerator <> b.numerator or a.denominator <> b.denominator as other_sums,
    a.rows <> b.rows as other_rows,
    a.value <> b.value as other_value,
    abs(b.value - b.numerator / b.denominator) > 0.5 / power(10, decimals) + 1e-9 as misrounded,
    abs(abs(a.value - a.numerator / a.denominator) * power(10, decimals) - 0.5) < 1e-5 as tie
from reference as a
full join other as b using (level, entity, indicator)
left join decimals using (indicator)
"""

COUNTS = """
select
    count(*) filter (unmatched) as unmatched,
    count(*) filter (other_sums) as other_sums,
    count(*) filter (other_rows) as other_rows,
    count(*) filter (misrounded) as misrounded,
    count(*) filter (other_value and not tie) as other_values,
    count(*) filter (other_value and tie) as other_values_at_ties
from pair
"""

ALERTS = """
with different as (
    select level, entity, indicator
    from (select * from reference_alert union all select * from other_alert)
    group by all
    having count(*) = 1
)
select
    count(*) filter (not coalesce(tie, false)) as other_alerts,
    count(*) filter (coalesce(tie, false)) as other_alerts_at_ties
from different left join pair using (level, entity, indicator)
"""

WRONG = ("unmatched", "other_sums", "other_rows", "misrounded", "other_values", "other_alerts")


def load(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> dict[str, int]:
    """Make the tables `name` and `name_alert` and count what is in the folder."""
    connection.read_parquet(str(folder / "readings.parquet")).create_view("raw", replace=True)
    connection.execute(f"create or replace temp table {name} as {READINGS}")
    alerts = connection.read_parquet(str(folder / "alerts.parquet"))
    alerts.select("level, entity::varchar as entity, indicator").create_view(
        f"{name}_alert", replace=True
    )
    valued = len(connection.table(name))
    return {
        "readings": valued,
        "missing": len(connection.view("raw")) - valued,
        "alerts": len(alerts),
    }


def compare(reference: Path, others: list[Path]) -> dict[str, dict[str, int | bool]]:
    """Figures of every folder by its name, each compared with the reference."""
    with duckdb.connect() as connection:
        connection.execute("create temp table decimals (indicator varchar, decimals int)")
        connection.executemany(
            "insert into decimals values (?, ?)", [(i.name, i.decimals) for i in INDICATORS]
        )
        load(connection, "reference", reference)
        return {folder.name: _compare(connection, folder) for folder in [reference, *others]}


def _compare(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int | bool]:
    figures: dict[str, int | bool] = {**load(connection, "other", folder)}
    connection.execute(JOINED)
    for query in (COUNTS, ALERTS):
        result = connection.sql(query)
        # Fetched whole: DuckDB refuses further work while a result is open.
        figures.update(zip(result.columns, result.fetchall()[0], strict=True))
    return {**figures, "equal": not any(figures[name] for name in WRONG)}


def main() -> None:
    """Compare the folders named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reference", type=Path)
    parser.add_argument("others", type=Path, nargs="*")
    options = parser.parse_args()
    sys.stdout.write(json.dumps(compare(options.reference, options.others)) + "\n")


if __name__ == "__main__":
    main()
