"""Checking that what the data centre promises holds「核验」: versions, files, database.

The invariants carry the numbers of the project's reliability plan: I2 no half version, I3 effects
once, I5 one audit entry per change, I6 no reference to a missing file and no orphan older than a
day, I9 the database is whole, I10 the dataset's number is the only commit point, I11 no full
identity number or telephone among the problems of imports.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from django.apps import apps
from django.db import connection

from luoxuan.core.models import AuditEntry
from luoxuan.core.verification import Finding, secret_in
from luoxuan.data.models import (
    DataFile,
    Dataset,
    DatasetVersion,
    Evidence,
    ImportBatch,
    PackedFile,
    Pin,
)
from luoxuan.data.queries import files_of, store
from luoxuan.data.rules import Disposition
from luoxuan.data.warehouse.store import StoredFile, sha256_of

ORPHAN_SECONDS = 24 * 3600


def verify_data(*, at: datetime) -> list[Finding]:
    """Return every finding; none means that all invariants hold."""
    checks = (
        _versions,
        _effects,
        _audited,
        _files,
        _packs,
        _pins,
        partial(_orphans, at),
        partial(_originals, at),
        _database,
        _secrets,
    )
    return [finding for check in checks for finding in _lasting(check)]


def _lasting(check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """Return what a check finds twice.

    A check asks more than once, and in between a worker may commit: only that makes number and
    versions differ for a moment. Damage is still there at the second look.
    """
    found = list(check())
    if not found:
        return []
    still = set(check())
    return [finding for finding in found if finding in still]


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
    """Check every file that rows lie in: a small one by itself, or the pack that it is in."""
    live: list[DataFile | PackedFile] = [
        *DataFile.objects.filter(retired_at=None, removed_at=None).iterator(),
        *PackedFile.objects.filter(retired_at=None).iterator(),
    ]
    for file in live:
        stored = StoredFile(file.path, file.n_rows, file.n_bytes, file.sha256)
        problem = store().problem_of(stored)
        if problem:
            yield Finding("I6" if problem == "missing" else "I2", file.path, problem)


def _packs() -> Iterator[Finding]:
    """Check that members lie apart within their pack, and that no pack was retired below them."""
    end: dict[int, int] = {}
    members = DataFile.objects.filter(pack__isnull=False, removed_at=None).select_related("pack")
    for file in members.order_by("pack_id", "pack_offset"):
        pack, offset = file.pack, file.pack_offset or 0
        if pack is None or pack.retired_at is not None:
            yield Finding("I6", file.path, "its rows lie in a retired file")
        elif offset < end.get(pack.pk, 0) or offset + file.n_rows > pack.n_rows:
            yield Finding("I2", file.path, f"rows from {offset} on overlap or leave {pack.path}")
        end[file.pack_id or 0] = offset + file.n_rows


def _pins() -> Iterator[Finding]:
    """Check that what is in force or referred to has its rows."""
    gone = DataFile.objects.filter(removed_at__isnull=False)
    if not gone.exists():
        return
    for pin in Pin.objects.filter(released_at=None).select_related("version__dataset"):
        version = pin.version
        if files_of(version.dataset, number=version.number).filter(pk__in=gone).exists():
            yield Finding("I6", str(version), f"its rows were removed, {pin.origin} refers to it")
    for dataset in Dataset.objects.all():
        if files_of(dataset, number=dataset.current_number).filter(pk__in=gone).exists():
            yield Finding("I6", dataset.name, "rows of the version in force were removed")


def _orphans(at: datetime) -> Iterator[Finding]:
    known = set(DataFile.objects.values_list("path", flat=True))
    known |= set(PackedFile.objects.values_list("path", flat=True))
    for path, changed in store().walk():
        if path not in known and at.timestamp() - changed > ORPHAN_SECONDS:
            yield Finding("I6", path, "orphan older than a day")


def _effects() -> Iterator[Finding]:
    """Find what was delivered twice and stands twice: the same import, in force in two versions."""
    held = set(
        DataFile.objects.filter(removed_in=None).values_list("dataset_id", "added_in").distinct()
    )
    seen: dict[tuple[int, str], int] = {}
    for version in DatasetVersion.objects.select_related("dataset").order_by("number"):
        if (version.dataset_id, version.number) not in held:
            continue
        effect = (version.dataset_id, version.idempotency_key.partition("#")[0])
        if effect in seen:
            yield Finding("I3", str(version), f"the same as version {seen[effect]}")
        seen[effect] = version.number
    batches = Counter(
        ImportBatch.objects.exclude(version=None).values_list("version_id", flat=True)
    )
    for version_id, count in batches.items():
        if count > 1:
            yield Finding("I3", f"version {version_id}", f"made by {count} imports")


def _audited() -> Iterator[Finding]:
    """Compare changes with the audit chain: each has exactly one entry, each entry its change."""
    changes = {
        "commit_version": {
            str(version) for version in DatasetVersion.objects.select_related("dataset")
        },
        "refuse_file": {
            str(pk)
            for pk in ImportBatch.objects.filter(
                version=None, disposition=Disposition.REJECT_FILE
            ).values_list("pk", flat=True)
        },
    }
    for action, keys in changes.items():
        entries = Counter(
            AuditEntry.objects.filter(action=action).values_list("object_key", flat=True)
        )
        for key in sorted(keys | set(entries)):
            if entries[key] != 1 or key not in keys:
                there = "there" if key in keys else "not there"
                yield Finding(
                    "I5", key, f"{entries[key]} entries of {action}, the change is {there}"
                )


def _originals(at: datetime) -> Iterator[Finding]:
    """Check every file that a row names by its SHA-256, and look for files that no row names."""
    folder = store().root / "originals"
    for batch in ImportBatch.objects.exclude(version=None):
        if not (folder / batch.sha256).is_file():
            yield Finding("I6", str(batch), "the original file is missing")
    for evidence in Evidence.objects.all():
        if not (folder / evidence.sha256).is_file():
            yield Finding("I6", f"evidence {evidence.pk}", "its file is missing")
    known = named_originals()
    for path in sorted(folder.glob("*")):
        if path.name not in known:
            if at.timestamp() - path.stat().st_mtime > ORPHAN_SECONDS:
                yield Finding("I6", f"originals/{path.name}", "orphan older than a day")
        elif sha256_of(path) != path.name:
            yield Finding("I2", f"originals/{path.name}", "hash_differs")


def named_originals() -> set[str]:
    """Return every SHA-256 that a row of any package holds."""
    found: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.name.endswith("sha256"):
                found |= set(model._default_manager.values_list(field.name, flat=True))
    return found


def _secrets() -> Iterator[Finding]:
    for pk, problems, notes in ImportBatch.objects.values_list(
        "pk", "problems", "notes"
    ).iterator():
        if found := secret_in(json.dumps([problems, notes], ensure_ascii=False)):
            yield Finding("I11", f"import {pk}", f"holds a {found}")


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
