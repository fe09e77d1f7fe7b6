"""What both DuckDB peers share: opening the files, turning wide rows into readings and alerts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template

import duckdb

from benchmarks.refresh.definition import INDICATORS, THREADS, Indicator

FILES = ("events", "students", "grades", "thresholds")

# An entity without grades, or without a row in the earlier window, keeps its reading: the sums are
# then 0 and the value is missing.
COLUMNS = Template("""
    coalesce($numerator, 0)::decimal(38, 9) as ${name}_numerator,
    coalesce($denominator, 0)::decimal(38, 9) as ${name}_denominator,
    coalesce($rows, 0)::bigint as ${name}_rows,
    round_even($numerator / nullif($denominator, 0), $decimals)::decimal(18, 4) as ${name}_value
""")

READINGS = Template("""
create temp table reading as
from (select level, entity, $columns from wide)
unpivot include nulls ((numerator, denominator, rows, value) for indicator in ($groups))
""")

ALERTS = """
select level, entity, indicator, value, target, standard, warning
from reading join thresholds using (level, indicator)
where (direction = 1 and value < warning) or (direction = -1 and value > warning)
"""


@contextmanager
def opened(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees the files as views."""
    with duckdb.connect(config={"threads": THREADS}) as connection:
        for name in FILES:
            connection.read_parquet(str(data / f"{name}.parquet")).create_view(name)
        yield connection


def write_output(connection: duckdb.DuckDBPyConnection, out: Path) -> dict[str, int]:
    """Write all readings and the alerts among them from the table `wide`."""
    connection.execute(
        READINGS.substitute(
            columns=", ".join(map(_columns, INDICATORS)),
            groups=", ".join(map(_group, INDICATORS)),
        )
    )
    readings = connection.table("reading")
    alerts = connection.sql(ALERTS)
    readings.write_parquet(str(out / "readings.parquet"))
    alerts.write_parquet(str(out / "alerts.parquet"))
    return {
        "readings": len(readings),
        "alerts": len(connection.read_parquet(str(out / "alerts.parquet"))),
    }


def _columns(indicator: Indicator) -> str:
    return COLUMNS.substitute(
        name=indicator.name,
        numerator=indicator.numerator,
        denominator=indicator.denominator or "1",
        rows=indicator.rows,
        decimals=indicator.decimals,
    )


def _group(indicator: Indicator) -> str:
    name = indicator.name
    return f"({name}_numerator, {name}_denominator, {name}_rows, {name}_value) as {name}"
