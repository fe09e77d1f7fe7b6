"""Databases of other systems through SQLAlchemy「业务数据库」: read only, in batches, in time.

SQLite and PostgreSQL are in the box. The other dialects need a driver and have not been tried.
"""

import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import (
    URL,
    ColumnClause,
    Connection,
    Engine,
    Select,
    create_engine,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy import column as column_named
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from luoxuan.data.connectors.addresses import checked_address
from luoxuan.data.connectors.contract import Bounds, ConnectorRefused, Rows, Wanted
from luoxuan.data.connectors.watched_folder import allowed_path

_DRIVERS = {
    "postgresql": ("postgresql+psycopg", 5432),
    "mysql": ("mysql+pymysql", 3306),
    "mariadb": ("mariadb+pymysql", 3306),
    "oracle": ("oracle+oracledb", 1521),
    "mssql": ("mssql+pymssql", 1433),
}
_TABLE = re.compile(r"(?:\w+\.)?\w+")
_BATCH = 5000
_CONNECT_SECONDS = 10
_STEPS = 10_000
_REASON = 200


@contextmanager
def open_sql(wanted: Wanted, bounds: Bounds) -> Iterator[Rows]:
    """Open a table or query of a database. Raises ConnectorRefused, also while rows come."""
    try:
        engine = _engine(wanted, bounds)
        with engine.connect() as connection:
            _limit(connection, bounds)
            streaming = connection.execution_options(stream_results=True, yield_per=_BATCH)
            # A test of the connection reads five rows: the rest is not waited for.
            with streaming.execute(_query(wanted)) as result:
                columns = tuple(result.keys())
                if len(set(columns)) < len(columns):
                    raise ConnectorRefused("source_columns_twice", columns="、".join(columns))
                yield Rows(columns, _batches(result.partitions(_BATCH), bounds))
    except ImportError as error:
        raise ConnectorRefused("source_driver_missing", driver=str(error.name)) from error
    except (SQLAlchemyError, OSError, sqlite3.Error) as error:
        # The time may have run out in the middle of a statement: that is then the reason.
        bounds.seconds_left()
        raise ConnectorRefused("source_not_answered", reason=_reason(error, wanted)) from None


def _engine(wanted: Wanted, bounds: Bounds) -> Engine:
    if wanted.address.startswith("sqlite:"):
        return _sqlite(wanted, bounds)
    parts = urlsplit(wanted.address)
    if parts.scheme not in _DRIVERS or not parts.hostname or parts.password is not None:
        raise ConnectorRefused("source_bad_address", address=_bare(wanted.address))
    driver, usual_port = _DRIVERS[parts.scheme]
    port = parts.port or usual_port
    address = checked_address(parts.hostname, port, bounds.networks)
    is_postgresql = parts.scheme == "postgresql"
    url = URL.create(
        driver,
        username=wanted.user or None,
        password=wanted.secret or None,
        # The name stays for certificates; the connection itself goes to the checked address.
        host=parts.hostname if is_postgresql else address,
        port=port,
        database=unquote(parts.path.lstrip("/")) or None,
    )
    arguments = _postgresql(address, bounds) if is_postgresql else {}
    return create_engine(url, poolclass=NullPool, connect_args=arguments, hide_parameters=True)


def _postgresql(address: str, bounds: Bounds) -> dict[str, Any]:
    milliseconds = max(1, int(bounds.seconds_left() * 1000))
    return {
        "hostaddr": address,
        "connect_timeout": min(_CONNECT_SECONDS, max(2, int(bounds.seconds_left()))),
        "application_name": "luoxuan",
        # A server that falls silent in the middle of a statement is given up as well.
        "tcp_user_timeout": milliseconds,
        "keepalives_idle": _CONNECT_SECONDS,
        "options": f"-c default_transaction_read_only=on -c statement_timeout={milliseconds}",
    }


def _sqlite(wanted: Wanted, bounds: Bounds) -> Engine:
    path = allowed_path(unquote(wanted.address.removeprefix("sqlite:///")), bounds.folders)

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            f"{path.as_uri()}?mode=ro", uri=True, timeout=_CONNECT_SECONDS, check_same_thread=False
        )

    return create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)


def _limit(connection: Connection, bounds: Bounds) -> None:
    """Give a statement no more than the time that is left, where the database can."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(postgresql_readonly=True)
    elif connection.dialect.name == "sqlite":
        raw = connection.connection.driver_connection
        if isinstance(raw, sqlite3.Connection):
            raw.set_progress_handler(lambda: int(time.monotonic() > bounds.ends_at), _STEPS)


def _query(wanted: Wanted) -> Select[Any]:
    selection = wanted.selection.strip()
    if ";" in selection:
        raise ConnectorRefused("source_bad_query")
    everything: ColumnClause[Any] = literal_column("*")
    if _TABLE.fullmatch(selection):
        schema, _, name = selection.rpartition(".")
        query = select(everything).select_from(table(name, schema=schema or None))
    else:
        # A query within a query can only read; the line break ends a comment of its last line.
        inner = text("({}\n) AS source_rows".format(selection.replace(":", "\\:")))
        query = select(everything).select_from(inner)
    if wanted.marked is None:
        return query
    growing: ColumnClause[Any] = column_named(wanted.marked.column)
    if wanted.marked.last is not None:
        query = query.where(growing >= wanted.marked.last)
    return query.order_by(growing)


def _batches(partitions: Iterator[Sequence[Any]], bounds: Bounds) -> Iterator[Sequence[Any]]:
    for batch in partitions:
        bounds.seconds_left()
        yield batch


def _bare(address: str) -> str:
    """Return an address without what stands before its host: it may be a password."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _reason(error: Exception, wanted: Wanted) -> str:
    """Return the first line of what the driver says, never with the secret."""
    words = str(getattr(error, "orig", None) or error).strip().splitlines() or [""]
    line = words[0]
    if wanted.secret:
        line = line.replace(wanted.secret, "***")
    return line[:_REASON]
