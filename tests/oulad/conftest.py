"""The readings of the OULAD example, computed by the product's own actions."""

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from luoxuan.campus.scope import EVERYTHING
from luoxuan.indicators.queries import indicators, readings
from luoxuan.portal.catch_up import catch_up
from luoxuan.portal.configuration import import_folder, load_package

from .independent_sql import CLICKS, FILES

PACKAGE = Path(__file__).parents[2] / "examples" / "oulad"


@pytest.fixture(scope="session")
def oulad_folder() -> Path:
    """The folder `data/oulad` of the shared folder."""
    folder = Path(os.environ.get("LUOXUAN_SHARED", "../shared")) / "data" / "oulad"
    missing = [name for name in (*FILES.values(), CLICKS) if not (folder / name).is_file()]
    if missing:
        pytest.skip(f"OULAD files missing in {folder}: {', '.join(missing)}; set LUOXUAN_SHARED")
    return folder


@pytest.fixture(scope="module")
def oulad_college(
    oulad_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[dict[str, Any]]:
    """The loaded, imported and computed example; gone from the database after the module."""
    kept = settings.LUOXUAN_WAREHOUSE
    settings.LUOXUAN_WAREHOUSE = tmp_path_factory.mktemp("oulad") / "warehouse"
    with django_db_blocker.unblock(), transaction.atomic():
        now = timezone.now()
        load_package(PACKAGE, by=None, at=now)
        reports = dict(import_folder(oulad_folder, by=None, at=now))
        yield {"imports": reports, "catch_up": catch_up(by=None, at=now)}
        transaction.set_rollback(True)
    settings.LUOXUAN_WAREHOUSE = kept


@pytest.fixture(scope="module")
def oulad_readings(oulad_college: dict[str, Any]) -> list[dict[str, Any]]:
    """Every reading, one dictionary each."""
    codes = [version.indicator.code for version in indicators()]
    return [asdict(reading) for reading in readings(EVERYTHING, indicator_codes=codes)]
