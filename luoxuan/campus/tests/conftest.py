"""The small college with a warehouse of its own and passwords that cost nothing to make."""

from pathlib import Path

import pytest

from luoxuan.testing.college import open_college


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, settings) -> Path:
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(exist_ok=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settings.LUOXUAN_WAREHOUSE


@pytest.fixture
def college(db, warehouse) -> None:
    open_college()
