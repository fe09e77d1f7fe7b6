"""Checking that what the data centre promises holds「核验」: versions, files, database.

The invariants carry the numbers of the project's reliability plan: I2 no half version, I6 no
reference to a missing file and no orphan older than a day, I9 the database is whole, I10 the
dataset's number is the only commit point.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from luoxuan.data.models import DataFile, Dataset, DatasetVersion, ImportBatch
from luoxuan.data.queries import files_of, store
from luoxuan.data.warehouse.store import StoredFile

ORPHAN_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise「核验发现」."""

    invariant: str
    about: str
    problem: str


def verify_data(*, at: datetime) -> list[Finding]:
    """Return every finding; none means that all invariants hold."""
    return [*_versions(), *_files(), *_orphans(at), *_originals(), *_database()]


def _versions() -> Iterator[Finding]:
    numbers = defaultdict(list)
    for version in DatasetVersion.objects.select_related("dataset").order_by("number"):
        numbers[version.dataset_id].append(version.number)
        held = sum(
            files_of(version.dataset, number=version.number).values_list("n_rows", flat=True)
        )
        if held != version.n_rows:
            yield Finding("I2", str(version), f"rows {version.n_rows}, files hold {held}")
    for dataset in Dataset.objects.all():
        expected = list(range(1, dataset.current_number + 1))
        if numbers[dataset.pk] != expected:
            problem = f"number {dataset.current_number}, versions {numbers[dataset.pk]}"
            yield Finding("I10", dataset.name, problem)
    for file in DataFile.objects.select_related("dataset"):
        last = file.dataset.current_number
        if file.added_in > last or (file.removed_in or 0) > last:
            yield Finding("I10", file.path, f"named by a version after {last}")


def _files() -> Iterator[Finding]:
    for file in DataFile.objects.iterator():
        stored = StoredFile(file.path, file.n_rows, file.n_bytes, file.sha256)
        problem = store().problem_of(stored)
        if problem:
            yield Finding("I6" if problem == "missing" else "I2", file.path, problem)


def _orphans(at: datetime) -> Iterator[Finding]:
    known = set(DataFile.objects.values_list("path", flat=True))
    for path, changed in store().walk():
        if path not in known and at.timestamp() - changed > ORPHAN_SECONDS:
            yield Finding("I6", path, "orphan older than a day")


def _originals() -> Iterator[Finding]:
    folder = store().root / "originals"
    for batch in ImportBatch.objects.exclude(version=None):
        if not (folder / batch.sha256).is_file():
            yield Finding("I6", str(batch), "the original file is missing")


def _database() -> Iterator[Finding]:
    """Check the database itself; of PostgreSQL the catalogue, its pages are for pg_amcheck."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            for (problem,) in cursor.fetchall():
                if problem != "ok":
                    yield Finding("I9", "database", str(problem))
            cursor.execute("PRAGMA foreign_key_check")
            for row in cursor.fetchall():
                yield Finding("I9", str(row[0]), "foreign key without target")
            return
        cursor.execute("SELECT conname FROM pg_constraint WHERE NOT convalidated")
        for (name,) in cursor.fetchall():
            yield Finding("I9", str(name), "constraint not validated")
        cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
        for (name,) in cursor.fetchall():
            yield Finding("I9", str(name), "index not valid")
