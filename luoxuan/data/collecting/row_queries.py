"""Single rows of a dataset: as they stand, and how they came to stand so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects

from luoxuan.data.collecting.prefill import stored_fields, text_rows
from luoxuan.data.file_queries import RowsRemoved
from luoxuan.data.models import DataFile, Dataset, DatasetVersion
from luoxuan.data.queries import engine, relation_of_files
from luoxuan.data.warehouse.relation import Relation, quoted


@dataclass(frozen=True, slots=True)
class RowChange:
    """One change of a row「行变更」: who, when, in which version, and the cells before and after.

    ``before`` is None for a new row, ``after`` None for a removed one.
    """

    number: int
    at: datetime
    by_name: str
    note: str
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None


def row_of(dataset: Dataset, key: Mapping[str, str]) -> dict[str, str] | None:
    """Return the row in force with these values of the key, or None; values are texts."""
    if not dataset.key or set(key) != set(dataset.key):
        return None
    names = [row.name for row in stored_fields(dataset)]
    found = text_rows(dataset, names, key)
    return found[0] if found else None


def row_history(dataset: Dataset, key: Mapping[str, str]) -> list[RowChange]:
    """Return what became of a row「行历史」, newest first; versions that left it alone are skipped.

    A row stands in one file at a time, and each file says from which version to which it holds.
    """
    held = _holdings(dataset, key)
    numbers = sorted({number for first, last, _ in held for number in (first, last) if number})
    versions = {
        row.number: row
        for row in DatasetVersion.objects.filter(dataset=dataset, number__in=numbers)
        .select_related("by")
        .prefetch_related("imports")
    }
    changes, before = [], None
    for number in numbers:
        after = next(
            (cells for first, last, cells in held if first <= number and not 0 < last <= number),
            None,
        )
        if after != before:
            changes.append(_change(versions[number], before, after))
        before = after
    return changes[::-1]


def _change(
    version: DatasetVersion, before: Mapping[str, str] | None, after: Mapping[str, str] | None
) -> RowChange:
    batch = next(iter(version.imports.all()), None)
    return RowChange(
        version.number, version.created_at, str(version.by or ""),
        batch.file_name if batch else version.mode, before, after,
    )  # fmt: skip


def _holdings(dataset: Dataset, key: Mapping[str, str]) -> list[tuple[int, int, dict[str, str]]]:
    """Return (first version, first version without it or 0, cells) of each file with the row."""
    # Asked for once, not for each of many files.
    prefetch_related_objects([dataset], "fields")
    names = [row.name for row in stored_fields(dataset)]
    found = []
    with engine().session() as session:
        for file in DataFile.objects.filter(dataset=dataset).order_by("added_in"):
            try:
                relation = relation_of_files(dataset, [file])
            except RowsRemoved:
                # What nobody refers to may have been cleared away: the history begins later.
                continue
            sql = _one_row_sql(relation, names, list(key))
            for row in session.table(sql, list(key.values())).dicts():
                found.append((file.added_in, file.removed_in or 0, row))
    return found


def _one_row_sql(relation: Relation, names: Sequence[str], key: Sequence[str]) -> str:
    columns = ", ".join(
        f"coalesce(CAST({quoted(name)} AS VARCHAR), '') AS {quoted(name)}" for name in names
    )
    test = " AND ".join(f"{quoted(name)} = ?" for name in key)
    return f"SELECT * FROM (SELECT {columns} FROM ({relation.sql(names)})) WHERE {test} LIMIT 1"
