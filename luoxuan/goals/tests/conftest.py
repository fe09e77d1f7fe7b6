"""The small college with its users and a year of months."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from luoxuan.campus.queries import subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.goals.actions import open_year
from luoxuan.goals.queries import month_coded
from luoxuan.goals.rules import TaskKind
from luoxuan.testing.college import NOW, open_college, open_users
from luoxuan.testing.filling.goals import open_example


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, settings) -> Path:
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(exist_ok=True)
    settings.LUOXUAN_THREADS = 1
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settings.LUOXUAN_WAREHOUSE


@pytest.fixture
def college(db) -> SimpleNamespace:
    """Users, the year, the unit EAST with two A/B tasks and one C task, and March as the month."""
    open_college()
    users = open_users()
    year = open_year(year=2026, by=None, at=NOW)
    first = open_example("EAST", "共建课程", kind=TaskKind.A, deadline_on=date(2026, 4, 30))
    second = open_example("EAST", "示范课")
    silent = open_example("EAST", "教学检查", kind=TaskKind.C, deadline_on=None)
    return SimpleNamespace(
        users=users, year=year, first=first, second=second, silent=silent,
        east=subject_at(EVERYTHING, kind="UNIT", code="EAST"), march=month_coded("2026-03"),
        april=month_coded("2026-04"),
    )  # fmt: skip
