"""F18 and a pull killed anywhere: the version before stays or the new one is whole, and once.

The next pull closes the one that was killed, whoever starts it.
"""

import sqlite3
import time

import pytest

from .conftest import NEW
from .installation import Installation
from .test_kill import AFTER, BEFORE, KILLED, VERIFY

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

ABOUT = """
title = "教务成绩"
kind = "SQL"
dataset = "score"
address = "sqlite:///registrar.db"
selection = "scores"
every_minutes = 5
[mapping]
"""
PULL = ("sources", "pull", "scores")
LEASE = 0.6
WORK = ("worker", "--once", "--lease", str(LEASE))
PULLS = "SELECT outcome, code, version_number FROM data_pull ORDER BY id"
DONE, INTERRUPTED = ("DONE", "", 2), ("FAILED", "pull_interrupted", None)
SAME = ("UNCHANGED", "", None)


@pytest.fixture
def connected(copies) -> Installation:
    """The small college with a registrar's database that holds the newer scores."""
    installation = copies("pull")
    header, *lines = NEW.splitlines()
    columns = header.split(",")
    (installation.home / "inbox").mkdir()
    with sqlite3.connect(installation.home / "inbox" / "registrar.db") as other:
        other.execute(f"CREATE TABLE scores ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        rows = [line.split(",") for line in lines]
        other.executemany(f"INSERT INTO scores VALUES ({marks})", rows)
    other.close()
    fields = (
        "student_id", "class_code", "course_code", "unit_code", "term", "score", "result"
    )  # fmt: skip
    pairs = zip(columns, fields, strict=True)
    about = ABOUT + "\n".join(f'"{column}" = "{name}"' for column, name in pairs)
    (installation.home / "scores.toml").write_text(about, encoding="utf-8")
    assert installation.run(("sources", "add", "scores.toml")) == 0
    return installation


FAULTS = (
    ("data.pull.rows_written", BEFORE, [INTERRUPTED, DONE]),
    ("data.commit.files_written", BEFORE, [INTERRUPTED, DONE]),
    ("data.commit.before_commit", BEFORE, [INTERRUPTED, DONE]),
    ("data.commit.committed", AFTER, [DONE, SAME]),
)
QUICK = {"data.commit.before_commit"}


@pytest.mark.parametrize(
    ("fault", "held", "pulls"),
    [
        pytest.param(*case, marks=() if case[0] in QUICK else pytest.mark.nightly, id=case[0])
        for case in FAULTS
    ],
)
def test_a_pull_killed_anywhere_takes_effect_once(connected, fault, held, pulls):
    assert connected.run(PULL, fault=fault) == KILLED
    assert connected.held() == held
    assert connected.run(VERIFY, PULL, VERIFY) == 0
    assert connected.held() == AFTER
    assert connected.query(PULLS) == pulls


@pytest.mark.parametrize(
    "fault",
    [
        "data.pull.rows_written",
        pytest.param("data.commit.committed", marks=pytest.mark.nightly),
        pytest.param("core.job.effect_done", marks=pytest.mark.nightly),
    ],
)
def test_a_scheduled_pull_whose_worker_is_killed_is_done_once_by_the_next(connected, fault):
    assert connected.run(("sources", "start", "scores"), ("catch-up",)) == 0
    assert connected.run(WORK, fault=fault) == KILLED
    time.sleep(LEASE)
    assert connected.run(VERIFY, WORK, VERIFY) == 0
    assert connected.held() == AFTER
    assert connected.query("SELECT state FROM core_job WHERE name = 'data.pull'") == [("DONE",)]
    assert [row for row in connected.query(PULLS) if row[0] == "RUNNING"] == []


@pytest.mark.parametrize("seconds", [pytest.param(0.05 * n, marks=pytest.mark.nightly)
                                     for n in range(1, 11)])  # fmt: skip
def test_a_pull_killed_at_any_moment_leaves_the_old_or_the_new(connected, seconds):
    connected.killed_after(seconds, PULL)
    assert connected.held() in (BEFORE, AFTER)
    assert connected.run(VERIFY, PULL, VERIFY) == 0
    assert connected.held() == AFTER


BEFORE_AND_BAD = {
    "DELETE FROM scores": "pull_without_rows",
    "DELETE FROM scores WHERE rowid > 20": "pull_too_few_rows",
    "ALTER TABLE scores RENAME COLUMN 得分 TO 分数": "source_columns_missing",
}


def test_an_upstream_that_fails_leaves_the_version_in_force_and_says_why(connected):
    """F18: empty, partial and of other columns, one after the other, on a real installation."""
    assert connected.run(PULL) == 0
    whole = (connected.home / "inbox" / "registrar.db").read_bytes()
    for statement in BEFORE_AND_BAD:
        (connected.home / "inbox" / "registrar.db").write_bytes(whole)
        with sqlite3.connect(connected.home / "inbox" / "registrar.db") as other:
            other.execute(statement)
        other.close()
        assert connected.run(PULL) == 1
        assert connected.held() == AFTER
    codes = [code for _, code, _ in connected.query(PULLS)[1:]]
    assert codes == list(BEFORE_AND_BAD.values())
    assert "得分" in connected.output()
    assert connected.run(VERIFY) == 0
