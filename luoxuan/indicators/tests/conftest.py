"""The small college, filled and computed, with a warehouse of its own."""

from pathlib import Path

import pytest

from luoxuan.testing.college import fill_college


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, settings) -> Path:
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(exist_ok=True)
    settings.LUOXUAN_THREADS = 1
    return settings.LUOXUAN_WAREHOUSE


@pytest.fixture
def college(db, warehouse, tmp_path) -> None:
    """One term: MATH-1 passes 9 of 10, MATH-2 5 of 10, WELD-1 8 of 10."""
    fill_college(tmp_path)
