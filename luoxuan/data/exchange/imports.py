"""Bundles and tables that come in「数据包导入」: read after every check, compared, taken over."""

import hashlib
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.models import User
from luoxuan.core.workbook import write_csv
from luoxuan.data.actions import ImportReport, import_file
from luoxuan.data.actions.drafts import receive_file
from luoxuan.data.exchange.actions import keep
from luoxuan.data.exchange.archive import Archive, BundleDamaged, open_bundle
from luoxuan.data.exchange.contrast import MOST_KEPT, compared
from luoxuan.data.exchange.definition import (
    PackageDefinition,
    TableDefinition,
    definition_of,
)
from luoxuan.data.exchange.mapping import MappingRefused, own_rows, text_of
from luoxuan.data.exchange.queries import content_of, definition_of_bundle
from luoxuan.data.exchange.rules import BundleState
from luoxuan.data.formula.types import FieldType
from luoxuan.data.models import Dataset, ExchangeBundle, ExchangeComparison, ImportDraft
from luoxuan.data.rules import ImportMode
from luoxuan.data.warehouse.intake import FieldSpec, FileRefused, TableSpec, stage

MOST_BYTES = 100 * 1024 * 1024
_PROVENANCE = ("package", "title", "receiver", "sender", "period", "period_name")


class TableUnreadable(Refused):
    """The receiver's file cannot be read as this table."""


def import_bundle(*, path: Path, by: User | None, at: datetime) -> ExchangeBundle:
    """Take in the file of a bundle「导入数据包」, own or another school's, to be looked at.

    The same file twice is one bundle. Raises BundleDamaged; then nothing is kept.
    """
    if path.stat().st_size > MOST_BYTES:
        raise BundleDamaged("bundle_too_large", megabytes=MOST_BYTES // 1024 // 1024)
    data = path.read_bytes()
    archive = open_bundle(data)
    about, told = archive.json("definition.json"), archive.json("provenance.json")
    definition = _readable(archive, about, told)
    counts = {number: len(archive.rows(number)) for number in definition.by_number}
    sha256 = keep(data)
    seam("data.exchange.import_kept")
    with transaction.atomic():
        bundle, is_new = ExchangeBundle.objects.get_or_create(
            file_sha256=sha256,
            is_imported=True,
            defaults={
                "code": str(told["package"])[:63], "title": str(told["title"])[:200],
                "receiver": str(told["receiver"])[:200], "sender": str(told["sender"])[:200],
                "period_code": str(told["period"])[:50],
                "period_name": str(told["period_name"])[:100],
                "edition": 1, "state": BundleState.SIGNED, "about": about,
                "content_sha256": sha256, "n_bytes": len(data), "built_at": at, "built_by": by,
                "n_rows": sum(counts.values()), "counts": counts,
                "pinned": told.get("dataset_versions", {}),
            },
        )  # fmt: skip
        if is_new:
            record_audit(
                by=by, at=at, action="import_exchange_bundle", object_kind="ExchangeBundle",
                object_key=str(bundle.pk), facts={"sha256": sha256, "sender": bundle.sender},
            )  # fmt: skip
            seam("data.exchange.import_before_commit")
    return bundle


def take_rows(*, bundle: ExchangeBundle, number: str, by: User | None, at: datetime) -> ImportDraft:
    """Give the rows of a table to the import wizard「转入导入」, in the words of their dataset.

    Raises MappingRefused and BundleDamaged.
    """
    table, dataset = _table(bundle, number), _dataset(bundle, number)
    with tempfile.TemporaryDirectory() as folder:
        path = _own_file(bundle, table, Path(folder))
        return receive_file(
            dataset=dataset, path=path, file_name=path.name, mode=_mode(dataset),
            receipt=f"exchange:{bundle.pk}:{number}:{at.date().isoformat()}", by=by, at=at,
        )  # fmt: skip


def import_rows(
    *, bundle: ExchangeBundle, number: str, by: User | None, at: datetime
) -> ImportReport:
    """Import the rows of a table into its dataset by the usual checks, without a wizard.

    Raises MappingRefused, BundleDamaged and what an import raises.
    """
    table, dataset = _table(bundle, number), _dataset(bundle, number)
    with tempfile.TemporaryDirectory() as folder:
        path = _own_file(bundle, table, Path(folder))
        return import_file(
            dataset=dataset, path=path, file_name=path.name, mode=_mode(dataset), by=by, at=at
        )


def compare_file(
    *, bundle: ExchangeBundle, number: str, path: Path, file_name: str, by: User, at: datetime
) -> ExchangeComparison:
    """Compare a table of a bundle with what its receiver returned「平台核对」; kept once per file.

    Raises TableUnreadable and BundleDamaged.
    """
    table = _table(bundle, number)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    known = ExchangeComparison.objects.filter(bundle=bundle, table=number, sha256=sha256).first()
    if known is not None:
        return known
    theirs, n_unread = _read(table, path, file_name)
    found = compared(table, content_of(bundle).rows(number), theirs)
    keep(path.read_bytes())
    with transaction.atomic():
        comparison, is_new = ExchangeComparison.objects.get_or_create(
            bundle=bundle, table=number, sha256=sha256,
            defaults={
                "file_name": file_name[:200], "n_same": found.n_same, "n_ours": found.n_ours,
                "n_theirs": found.n_theirs, "n_cells": found.n_cells, "n_unread": n_unread,
                "differences": found.differences[:MOST_KEPT], "at": at, "by": by,
            },
        )  # fmt: skip
        if is_new:
            record_audit(
                by=by, at=at, action="compare_exchange_table", object_kind="ExchangeBundle",
                object_key=str(bundle.pk), facts={"table": number, "sha256": sha256},
            )  # fmt: skip
    return comparison


def _readable(archive: Archive, about: object, told: object) -> PackageDefinition:
    """Return the definition of a bundle whose every part can be read. Raises BundleDamaged."""
    if not isinstance(told, dict) or not all(isinstance(told.get(k), str) for k in _PROVENANCE):
        raise BundleDamaged("bundle_member_unreadable", member="provenance.json")
    try:
        definition = definition_of(about if isinstance(about, dict) else {})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundleDamaged("bundle_member_unreadable", member="definition.json") from error
    for number, table in definition.by_number.items():
        try:
            widths = {len(row) for row in archive.rows(number)}
        except (UnicodeDecodeError, ValueError) as error:
            raise BundleDamaged("bundle_member_unreadable", member=number) from error
        if widths - {len(table.columns)}:
            raise BundleDamaged("bundle_member_unreadable", member=number)
    return definition


def _table(bundle: ExchangeBundle, number: str) -> TableDefinition:
    table = definition_of_bundle(bundle).by_number.get(number)
    if table is None:
        raise MappingRefused("exchange_table_unknown", table=number)
    return table


def _dataset(bundle: ExchangeBundle, number: str) -> Dataset:
    name = _table(bundle, number).dataset
    dataset = Dataset.objects.filter(name=name, is_system=False).first()
    if dataset is None:
        raise MappingRefused("exchange_unknown_dataset", dataset=name)
    return dataset


def _mode(dataset: Dataset) -> ImportMode:
    """Return how rows come in: rows of equal key take the place of others, the rest stay."""
    return ImportMode.MERGE if dataset.key else ImportMode.APPEND


def _own_file(bundle: ExchangeBundle, table: TableDefinition, folder: Path) -> Path:
    rows = content_of(bundle).rows(table.number)
    fields, own = own_rows(table, rows, definition_of_bundle(bundle).codes)
    path = folder / f"{bundle.code}-{table.number}.csv"
    write_csv(path, fields, own)
    return path


def _read(table: TableDefinition, path: Path, file_name: str) -> tuple[list[list[str]], int]:
    """Return the rows of a receiver's file, and how many could not be read."""
    fields = tuple(
        FieldSpec(
            name=f"c{place}",
            headers=(column.title,),
            type=FieldType(column.type),
            title=column.title,
            decimals=9 if column.type == "decimal" else 0,
        )
        for place, column in enumerate(table.columns)
    )
    spec = TableSpec(f"exchange-{table.number}", fields, (), title=table.title)
    try:
        staged = stage(path, spec, sheet=None, file_name=file_name, answers=_answers(table))
    except FileRefused as refused:
        raise TableUnreadable(
            "exchange_table_unreadable", table=table.number, reason=refused.code
        ) from refused
    return _texts(table, staged.table.to_pylist()), staged.rows_rejected + staged.rows_asked


def _answers(table: TableDefinition) -> dict[str, str]:
    """Return which sheet is meant, where a workbook has several: the one named as in ours."""
    return {"sheet": table.sheet}


def _texts(table: TableDefinition, rows: Sequence[dict[str, object]]) -> list[list[str]]:
    return [
        [text_of(column, row[f"c{place}"]) for place, column in enumerate(table.columns)]
        for row in rows
    ]
