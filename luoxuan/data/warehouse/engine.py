"""The column engine: DuckDB in this process, shut in the warehouse's folder."""

import os
import threading
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
    """DuckDB「计算引擎」 over one warehouse; each session has temporary tables of its own.

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
        with _shared.connection(self) as connection:
            yield Session(connection)

    def open(self) -> duckdb.DuckDBPyConnection:
        """Open a database in memory that is shut in the warehouse; its settings are locked."""
        spill = self.root / "spill"
        spill.mkdir(parents=True, exist_ok=True)
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": self.memory_limit,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            # What lies on the disk is read from the disk: a damaged file must not look sound.
            "enable_external_file_cache": False,
        }
        if self.threads:
            settings["threads"] = self.threads
        database = duckdb.connect(":memory:", config=settings)
        database.execute("SET GLOBAL TimeZone = 'UTC'")
        folder = str(self.root).replace("'", "''")
        database.execute(f"SET allowed_directories = ['{folder}']")
        database.execute("SET enable_external_access = false")
        database.execute("SET lock_configuration = true")
        return database


class _SharedDatabase:
    """The open database of this process「共用的引擎」, for the sessions over one warehouse.

    Opening one takes 10 to 20 ms, a further connection to it 0.2 ms. Temporary tables, views and
    offered tables belong to a connection, so sessions see nothing of each other. A session over
    another warehouse, while this one is in use, has a database of its own.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[object, ...] = ()
        self._database: duckdb.DuckDBPyConnection | None = None
        self._n_open = 0

    @contextmanager
    def connection(self, engine: Engine) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open a connection for the time of a session."""
        key = (os.getpid(), engine.root, engine.threads, engine.memory_limit)
        with self._lock:
            if self._key != key and not self._n_open:
                self._close()
                self._database, self._key = engine.open(), key
            is_shared = self._key == key and self._database is not None
            self._n_open += is_shared
            found = self._database.cursor() if is_shared else None  # type: ignore[union-attr]
        connection = found or engine.open()
        try:
            yield connection
        finally:
            connection.close()
            with self._lock:
                self._n_open -= is_shared

    def before_fork(self) -> None:
        """Close the database unless it is in use: its threads would not be there in the child."""
        self._lock.acquire()
        if not self._n_open:
            self._close()

    def after_fork(self) -> None:
        """Let sessions be opened again, in the parent and in the child."""
        self._lock.release()

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
        self._database, self._key = None, ()


_shared = _SharedDatabase()
os.register_at_fork(
    before=_shared.before_fork,
    after_in_parent=_shared.after_fork,
    after_in_child=_shared.after_fork,
)
