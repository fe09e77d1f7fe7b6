"""A database that somebody else holds: wait ten seconds at most, say so, lose nothing (F13)."""

import sqlite3
import threading
import time

import pytest

from .test_kill import AFTER, VERIFY
from .test_worker import COMMIT, RECEIVE, WORK, jobs_of

pytestmark = pytest.mark.slow


@pytest.fixture
def locked(copies):
    """An installation and a way to hold the write lock of its database for some seconds."""
    installation = copies("locked")
    if installation.url:
        pytest.skip("SQLite has one writer, a server has many")

    def hold(seconds: float) -> threading.Thread:
        file = sqlite3.connect(installation.home / "luoxuan.sqlite3", check_same_thread=False)
        file.execute("BEGIN IMMEDIATE")

        def release() -> None:
            time.sleep(seconds)
            file.rollback()
            file.close()

        thread = threading.Thread(target=release)
        thread.start()
        return thread

    return installation, hold


@pytest.mark.parametrize(
    ("held", "patience"), [(4, "0.5"), pytest.param(30, "", marks=pytest.mark.nightly)]
)
def test_a_page_that_cannot_write_answers_try_again_and_works_afterwards(locked, held, patience):
    installation, hold = locked
    assert installation.run(("act", "open_office")) == 0
    thread = hold(held)
    assert installation.run(("act", "log_in", "503", patience)) == 0
    thread.join()
    assert installation.run(("act", "log_in", "302", patience), VERIFY) == 0


def test_a_worker_that_finds_the_database_locked_tries_again(locked):
    installation, hold = locked
    assert installation.run(RECEIVE, WORK, COMMIT) == 0
    with installation.running("worker", "--seconds", "0.1"):
        thread = hold(2)
        started = time.monotonic()
        while jobs_of(installation)[-1][1] != "DONE" and time.monotonic() - started < 30:
            time.sleep(0.2)
        thread.join()
    assert installation.held() == AFTER
    assert installation.run(VERIFY) == 0


@pytest.mark.parametrize("writers", [4, pytest.param(20, marks=pytest.mark.nightly)])
def test_many_writers_at_once_never_meet_a_locked_database(locked, writers):
    installation, _ = locked
    assert installation.run(("act", "write_entries", "10"), copies=writers) == 0
    ((written,),) = installation.query("SELECT count(*) FROM core_auditentry WHERE action = 'act'")
    assert written == 10 * writers
    assert installation.run(VERIFY) == 0
