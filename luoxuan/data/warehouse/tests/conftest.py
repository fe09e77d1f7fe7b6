"""A warehouse of its own for each test."""

from pathlib import Path

import pytest

from luoxuan.data.warehouse.engine import Engine
from luoxuan.data.warehouse.store import Store


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "warehouse"
    folder.mkdir()
    return folder


@pytest.fixture
def store(root: Path) -> Store:
    return Store(root)


@pytest.fixture
def engine(root: Path) -> Engine:
    return Engine(root, threads=1, memory_limit="256MB")
