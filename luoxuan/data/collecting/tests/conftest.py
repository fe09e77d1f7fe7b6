"""The small college with a warehouse of its own."""

from pathlib import Path

import pytest

from luoxuan.core.models import User
from luoxuan.data.models import Collection, Dataset
from luoxuan.testing.college import open_college, open_users
from luoxuan.testing.filling.collecting import open_scores


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, settings) -> Path:
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(exist_ok=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settings.LUOXUAN_WAREHOUSE


@pytest.fixture
def users(db) -> dict[str, User]:
    open_college()
    return open_users()


@pytest.fixture
def score(users) -> Dataset:
    return Dataset.objects.get(name="score")


@pytest.fixture
def collection(users) -> Collection:
    return open_scores(users["office"])
