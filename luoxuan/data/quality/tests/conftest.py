"""The small college with scores, and a rule at hand."""

import pytest

from luoxuan.data.models import Dataset
from luoxuan.data.quality.actions import save_check
from luoxuan.data.quality.actions.checks import CheckValues
from luoxuan.data.quality.rules import CheckKind
from luoxuan.data.rules import ImportMode
from luoxuan.testing.college import (
    HEADER,
    NOW,
    Passes,
    import_text,
    open_college,
    open_users,
    score_csv,
)

PASSES = [Passes("MATH-1", 9, 1), Passes("MATH-2", 5, 5), Passes("WELD-1", 8, 2)]


@pytest.fixture
def score(db, tmp_path, settings) -> Dataset:
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    open_college()
    import_text(score_csv(PASSES), tmp_path)
    return Dataset.objects.get(name="score")


@pytest.fixture
def users(score):
    return open_users()


@pytest.fixture
def rule(score):
    def made(kind=CheckKind.VALIDITY, **values):
        told = {"code": f"score.{kind}", "title": f"规则 {kind}", "dataset": score, **values}
        return save_check(check=None, values=CheckValues(kind=kind, **told), by=None, at=NOW)

    return made


@pytest.fixture
def add_rows(score, tmp_path):
    def added(*rows, mode=ImportMode.APPEND):
        report = import_text("\n".join((HEADER, *rows)) + "\n", tmp_path, mode=mode)
        score.refresh_from_db()
        return report

    return added
