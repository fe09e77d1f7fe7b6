"""The column engine: DuckDB in this process, shut in the warehouse's folder."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Table:
    """A small result: column names and rows in order."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def dicts(self) -> list[dict[str, Any]]:
        """Return each row as a dictionary."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Session:
    """One connection with its own temporary tables."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def run(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Run a statement without a result."""
        self._connection.execute(sql, list(parameters))

    def table(self, sql: str, parameters: Sequence[object] = ()) -> Table:
        """Return a result that fits in memory as Python values."""
        cursor = self._connection.execute(sql, list(parameters))
        columns = tuple(column[0] for column in cursor.description or ())
        return Table(columns, cursor.fetchall())

    def arrow(self, sql: str) -> Any:
        """Return a result as an Arrow table."""
        return self._connection.sql(sql).to_arrow_table()

    def offer(self, name: str, table: Any) -> None:
        """Make an Arrow table readable under a name."""
        self._connection.register(name, table)

    def offer_rows(
        self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]
    ) -> None:
        """Make Python rows readable under a name; ``columns`` maps each to its type."""
        types = {
            "text": pa.string(),
            "integer": pa.int64(),
            "date": pa.date32(),
            "decimal": pa.decimal128(38, 9),
        }
        series = list(zip(*rows, strict=True)) if rows else [() for _ in columns]
        arrays = [
            pa.array(values, types[kind])
            for values, kind in zip(series, columns.values(), strict=True)
        ]
        self.offer(name, pa.table(arrays, names=list(columns)))

    def copy(self, sql: str, path: Path) -> None:
        """Write a result to a Parquet file."""
        target = str(path).replace("'", "''")
        self.run(f"COPY ({sql}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


class Engine:
    """DuckDB「计算引擎」 over one warehouse; opens a fresh sandboxed connection for each session.

    ``threads`` None takes every core. Results of our queries do not depend on it: sums are exact.
    """

    def __init__(
        self, root: Path, *, threads: int | None = None, memory_limit: str = "1GB"
    ) -> None:
        self.root = root
        self.threads = threads
        self.memory_limit = memory_limit

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a connection that reads and writes inside the warehouse only."""
        spill = self.root / "spill"
        spill.mkdir(parents=True, exist_ok=True)
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": self.memory_limit,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if self.threads:
            settings["threads"] = self.threads
        connection = duckdb.connect(":memory:", config=settings)
        try:
            connection.execute("SET TimeZone = 'UTC'")
            folder = str(self.root).replace("'", "''")
            connection.execute(f"SET allowed_directories = ['{folder}']")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            yield Session(connection)
        finally:
            connection.close()
