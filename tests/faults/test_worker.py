"""A worker killed, delayed, doubled or overtaken: its jobs end once (F2, F9, F10, F11, F14)."""

import time

import pytest

from luoxuan.testing.college import Passes, score_csv

from .conftest import NEW
from .installation import Installation
from .test_kill import AFTER, BEFORE, KILLED, VERIFY, students_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

LEASE = 0.6
WORK = ("worker", "--once", "--lease", str(LEASE))
RECEIVE = ("act", "receive", "new.csv")
COMMIT = ("act", "commit", "new.csv")
WHOLE = (RECEIVE, WORK, COMMIT, WORK)

# Where the worker dies: the rows of scores that must be there then. #n: the n-th job, the n-th
# commit (the rows, then the readings).
SEAMS = (
    ("core.job.claimed", BEFORE),
    ("data.draft.checked", BEFORE),
    ("core.job.effect_done", BEFORE),
    ("core.job.claimed#2", BEFORE),
    ("data.commit.files_written", BEFORE),
    ("data.commit.before_commit", BEFORE),
    ("data.commit.committed", AFTER),
    ("core.job.effect_done#2", AFTER),
    ("data.commit.swapped#2", AFTER),
)
QUICK = {"data.commit.before_commit", "data.commit.committed"}


def by_need(cases):
    """Leave what is not quick to the night."""
    return [
        pytest.param(*case, marks=() if case[0] in QUICK else pytest.mark.nightly, id=case[0])
        for case in cases
    ]


def jobs_of(installation: Installation):
    return installation.query("SELECT name, state, attempts, done, total FROM core_job ORDER BY id")


def check_whole(installation: Installation) -> None:
    """Whoever comes next takes over, and everything is there exactly once."""
    time.sleep(LEASE)
    assert installation.run(RECEIVE, WORK, COMMIT, WORK, VERIFY) == 0
    assert installation.held() == AFTER
    readings = installation.held("_readings")
    assert readings.number == len(readings.versions) == 2


def check_finished(installation: Installation) -> None:
    """The same, and by the two jobs that were asked for."""
    check_whole(installation)
    jobs = jobs_of(installation)
    assert {(name, state) for name, state, *_ in jobs} == {
        ("data.check_import", "DONE"), ("data.commit_import", "DONE"),
    }  # fmt: skip
    assert len(jobs) == 2


def check_once(installation: Installation) -> None:
    """Taken from each other too often a job may be given up; its effect is there once or not."""
    ((state, confirmed_at),) = installation.query(
        "SELECT state, confirmed_at FROM core_job WHERE name = 'data.commit_import'"
    )
    assert (state == "DONE") == (confirmed_at is not None)
    assert installation.held() == (AFTER if state == "DONE" else BEFORE)
    check_whole(installation)


@pytest.mark.parametrize(("fault", "held"), by_need(SEAMS))
def test_a_worker_killed_at_a_seam_is_taken_over_and_its_effect_is_there_once(copies, fault, held):
    installation = copies("killed")
    assert installation.run(*WHOLE, fault=fault) == KILLED
    assert installation.held() == held
    check_finished(installation)


@pytest.mark.nightly
def test_a_person_whose_upload_was_killed_hands_the_file_in_again(copies):
    installation = copies("upload")
    assert installation.run(*WHOLE, fault="data.draft.original_kept") == KILLED
    assert installation.query("SELECT count(*) FROM data_importdraft") == [(0,)]
    check_finished(installation)


def test_a_dead_worker_is_taken_over_within_two_leases(copies):
    """F9: the job is held by nobody alive; a worker that runs already takes it."""
    installation = copies("held")
    assert installation.run(RECEIVE, WORK, fault="core.job.claimed") == KILLED
    died = time.monotonic()
    with installation.running("worker", "--lease", str(LEASE), "--seconds", "0.1"):
        while jobs_of(installation)[0][1] != "DONE" and time.monotonic() - died < 30:
            time.sleep(0.1)
    assert jobs_of(installation)[0][1:3] == ("DONE", 2)
    check_finished(installation)


@pytest.mark.parametrize(
    "copies_at_once",
    [3, *(pytest.param(n, marks=pytest.mark.nightly) for n in (2, 4, 5))],
)
def test_a_job_delivered_several_times_at_once_takes_effect_once(copies, copies_at_once):
    """F10: leases that end at once make every worker take the same job from the other."""
    installation = copies("doubled")
    hasty = ("worker", "--once", "--lease", "0.001")
    assert installation.run(RECEIVE, WORK, COMMIT) == 0
    assert installation.run(hasty, copies=copies_at_once) == 0
    time.sleep(LEASE)
    assert installation.run(WORK, VERIFY) == 0
    check_once(installation)


OTHER = score_csv([Passes("MATH-2", 7, 3)])


def ask_for_two(installation: Installation) -> None:
    """Let two people hand a file in for the same dataset; both wait to be written."""
    (installation.home / "other.csv").write_text(OTHER, encoding="utf-8")
    second = (("act", "receive", "other.csv"), WORK, ("act", "commit", "other.csv"))
    assert installation.run(RECEIVE, WORK, COMMIT, *second) == 0


def check_two(installation: Installation) -> None:
    held = installation.held()
    assert (held.number, held.n_batches, held.n_audited) == (3, 3, 3)
    assert held.students in (students_of(NEW), students_of(OTHER))
    assert installation.run(VERIFY) == 0


def test_two_people_who_import_into_the_same_dataset_get_one_after_the_other(copies):
    """F14: never interleaved; what stands in the end is one of the two files, whole."""
    installation = copies("two")
    ask_for_two(installation)
    assert installation.run(WORK, copies=2) == 0
    check_two(installation)
