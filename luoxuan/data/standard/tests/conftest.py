"""The small college with a warehouse of its own, and what its standard says."""

from pathlib import Path

import pytest

from luoxuan.data.models import Dataset
from luoxuan.testing.college import open_college


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, settings) -> Path:
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(exist_ok=True)
    return settings.LUOXUAN_WAREHOUSE


@pytest.fixture
def score(db) -> Dataset:
    """The dataset of scores, without any rows yet."""
    open_college()
    return Dataset.objects.get(name="score")
