"""The small college with one term of scores; its class MATH-2 is in warning."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from luoxuan.indicators.actions import compute_readings
from luoxuan.monitoring.actions import run_watches
from luoxuan.testing.college import NOW, Passes, fill_college, import_text, score_csv


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, settings) -> Path:
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(exist_ok=True)
    settings.LUOXUAN_THREADS = 1
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settings.LUOXUAN_WAREHOUSE


@pytest.fixture
def college(db, tmp_path: Path):
    return fill_college(tmp_path)


@pytest.fixture
def new_scores(college, tmp_path: Path):
    """Return a function that replaces the scores and catches up, each time an hour later."""
    hours = iter(range(1, 100))

    def take(*classes: Passes) -> SimpleNamespace:
        import_text(score_csv(classes), tmp_path)
        at = NOW + timedelta(hours=next(hours))
        refresh = compute_readings(by=None, at=at)
        return SimpleNamespace(refresh=refresh, watches=run_watches(by=None, at=at))

    return take
