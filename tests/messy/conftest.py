"""The folder of odd files, and a college with a dataset that asks for nothing."""

import os
import re
from pathlib import Path

import pytest

from luoxuan.data.models import Dataset, Field
from luoxuan.testing.college import open_college, open_user

MESSY = Path(os.environ.get("LUOXUAN_SHARED", "../shared")) / "data" / "messy"
LANGUAGE = re.compile("[\u4e00-\u9fff]")


def messy_files() -> list[Path]:
    """Return every odd file, none where the folder is absent."""
    found = sorted(path for path in MESSY.rglob("*") if path.is_file())
    return [path for path in found if path.name not in {"LICENSE", "readme.md"}]


@pytest.fixture(scope="session")
def files() -> list[Path]:
    found = messy_files()
    if not found:
        pytest.skip(f"no files in {MESSY}; set LUOXUAN_SHARED")
    return found


@pytest.fixture
def office(db, tmp_path, settings):
    """A college with a warehouse of its own, and its quality office."""
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir()
    open_college()
    return open_user("office")


def open_dataset(name: str, headers: list[str]) -> Dataset:
    """Define a dataset that takes these columns as text."""
    dataset = Dataset.objects.create(name=name, title=f"杂项 {name}")
    for place, header in enumerate(headers):
        Field.objects.create(
            dataset=dataset, position=place, name=f"c{place}", title=header[:200], type="text"
        )
    return dataset
