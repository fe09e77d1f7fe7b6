"""The small college with one term of scores, and passwords that cost nothing to make."""

from pathlib import Path

import pytest

from luoxuan.testing.college import fill_college


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, settings) -> Path:
    settings.LUOXUAN_HOME = tmp_path
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(exist_ok=True)
    settings.LUOXUAN_THREADS = 1
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settings.LUOXUAN_WAREHOUSE


@pytest.fixture
def college(db, tmp_path: Path) -> None:
    fill_college(tmp_path)
