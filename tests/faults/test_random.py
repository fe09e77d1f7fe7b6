"""Killed at random moments, over and over: never half, and in the end there once (F1–F14).

Each test times its commands once and then kills them at moments spread over that time, every time
in a fresh copy: 50 times with SQLite, 20 times with PostgreSQL, or LUOXUAN_FAULT_TIMES.
"""

import os
import random
import time
from collections.abc import Iterator

import pytest

from .conftest import Copy
from .installation import Commands, Installation
from .test_acts import PRINTED, PRINTS
from .test_kill import AFTER, BEFORE, IMPORT, KILLED, VERIFY
from .test_upload import UPLOAD, check_kept
from .test_worker import (
    COMMIT,
    LEASE,
    RECEIVE,
    WHOLE,
    WORK,
    ask_for_two,
    check_finished,
    check_once,
    check_two,
    check_whole,
    jobs_of,
)

pytestmark = [pytest.mark.slow, pytest.mark.nightly, pytest.mark.django_db]

N_FILE, N_SERVER = 50, 20
SEED = 20260302


def killed(
    copies: Copy, ready: Installation, commands: Commands, *, most: int = 1
) -> Iterator[Installation]:
    """Yield copies of ``ready`` in which the commands died at some moment, if they had not ended.

    Up to ``most`` processes do the commands at once, one of them dies.
    """
    timed = copies("timed", ready)
    started = time.monotonic()
    assert timed.run(*commands) == 0
    longest = time.monotonic() - started
    times = int(os.environ.get("LUOXUAN_FAULT_TIMES") or (N_SERVER if ready.url else N_FILE))
    chance = random.Random(SEED)  # noqa: S311 - a seed, no secret
    for number in range(times):
        installation = copies(f"killed-{number}", ready)
        moment = longest * chance.uniform(0.02, 1.0)
        installation.killed_after(moment, *commands, copies=chance.randint(min(2, most), most))
        yield installation


def test_an_import_leaves_the_old_rows_or_the_new(copies):
    for installation in killed(copies, copies("ready"), [IMPORT]):
        assert installation.held() in (BEFORE, AFTER)
        assert installation.run(VERIFY, IMPORT, VERIFY) == 0
        assert installation.held() == AFTER


def test_f1_an_upload_leaves_no_file_or_a_whole_one(copies):
    for installation in killed(copies, copies("ready"), [UPLOAD]):
        check_kept(installation)
        assert installation.held() == BEFORE
        assert installation.run(VERIFY, UPLOAD, VERIFY) == 0
        assert installation.query("SELECT count(*) FROM data_importdraft") == [(1,)]
        check_kept(installation)


def test_f2_a_worker_leaves_the_old_rows_or_the_new(copies):
    for installation in killed(copies, copies("ready"), WHOLE):
        assert installation.held() in (BEFORE, AFTER)
        check_finished(installation)


def test_f4_a_report_shows_all_of_its_files_or_none(copies):
    ready, whole = copies("ready"), copies("whole")
    assert ready.run(("act", "submit_report")) == 0
    whole.run(*PRINTED.commands)
    files = whole.query(PRINTS)
    for installation in killed(copies, ready, PRINTED.commands[1:]):
        assert installation.query(PRINTS) in ([], files)
        time.sleep(0.1)
        assert installation.run(VERIFY, *PRINTED.commands, VERIFY) == 0
        assert installation.query(PRINTS) == files


@pytest.fixture
def waiting(copies) -> Installation:
    """An installation whose file is checked and waits to be written by a worker."""
    installation = copies("waiting")
    assert installation.run(RECEIVE, WORK, COMMIT) == 0
    return installation


def test_f9_a_worker_that_runs_already_takes_the_job_over(copies, waiting):
    for installation in killed(copies, waiting, [WORK]):
        with installation.running("worker", "--lease", str(LEASE), "--seconds", "0.05"):
            died = time.monotonic()
            while jobs_of(installation)[-1][1] != "DONE" and time.monotonic() - died < 30:
                time.sleep(0.05)
        assert installation.held() == AFTER
        check_whole(installation)


def test_f10_a_job_delivered_to_several_of_whom_one_dies_takes_effect_once(copies, waiting):
    hasty = ("worker", "--once", "--lease", "0.001")
    for installation in killed(copies, waiting, [hasty], most=5):
        time.sleep(LEASE)
        assert installation.run(WORK, VERIFY) == 0
        check_once(installation)


@pytest.mark.parametrize("fault", ["data.commit.committed", "core.job.effect_done"])
def test_f11_killed_after_the_commit_and_again_at_random_the_effect_is_there_once(
    copies, waiting, fault
):
    assert waiting.run(WORK, fault=fault) == KILLED
    assert waiting.held() == AFTER
    time.sleep(LEASE)
    for installation in killed(copies, waiting, [WORK]):
        assert installation.held() == AFTER
        check_finished(installation)


def test_f14_of_two_importers_one_dies_and_both_files_are_there_one_after_the_other(copies):
    ready = copies("ready")
    ask_for_two(ready)
    for installation in killed(copies, ready, [WORK], most=2):
        time.sleep(LEASE)
        assert installation.run(WORK) == 0
        check_two(installation)
