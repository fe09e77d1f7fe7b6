"""What the tests' college holds in exchange."""

from pathlib import Path

from luoxuan.campus.queries import periods
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.core.workbook import Column, Sheet, workbook_bytes
from luoxuan.data.exchange.actions import (
    approve_bundle,
    build_bundle,
    check_bundle,
    hand_over_bundle,
    record_receipt,
    sign_bundle,
)
from luoxuan.data.exchange.definition import TableDefinition
from luoxuan.data.exchange.imports import compare_file, import_bundle
from luoxuan.data.exchange.queries import (
    content_of,
    definition_of_bundle,
    package_coded,
    path_of,
)
from luoxuan.data.exchange.returns import reject_bundle
from luoxuan.data.models import ExchangeBundle
from luoxuan.portal.configuration import load_package
from luoxuan.testing.college import NOW

PACKAGE = Path(__file__).parents[1] / "exchange"


def fill(users: dict[str, User], folder: Path) -> dict[str, object]:
    """Have a bundle of the first term rejected and its correction receipted, import it.

    One of the second term waits for its builder.
    """
    load_package(PACKAGE, by=None, at=NOW)
    rejected = _handed_over(users)
    reject_bundle(bundle=rejected, reason="封面没有盖章", on=NOW.date(), by=users["centre"], at=NOW)
    bundle = _handed_over(users)
    receipt = folder / "receipt.txt"
    receipt.write_text("收讫", encoding="utf-8")
    record_receipt(
        bundle=bundle, number="HZ-2026-001", on=NOW.date(), path=receipt, file_name="receipt.txt",
        by=users["centre"], at=NOW,
    )  # fmt: skip
    waiting = built("2025-2", by=users["centre"])
    imported = import_bundle(path=path_of(bundle.file_sha256), by=users["centre"], at=NOW)
    table = definition_of_bundle(bundle).by_number["7.5"]
    rows = content_of(bundle).rows("7.5")
    rows[0][5] = "99.0"
    returned = folder / "returned.xlsx"
    returned.write_bytes(returned_table(table, rows[:-1]))
    comparison = compare_file(
        bundle=bundle, number="7.5", path=returned, file_name="returned.xlsx",
        by=users["centre"], at=NOW,
    )  # fmt: skip
    return {
        "bundle_rejected": rejected.pk,
        "bundle": bundle.pk, "bundle_waiting": waiting.pk, "bundle_imported": imported.pk,
        "comparison": comparison.pk,
    }  # fmt: skip


def built(period: str, *, by: User | None) -> ExchangeBundle:
    """Build and check the bundle of a term."""
    package = package_coded(EVERYTHING, "platform")
    bundle = build_bundle(package=package, period=periods().get(code=period), by=by, at=NOW)
    check_bundle(bundle=bundle, by=by, at=NOW)
    return bundle


def _handed_over(users: dict[str, User]) -> ExchangeBundle:
    bundle = built("2025-1", by=users["centre"])
    sign_bundle(bundle=bundle, by=users["centre"], at=NOW)
    approve_bundle(bundle=bundle, by=users["president"], at=NOW)
    hand_over_bundle(bundle=bundle, on=NOW.date(), way="平台上传", by=users["centre"], at=NOW)
    return bundle


def returned_table(table: TableDefinition, rows: list[list[str]]) -> bytes:
    """Return rows as the workbook that a receiver sends back."""
    columns = tuple(Column(column.title) for column in table.columns)
    return workbook_bytes([Sheet(table.sheet, columns, rows)])
