"""A data folder and a warehouse of its own for each test."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, settings) -> Path:
    settings.LUOXUAN_HOME = tmp_path / "home"
    settings.LUOXUAN_WAREHOUSE = settings.LUOXUAN_HOME / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(parents=True)
    settings.LUOXUAN_THREADS = 1
    return settings.LUOXUAN_WAREHOUSE
