"""A database that somebody else holds: wait ten seconds at most, say so, lose nothing (F13)."""

import contextlib
import sqlite3
import time

import pytest

from .test_kill import AFTER, VERIFY
from .test_worker import COMMIT, RECEIVE, WORK, jobs_of

pytestmark = pytest.mark.slow


@pytest.fixture
def installation(copies):
    made = copies("locked")
    if made.url:
        pytest.skip("SQLite has one writer, a server has many")
    return made


@contextlib.contextmanager
def locked(installation):
    """Hold the write lock of the database."""
    file = sqlite3.connect(installation.home / "luoxuan.sqlite3", check_same_thread=False)
    file.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        file.rollback()
        file.close()


@pytest.mark.parametrize(
    ("times", "patience"),
    # With the patience that people have three waits make half a minute.
    [(1, "0.3"), pytest.param(3, "", marks=pytest.mark.nightly)],
)
def test_a_page_that_cannot_write_answers_try_again_and_works_afterwards(
    installation, times, patience
):
    with locked(installation):
        for _ in range(times):
            assert installation.run(("act", "log_in", "503", patience)) == 0
    assert installation.run(("act", "log_in", "302", patience), VERIFY) == 0


@pytest.mark.parametrize("seconds", [1, pytest.param(30, marks=pytest.mark.nightly)])
def test_a_worker_that_finds_the_database_locked_tries_again(installation, seconds):
    assert installation.run(RECEIVE, WORK, COMMIT) == 0
    with installation.running("worker", "--seconds", "0.1"):
        with locked(installation):
            time.sleep(seconds)
        started = time.monotonic()
        while jobs_of(installation)[-1][1] != "DONE" and time.monotonic() - started < 60:
            time.sleep(0.1)
    assert installation.held() == AFTER
    assert installation.run(VERIFY) == 0


@pytest.mark.parametrize("writers", [4, pytest.param(20, marks=pytest.mark.nightly)])
def test_many_writers_at_once_never_meet_a_locked_database(installation, writers):
    assert installation.run(("act", "write_entries", "10"), copies=writers) == 0
    ((written,),) = installation.query("SELECT count(*) FROM core_auditentry WHERE action = 'act'")
    assert written == 10 * writers
    assert installation.run(VERIFY) == 0
