"""The small college with one term of scores and a course leader who reports on it."""

from pathlib import Path

import pytest

from luoxuan.campus.models import Period
from luoxuan.campus.queries import subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.reports.actions import create_document
from luoxuan.reports.rules import DocumentKind
from luoxuan.testing.college import NOW, fill_college, open_user


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
def author(college):
    return open_user("math")


@pytest.fixture
def document(author):
    return create_document(
        kind=DocumentKind.COURSE_TERM,
        subject=subject_at(EVERYTHING, kind="COURSE", code="MATH"),
        period=Period.objects.get(code="2025-1"),
        scope=EVERYTHING,
        by=author,
        at=NOW,
    )
