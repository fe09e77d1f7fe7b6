"""The small college with its users and a year of months, made once for a module."""

from copy import deepcopy
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
from luoxuan.testing.modules import filled_once, open_warehouse


@pytest.fixture(scope="module")
def filled(tmp_path_factory, django_db_setup, django_db_blocker):
    """Users, the year, the unit EAST with two A/B tasks and one C task, and March as the month."""
    with filled_once(tmp_path_factory.mktemp("college"), django_db_blocker):
        open_college()
        users = open_users()
        year = open_year(year=2026, by=None, at=NOW)
        first = open_example("EAST", "共建课程", kind=TaskKind.A, deadline_on=date(2026, 4, 30))
        second = open_example("EAST", "示范课")
        silent = open_example("EAST", "教学检查", kind=TaskKind.C, deadline_on=None)
        yield SimpleNamespace(
            users=users, year=year, first=first, second=second, silent=silent,
            east=subject_at(EVERYTHING, kind="UNIT", code="EAST"), march=month_coded("2026-03"),
            april=month_coded("2026-04"),
        )  # fmt: skip


@pytest.fixture
def college(filled, db, tmp_path: Path, settings) -> SimpleNamespace:
    """The college of the module in objects of this test, so that no other sees what it changes."""
    open_warehouse(settings, tmp_path)
    return deepcopy(filled)
