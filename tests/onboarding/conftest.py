"""Each school loaded, its files handed in as they were downloaded, its figures computed."""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
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

from .schools import EXAMPLES, SCHOOLS, School


@dataclass
class Onboarded:
    """A school with its readings「已接入的学校」."""

    school: School
    folder: Path
    imports: dict[str, Any]
    readings: list[dict[str, Any]]


def folder_of(school: School) -> Path:
    """Return where the files of a school lie; skips the test, and says so, without them."""
    folder = Path(os.environ.get("LUOXUAN_SHARED", "../shared")) / "data" / school.folder
    missing = [name for name in school.files.values() if not (folder / name).is_file()]
    if missing:
        pytest.skip(f"files missing in {folder}: {', '.join(missing)}; set LUOXUAN_SHARED")
    return folder


@pytest.fixture(scope="module", params=SCHOOLS, ids=lambda school: school.package)
def onboarded(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[Onboarded]:
    """A school as the package and the files make it; gone from the database after the module."""
    school: School = request.param
    folder = folder_of(school)
    kept = settings.LUOXUAN_WAREHOUSE
    settings.LUOXUAN_WAREHOUSE = tmp_path_factory.mktemp(school.package) / "warehouse"
    with django_db_blocker.unblock(), transaction.atomic():
        now = timezone.now()
        load_package(EXAMPLES / school.package, by=None, at=now)
        reports = dict(import_folder(folder, by=None, at=now))
        catch_up(by=None, at=now)
        codes = [version.indicator.code for version in indicators()]
        found = [asdict(one) for one in readings(EVERYTHING, indicator_codes=codes)]
        yield Onboarded(school, folder, reports, found)
        transaction.set_rollback(True)
    settings.LUOXUAN_WAREHOUSE = kept
