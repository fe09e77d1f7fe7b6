"""The small college and the shipped loops, without data or with one term of scores."""

from pathlib import Path

import pytest

from luoxuan.testing.college import fill_college, open_college
from luoxuan.testing.filling.diagnosis import load_loops


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, settings) -> Path:
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(exist_ok=True)
    settings.LUOXUAN_THREADS = 1
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settings.LUOXUAN_WAREHOUSE


@pytest.fixture
def college(db, tmp_path: Path) -> None:
    """The small college with the shipped loops and no data."""
    open_college()
    load_loops(tmp_path)


@pytest.fixture
def scores(db, tmp_path: Path) -> None:
    """The same with one term of scores; the class MATH-2 is in warning."""
    fill_college(tmp_path)
    load_loops(tmp_path)
