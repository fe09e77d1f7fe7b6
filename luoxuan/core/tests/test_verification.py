"""What the core finds about jobs and about secrets in the wrong place."""

from datetime import UTC, datetime

import pytest

from luoxuan.core.actions import enqueue, record_audit
from luoxuan.core.actions.jobs import claim_job
from luoxuan.core.models import Job
from luoxuan.core.rules import LEASE, JobState
from luoxuan.core.verification import secret_in, verify_core

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
IDENTITY = "11010519491231002X"


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.LUOXUAN_HOME = tmp_path


def ask(**arguments):
    return enqueue(name="test.work", arguments=arguments, by=None, at=AT)


def found(at=AT):
    return [(finding.invariant, finding.about) for finding in verify_core(at=at)]


@pytest.mark.parametrize(
    ("text", "is_secret"),
    [
        (f"身份证{IDENTITY}。", True),
        (IDENTITY.lower(), True),
        ("110105194912310021", False),  # the check digit is wrong
        ("13812345678", True),
        ("电话：13812345678，", True),
        ("a13812345678", False),  # part of an identifier or a hash
        ("138123456789", False),
        ("20230101123456", False),  # a student's number
        ("138****5678", False),
        ("", False),
    ],
)
def test_full_numbers_of_persons_are_recognised(text, is_secret):
    assert bool(secret_in(text)) is is_secret


def test_our_own_key_is_a_secret(settings):
    assert secret_in(f"key={settings.SECRET_KEY}") == "secret key"


@pytest.mark.django_db
def test_secrets_in_jobs_and_audit_entries_are_found():
    job = ask(number=IDENTITY)
    entry = record_audit(
        by=None, at=AT, action="a", object_kind="K", object_key="1", facts={"t": "13812345678"}
    )
    assert found() == [("I11", f"job {job.pk}"), ("I11", f"audit {entry.sequence}")]


@pytest.mark.django_db
def test_a_job_that_nobody_takes_over_is_found_after_two_leases():
    job = ask()
    claim_job(owner="dead", at=AT, lease=LEASE)
    assert found(at=AT + 2 * LEASE) == []
    assert found(at=AT + 4 * LEASE) == [("I7", f"job {job.pk}")]


@pytest.mark.django_db
def test_a_job_cancelled_without_an_entry_or_failed_without_a_reason_is_found():
    one, other = ask(), ask()
    Job.objects.filter(pk=one.pk).update(state=JobState.CANCELLED, finished_at=AT)
    Job.objects.filter(pk=other.pk).update(state=JobState.FAILED, finished_at=AT)
    assert found() == [("I7", f"job {other.pk}"), ("I5", f"job {one.pk}")]


@pytest.mark.django_db
def test_an_effect_of_a_job_that_is_said_to_have_failed_is_found():
    job = ask()
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED, finished_at=AT, confirmed_at=AT, error_code="internal"
    )
    assert found() == [("I7", f"job {job.pk}")]
