"""The small college with one term of scores; its class MATH-2 is in warning."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from luoxuan.indicators.actions import compute_readings
from luoxuan.monitoring.actions import run_watches
from luoxuan.testing.college import NOW, Passes, fill_college, import_text, score_csv
from luoxuan.testing.modules import filled_once, open_warehouse


@pytest.fixture(scope="module")
def filled(tmp_path_factory, django_db_setup, django_db_blocker):
    """The college once for a module, and what catching up did there."""
    folder = tmp_path_factory.mktemp("college")
    with filled_once(folder, django_db_blocker) as warehouse:
        yield SimpleNamespace(warehouse=warehouse, report=fill_college(folder))


@pytest.fixture
def college(filled, db, tmp_path: Path, settings):
    open_warehouse(settings, tmp_path, like=filled.warehouse)
    return filled.report


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
