"""The small college, filled and computed once for a module, with a warehouse for each test."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from luoxuan.testing.college import fill_college
from luoxuan.testing.modules import filled_once, open_warehouse


@pytest.fixture(scope="module")
def filled(tmp_path_factory, django_db_setup, django_db_blocker):
    """One term: MATH-1 passes 9 of 10, MATH-2 5 of 10, WELD-1 8 of 10."""
    folder = tmp_path_factory.mktemp("college")
    with filled_once(folder, django_db_blocker) as warehouse:
        fill_college(folder)
        yield SimpleNamespace(warehouse=warehouse)


@pytest.fixture
def warehouse(tmp_path: Path, settings) -> Path:
    return open_warehouse(settings, tmp_path)


@pytest.fixture
def college(filled, db, warehouse, tmp_path: Path, settings) -> None:
    open_warehouse(settings, tmp_path, like=filled.warehouse)
