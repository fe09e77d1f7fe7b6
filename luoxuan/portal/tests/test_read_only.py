"""A disk that takes nothing: pages are read and say so, writes are refused whole, then it ends."""

import errno
import os
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client

from luoxuan.core import read_only
from luoxuan.core.models import AuditEntry, Job
from luoxuan.core.read_only import forget_writability, is_full, is_read_only
from luoxuan.testing.college import open_college, open_user

FAILURES = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES)


@pytest.fixture
def office(db, tmp_path: Path, settings) -> Client:
    settings.LUOXUAN_HOME = tmp_path
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(exist_ok=True)
    open_college()
    client = Client()
    client.force_login(open_user("centre"))
    return client


@pytest.fixture(autouse=True)
def fresh():
    forget_writability()
    yield
    forget_writability()


@pytest.fixture
def full(monkeypatch):
    """Let every try to write into a folder fail, and return the way to end that."""

    def fail(number: int) -> None:
        def refused(*_: object, **__: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "fsync", refused)
        forget_writability()

    yield fail
    monkeypatch.undo()


@pytest.mark.parametrize("number", FAILURES)
def test_pages_are_read_and_writes_are_refused_whole(office, full, number):
    before = AuditEntry.objects.count()
    full(number)
    page = office.get("/data/")
    assert page.status_code == 200
    assert "暂时只能查看" in page.content.decode()
    answer = office.post("/data/upkeep/run/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "没有生效" in answer.content.decode()
    assert not Job.objects.exists()
    assert AuditEntry.objects.count() == before


def test_a_program_gets_a_problem(office, full):
    full(errno.ENOSPC)
    answer = office.post("/api/v1/datasets/score/rows/", "{}", content_type="application/json")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "read_only"


def test_it_ends_by_itself(office, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "")))
        assert is_read_only()
    assert is_read_only()
    monkeypatch.setattr(read_only, "_SECONDS", 0.0)
    assert not is_read_only()
    assert "暂时只能查看" not in office.get("/data/").content.decode()
    assert office.post("/data/upkeep/run/").status_code == 302


@pytest.mark.parametrize(
    "text", ["database or disk is full", "attempt to write a readonly database",
             'could not extend file "base/1": No space left on device'],
)  # fmt: skip
def test_a_disk_that_fills_up_in_the_middle_is_told_as_such(office, monkeypatch, text):
    def fail(*_: object, **__: object) -> None:
        raise OperationalError(text)

    office.raise_request_exception = False
    monkeypatch.setattr("luoxuan.data.upkeep.views.ask_for_upkeep", fail)
    answer = office.post("/data/upkeep/run/")
    assert answer.status_code == 503
    assert "暂时只能查看" in answer.content.decode()


def test_other_errors_are_no_full_disk():
    assert not is_full(OperationalError("no such table"))
    assert not is_full(FileNotFoundError(errno.ENOENT, ""))
    assert not is_full(ValueError("is full"))
