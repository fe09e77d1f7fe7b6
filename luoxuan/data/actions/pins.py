"""Pins: whoever refers to a version says so, and its rows stay."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from luoxuan.core.actions import record_audit
from luoxuan.core.models import User
from luoxuan.data.file_queries import sources_of
from luoxuan.data.models import DatasetVersion, Pin
from luoxuan.data.queries import files_of


@transaction.atomic
def pin_versions(
    *,
    versions: Iterable[DatasetVersion],
    origin: str,
    url: str,
    by: User | None,
    at: datetime,
) -> int:
    """Pin versions「固定引用」 in the transaction of what refers to them; return how many are new.

    The act that refers to them has its own audit entry. Raises RowsRemoved.
    """
    versions = list(versions)
    held = set(
        Pin.objects.filter(version__in=versions, url=url, released_at=None).values_list(
            "version_id", flat=True
        )
    )
    fresh = [version for version in versions if version.pk not in held]
    Pin.objects.bulk_create(
        [Pin(version=version, origin=origin[:200], url=url, by=by, at=at) for version in fresh]
    )
    # After the insert: a removal that held the version has committed by now, or waits for us.
    for version in fresh:
        sources_of(files_of(version.dataset, number=version.number).select_related("dataset"))
    return len(fresh)


@transaction.atomic
def release_pins(*, url: str, by: User | None, at: datetime) -> int:
    """Release every pin of what is at an address「解除引用」; return how many there were."""
    n_released = Pin.objects.filter(url=url, released_at=None).update(released_at=at)
    if n_released:
        record_audit(
            by=by, at=at, action="release_pins", object_kind="Pin", object_key=url,
            facts={"n": n_released},
        )  # fmt: skip
    return n_released
