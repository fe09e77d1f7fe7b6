"""A disk that takes nothing: pages are read and say so, writes are refused whole, then it ends."""

import errno
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from luoxuan.campus.models import PushReceipt
from luoxuan.campus.token_actions import create_token
from luoxuan.core import read_only
from luoxuan.core.models import AuditEntry, Job
from luoxuan.core.read_only import forget_writability, is_full, is_read_only
from luoxuan.data.models import Dataset
from luoxuan.testing.college import open_college, open_user
from luoxuan.testing.filling.collecting import EAST_ROW, open_scores, submission_of

AN_HOUR = timedelta(hours=1)
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


@pytest.fixture
def fault_ends(monkeypatch):
    """Return the way to let folders take writes again."""

    def end() -> None:
        monkeypatch.undo()
        forget_writability()

    return end


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


@pytest.mark.parametrize("number", FAILURES)
def test_what_is_filled_in_or_pushed_waits_and_is_taken_afterwards(
    office, full, number, fault_ends
):
    """F6, F7: nothing of it is there, and the same sent again is there once."""
    clerk, officer = Client(), open_user("eastdata")
    clerk.force_login(officer)
    submission = submission_of(open_scores(None, units=("EAST",)), "EAST")
    cells = {f"c-r1-{name}": value for name, value in EAST_ROW.items()}
    filled = {"row": "r1", "revision": "0", "act": "save", **cells}
    place = f"/data/filling/{submission.pk}/"
    pusher = open_user("office")
    secret = create_token(
        user=pusher, name="x", days=1, receipt="x", by=pusher, at=timezone.now() - AN_HOUR
    ).secret
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "nightly"}
    pushed = {**EAST_ROW, "unit_code": "EAST", "term": "2025-2", "score": 61.5}

    def push():
        return Client().post(
            "/api/v1/datasets/score/rows?mode=append", json.dumps([pushed]),
            content_type="application/json", headers=headers,
        )  # fmt: skip

    full(number)
    assert clerk.post(place, filled).status_code == 503
    assert (push().status_code, push().json()["code"]) == (503, "read_only")
    submission.refresh_from_db()
    assert (submission.rows, submission.revision) == ([], 0)
    assert not PushReceipt.objects.exists()
    assert "暂时只能查看" in clerk.get(place).content.decode()
    fault_ends()
    assert clerk.post(place, filled).status_code == 302
    assert [push().status_code for _ in range(2)] == [200, 200]
    submission.refresh_from_db()
    assert submission.revision == 1
    assert Dataset.objects.get(name="score").current_number == 1


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
