"""The deep look「深度核验」: every page of the database and every stored row is read once."""

from collections.abc import Iterator

from django.apps import apps
from django.db import DatabaseError, connection, transaction

from luoxuan.core.verification import Finding
from luoxuan.data.models import DataFile, PackedFile
from luoxuan.data.queries import store
from luoxuan.data.warehouse.packing import unreadable


def verify_pages() -> list[Finding]:
    """Return the damage that is found by reading everything: indexes, tables, stored rows."""
    return [*verify_database(), *_rows()]


def verify_database() -> list[Finding]:
    """Return the damage of the database alone: its indexes and tables."""
    return [*_indexes(), *_tables()]


def _indexes() -> Iterator[Finding]:
    """Compare indexes with tables: by SQLite itself, on PostgreSQL where amcheck is installed."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA integrity_check")
                problems = [str(row[0]) for row in cursor.fetchall() if row[0] != "ok"]
            else:
                problems = _amcheck(cursor)
    except DatabaseError as error:
        problems = [str(error).strip()]
    for problem in problems:
        yield Finding("I9", "database", problem)


def _amcheck(cursor: object) -> list[str]:
    run = cursor.execute  # type: ignore[attr-defined]
    run("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'")
    if not cursor.fetchone()[0]:  # type: ignore[attr-defined]
        return []
    # Of a damaged index it raises an error that names it.
    run(
        "SELECT bt_index_check(index => c.oid, heapallindexed => true) FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE a.amname = 'btree' AND n.nspname = current_schema() AND i.indisvalid"
    )
    return []


def _tables() -> Iterator[Finding]:
    """Read every column of every row of every table; a damaged page cannot be read."""
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        name = model._meta.db_table
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")  # noqa: S608
                while cursor.fetchmany(5000):
                    pass
        except (DatabaseError, ValueError) as error:
            yield Finding("I9", name, f"cannot be read: {str(error).strip()[:200]}")


def _rows() -> Iterator[Finding]:
    files = DataFile.objects.filter(retired_at=None, removed_at=None)
    for rows in (files, PackedFile.objects.filter(retired_at=None)):
        for path in rows.values_list("path", flat=True):
            problem = unreadable(store().root / path)
            if problem:
                yield Finding("I2", path, f"rows cannot be read: {problem}")
