"""Acts at the same time: each gets its place in the audit chain, and none waits for ever."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from luoxuan.core.actions import cancel_job, enqueue, record_audit
from luoxuan.core.actions.jobs import JobFinished, claim_job, confirm_job, finish_job
from luoxuan.core.models import AuditEntry
from luoxuan.core.rules import JobState
from luoxuan.core.verification import verify_core
from luoxuan.testing.together import PATIENCE, together, wait_for_another

# Threads have transactions of their own only where the database is no memory of one connection.
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

MINUTE = timedelta(minutes=1)


def note(name):
    record_audit(by=None, at=timezone.now(), action="act", object_kind="Test", object_key=name)


def test_entries_written_at_once_follow_each_other():
    def write(name):
        return lambda: [note(f"{name}{number}") for number in range(25)]

    assert together(*(write(name) for name in "abcd")) == []
    assert AuditEntry.objects.count() == 100
    assert verify_core(at=timezone.now()) == []


def test_a_job_is_cancelled_while_its_effect_is_committed():
    """An import writes its audit entry, then confirms its job; cancelling locks in that order."""
    asked = enqueue(name="test.work", arguments={}, by=None, at=timezone.now())
    held = claim_job(owner="one", at=timezone.now(), lease=MINUTE)
    audited = threading.Event()

    def effect():
        with transaction.atomic():
            note("effect")
            audited.set()
            wait_for_another("core_audithead")
            assert confirm_job(job=held, at=timezone.now(), result={})

    def cancel():
        assert audited.wait(PATIENCE)
        cancel_job(job=asked, by=None, at=timezone.now())

    assert together(effect, cancel) == []
    asked.refresh_from_db()
    assert asked.confirmed_at is not None
    assert asked.cancel_asked_at is not None
    assert finish_job(job=held, state=JobState.DONE, at=timezone.now())
    assert verify_core(at=timezone.now()) == []


def test_a_refused_act_leaves_no_entry():
    asked = enqueue(name="test.work", arguments={}, by=None, at=timezone.now())
    cancel_job(job=asked, by=None, at=timezone.now())
    raised = together(*[lambda: cancel_job(job=asked, by=None, at=timezone.now())] * 3)
    assert [type(error) for error in raised] == [JobFinished] * 3
    assert AuditEntry.objects.count() == 1
