"""The small college with a warehouse of its own."""

from pathlib import Path

import pytest

from luoxuan.data.models import Dataset
from luoxuan.testing.college import open_college

from .registrar import Registrar


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, settings) -> Path:
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(exist_ok=True)
    return settings.LUOXUAN_WAREHOUSE


@pytest.fixture
def college(db, warehouse) -> None:
    open_college()


@pytest.fixture
def score(college) -> Dataset:
    """The dataset of scores, without any rows yet."""
    return Dataset.objects.get(name="score")


@pytest.fixture
def inbox(tmp_path, settings):
    folder = tmp_path / "inbox"
    folder.mkdir()
    settings.LUOXUAN_INBOX = [folder]
    return folder


@pytest.fixture
def registrar(inbox):
    made = Registrar(inbox / "registrar.sqlite3")
    yield made
    made.connection.close()
