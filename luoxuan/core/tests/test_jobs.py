"""A job is done once, by whoever holds its lease, and says how it goes."""

from datetime import UTC, datetime, timedelta
from time import sleep

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language, override

from luoxuan.core import jobs
from luoxuan.core.actions import cancel_job, create_user, enqueue
from luoxuan.core.actions.jobs import JobFinished, claim_job
from luoxuan.core.errors import Refused
from luoxuan.core.jobs import LeaseLost, job, run_due
from luoxuan.core.models import AuditEntry, InstitutionSetting, Job, Notice
from luoxuan.core.rules import LEASE, JobState

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
LATER = AT + 2 * LEASE
PASSWORD = "correct-horse-battery"  # noqa: S105 (a password of nobody)


def set_value(name):
    InstitutionSetting.objects.create(name=name, value="1")


@pytest.fixture
def registered(monkeypatch):
    """Return the register of jobs; what a test adds is forgotten after it."""
    monkeypatch.setattr(jobs, "_JOBS", {})
    return job


@pytest.fixture
def user():
    return create_user(username="li", name="李", password=PASSWORD, by=None, at=AT)


def ask(by=None, **more):
    return enqueue(name="test.work", arguments={}, by=by, at=AT, title="导入", **more)


def work(*, at=AT, owner="one", **more):
    return run_due(owner=owner, now=lambda: at, **more)


def crash(job):
    """Leave the job as a worker leaves it that was killed in its middle."""
    claimed = claim_job(owner="dead", at=AT, lease=LEASE)
    assert claimed == job
    return claimed


@pytest.mark.django_db
def test_a_job_is_done_with_its_result_and_its_person_is_told_once(registered, user):
    @registered("test.work")
    def run(run, **arguments):
        run.progress(3, 10, "第 3 行")
        return {"rows": 10}

    asked = ask(by=user, url="/data/")
    assert work() == 1
    assert work() == 0
    asked.refresh_from_db()
    assert asked.state == JobState.DONE
    assert (asked.done, asked.total, asked.words) == (10, 10, "第 3 行")
    assert asked.result == {"rows": 10}
    notice = Notice.objects.get()
    assert (notice.user, notice.text, notice.url) == (user, "已完成：导入", "/data/")


@pytest.mark.django_db
def test_an_unfinished_job_with_the_same_key_is_returned(registered):
    registered("test.work")(lambda run: {})
    first = ask(unique_key="import:1")
    assert ask(unique_key="import:1") == first
    assert ask(unique_key="import:2") != first
    assert ask() != ask()
    work()
    assert ask(unique_key="import:1") != first


@pytest.mark.django_db
def test_the_database_holds_one_unfinished_job_per_key():
    ask(unique_key="import:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(name="test.work", unique_key="import:1", queued_at=AT)


@pytest.mark.django_db
def test_a_refusal_ends_the_job_with_its_code_and_facts(registered, user):
    @registered("test.work")
    def run(run):
        raise Refused("version_moved", dataset="score")

    asked = ask(by=user)
    assert work() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.error_code) == (JobState.FAILED, "version_moved")
    assert asked.error_facts == {"dataset": "score"}
    assert Notice.objects.get().url == f"/jobs/{asked.pk}/"


@pytest.mark.django_db
def test_an_error_is_tried_three_times(registered):
    tries = []

    @registered("test.work")
    def run(run):
        tries.append(1)
        raise OSError("disk full")

    asked = ask()
    assert work() == 3
    asked.refresh_from_db()
    assert (asked.state, asked.error_code, len(tries)) == (JobState.FAILED, "internal", 3)


@pytest.mark.django_db
def test_an_unknown_job_fails_in_words():
    asked = ask()
    work()
    asked.refresh_from_db()
    assert (asked.state, asked.error_code) == (JobState.FAILED, "unknown_job")


@pytest.mark.django_db
def test_a_queued_job_is_cancelled_at_once(registered, user):
    asked = ask()
    cancel_job(job=asked, by=user, at=AT)
    assert asked.state == JobState.CANCELLED
    assert work() == 0
    assert AuditEntry.objects.filter(action="cancel_job", object_key=str(asked.pk)).count() == 1
    with pytest.raises(JobFinished):
        cancel_job(job=asked, by=user, at=AT)


@pytest.mark.django_db
def test_a_running_job_is_cancelled_at_its_next_progress(registered, user):
    reached = []

    @registered("test.work")
    def run(run):
        run.progress(1, 3)
        cancel_job(job=Job.objects.get(), by=user, at=AT)
        reached.append("after the wish")
        run.progress(2, 3)
        reached.append("never")
        return {}

    asked = ask()
    work()
    asked.refresh_from_db()
    assert (asked.state, asked.done) == (JobState.CANCELLED, 2)
    assert reached == ["after the wish"]


@pytest.mark.django_db
def test_a_held_job_is_left_alone_and_taken_over_when_its_lease_has_run_out(registered):
    registered("test.work")(lambda run: {"by": "two"})
    asked = ask()
    crash(asked)
    assert work(owner="two", at=AT + LEASE) == 0
    assert work(owner="two", at=LATER) == 1
    asked.refresh_from_db()
    assert (asked.state, asked.attempts, asked.token) == (JobState.DONE, 2, 2)


@pytest.mark.django_db
def test_who_lost_the_lease_writes_nothing(registered):
    reached = []

    @transaction.atomic
    def write(run):
        set_value("late")
        run.confirm()

    @registered("test.work")
    def slow(run):
        # Meanwhile another worker takes over and finishes.
        jobs._JOBS["test.work"] = lambda run: {"by": "two"}
        work(owner="two", at=LATER)
        with pytest.raises(LeaseLost):
            write(run)
        reached.append("the write")
        run.progress(1, 1)
        reached.append("after progress")
        return {}

    asked = ask()
    work()
    assert reached == ["the write"]
    asked.refresh_from_db()
    assert (asked.state, asked.result) == (JobState.DONE, {"by": "two"})
    assert not InstitutionSetting.objects.exists()


@pytest.mark.django_db
def test_a_job_killed_after_its_commit_is_not_done_twice(registered):
    effects = []
    registered("test.work")(lambda run: effects.append(1) or {})
    asked = ask()
    claimed = crash(asked)
    with transaction.atomic():
        jobs.JobRun(claimed.pk, None, claimed, lambda: AT, LEASE).confirm({"rows": 7})
    assert work(owner="two", at=LATER) == 1
    asked.refresh_from_db()
    assert (asked.state, asked.result, effects) == (JobState.DONE, {"rows": 7}, [])


@pytest.mark.django_db
def test_an_error_after_the_commit_does_not_undo_what_is_done(registered):
    @registered("test.work")
    def run(run):
        with transaction.atomic():
            run.confirm({"rows": 7})
        raise OSError("a later file")

    asked = ask()
    assert work() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.result) == (JobState.DONE, {"rows": 7})


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_three_times_is_given_up(registered):
    registered("test.work")(lambda run: {})
    asked = ask()
    for number in range(3):
        at = AT + number * 2 * LEASE
        assert claim_job(owner="dead", at=at, lease=LEASE).attempts == number + 1
    work(at=AT + 6 * LEASE)
    asked.refresh_from_db()
    assert (asked.state, asked.error_code) == (JobState.FAILED, "job_crashed")


@pytest.mark.django_db
def test_the_job_speaks_the_language_of_who_asked(registered, user):
    spoken = []
    registered("test.work")(lambda run: spoken.append(get_language()) or {})
    with override("en"):
        ask(by=user)
    work()
    assert spoken == ["en"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_keeps_a_long_step_alive(registered):
    short = timedelta(seconds=0.3)

    @registered("test.work")
    def run(run):
        sleep(0.7)
        return {"others": run_due(owner="two", now=timezone.now, lease=short)}

    asked = ask()
    run_due(owner="one", now=timezone.now, lease=short)
    asked.refresh_from_db()
    assert (asked.state, asked.result, asked.attempts) == (JobState.DONE, {"others": 0}, 1)
