"""What every test has: a data folder of its own, and never the developer's."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before Django reads its settings: nothing of a test may land in the developer's data folder.
_FOLDER = tempfile.TemporaryDirectory(prefix="luoxuan-tests-")
os.environ["LUOXUAN_HOME"] = _FOLDER.name
os.environ.setdefault("LUOXUAN_SECRET_KEY", "only-for-tests-" + "x" * 40)


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The test's own warehouse folder, unless a wider fixture brought one."""
    from django.conf import settings  # noqa: PLC0415

    if "oulad_college" in request.fixturenames:
        yield settings.LUOXUAN_WAREHOUSE
        return
    kept = settings.LUOXUAN_WAREHOUSE
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir()
    yield settings.LUOXUAN_WAREHOUSE
    settings.LUOXUAN_WAREHOUSE = kept
