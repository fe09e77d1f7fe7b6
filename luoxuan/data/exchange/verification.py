"""Checking that frozen bundles are what was signed (I1) and that their files are there (I6)."""

from collections.abc import Iterator

from luoxuan.core.models import AuditEntry
from luoxuan.core.verification import Finding
from luoxuan.data.exchange.archive import BundleDamaged, open_bundle
from luoxuan.data.exchange.queries import path_of
from luoxuan.data.models import ExchangeBundle


def verify_bundles() -> Iterator[Finding]:
    """Yield every bundle whose file is missing, changed, or not the one that was signed."""
    entries = AuditEntry.objects.filter(action="approve_exchange_bundle")
    signed = dict(entries.order_by("sequence").values_list("object_key", "facts"))
    for bundle in ExchangeBundle.objects.order_by("pk"):
        name = f"exchange bundle {bundle.pk}"
        hashes = (bundle.content_sha256, bundle.file_sha256, bundle.receipt_sha256)
        for sha256 in filter(None, hashes):
            if not path_of(sha256).is_file():
                yield Finding("I6", name, "its file is missing")
        if not bundle.file_sha256 or not path_of(bundle.file_sha256).is_file():
            continue
        try:
            open_bundle(path_of(bundle.file_sha256).read_bytes())
        except BundleDamaged as damaged:
            yield Finding("I1", name, f"its file was changed: {damaged.code}")
        told = signed.get(str(bundle.pk), {}).get("sha256")
        if not bundle.is_imported and told != bundle.file_sha256:
            yield Finding("I1", name, "is not the one that the audit entry names")
