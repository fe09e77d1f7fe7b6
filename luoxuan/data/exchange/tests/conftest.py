"""The small college with scores of one term, its users and a package of its platform."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from luoxuan.testing.college import (
    Passes,
    import_text,
    load_definitions,
    open_college,
    open_user,
    score_csv,
)
from luoxuan.testing.filling.exchange import PACKAGE


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, settings) -> Path:
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(exist_ok=True)
    return settings.LUOXUAN_WAREHOUSE


@pytest.fixture
def college(db, tmp_path):
    """Users by name; MATH-1 passes 9 of 10 and WELD-1 8 of 10 in 2025-1."""
    open_college()
    load_definitions(PACKAGE)
    import_text(score_csv([Passes("MATH-1", 9, 1), Passes("WELD-1", 8, 2)]), tmp_path)
    names = ("office", "president", "centre", "east")
    return SimpleNamespace(**{name: open_user(name) for name in names})
