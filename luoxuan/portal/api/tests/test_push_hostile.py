"""Pushes that are unclear, huge, interrupted or sent by whoever may not: one effect or none."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from luoxuan.campus.models import AccessToken, Grant, PushReceipt
from luoxuan.core.jobs import run_due
from luoxuan.core.models import AuditEntry, Job
from luoxuan.data.actions import imports
from luoxuan.data.models import Dataset, DatasetVersion, ImportBatch
from luoxuan.portal.api import pushes

from .conformity import conforming
from .conftest import ROWS, row


class Killed(BaseException):
    """The end of the process, as far as a test can have it."""


def n_versions() -> int:
    return DatasetVersion.objects.filter(dataset__name="score").count()


@pytest.fixture
def many(monkeypatch):
    """Take three rows for many."""
    monkeypatch.setattr(pushes, "MOST_AT_ONCE", 2)
    return [row(5001), row(5002, score=101), row(5003)]


def kill(patch, place: str) -> None:
    """End the process at a seam; nothing that it would have done afterwards is done."""

    def seam(name: str) -> None:
        if name == place:
            raise Killed

    patch.setattr(imports, "seam", seam)
    patch.setattr(pushes, "drop_push", lambda **_: None)


@pytest.mark.parametrize("query", ["", "mode=", "period=2025-1"])
def test_a_push_without_a_mode_is_refused_and_told_the_three(push, query):
    answer = push("office", [row(5001)], query=query)
    document = answer.json()
    assert (answer.status_code, document["code"]) == (400, "bad_parameter")
    assert document["errors"][0]["parameter"] == "mode"
    assert all(mode in document["errors"][0]["message"] for mode in ("append", "merge", "replace"))
    assert (n_versions(), PushReceipt.objects.count()) == (1, 0)


@pytest.mark.parametrize("query", ["mode=REPLACE", "mode=delete", "mode=append&mode=replace",
                                   "mode=append&force=1"])  # fmt: skip
def test_a_push_in_another_way_is_refused(push, query):
    assert push("office", [row(5001)], query=query).status_code == 400
    assert n_versions() == 1


def test_many_rows_become_a_job_whose_result_is_the_receipt(push, ask, many):
    answer = push("office", many)
    place = answer.headers["Location"]
    assert (answer.status_code, answer.json()["location"]) == (202, place)
    assert (place, n_versions()) == (f"/api/v1/jobs/{answer.json()['job']}", 1)
    assert ask("office", place).json()["state"] == "QUEUED"
    assert ask("centre", place).status_code == 404
    assert push("office", many).headers["Location"] == place
    assert Job.objects.filter(name=pushes.JOB).count() == 1
    run_due(owner="test", now=timezone.now)
    job = ask("office", place).json()
    receipt = job["result"]["receipt"]
    assert (job["state"], job["result"]["status"], n_versions()) == ("DONE", 200, 2)
    assert (receipt["rows_accepted"], receipt["rows_rejected"]) == (2, 1)
    assert [(error["item"], error["column"]) for error in receipt["errors"]] == [(1, "score")]
    assert push("office", many).json()["job"] == answer.json()["job"]
    assert n_versions() == 2
    assert AuditEntry.objects.filter(action="push_rows").count() == 1


def test_a_job_without_a_sound_row_says_so(push, ask, many):
    answer = push("office", [row(5001, score=101)] * 3)
    run_due(owner="test", now=timezone.now)
    job = ask("office", answer.headers["Location"]).json()
    assert (job["state"], job["result"]["status"]) == ("DONE", 422)
    assert job["result"]["receipt"]["code"] == "rows_refused"
    assert n_versions() == 1


def test_a_right_taken_away_before_the_job_runs_is_gone(push, users, many):
    push("office", many)
    Grant.objects.filter(user=users["office"]).update(role="college_data_officer")
    run_due(owner="test", now=timezone.now)
    job = Job.objects.get(name=pushes.JOB)
    assert (job.state, job.error_code, n_versions()) == ("FAILED", "push_not_allowed", 1)


def test_a_job_that_is_begun_twice_takes_effect_once(push, many):
    push("office", many)
    run_due(owner="test", now=timezone.now)
    Job.objects.filter(name=pushes.JOB).update(
        state="QUEUED", finished_at=None, confirmed_at=None, result={}
    )
    run_due(owner="again", now=timezone.now)
    job = Job.objects.get(name=pushes.JOB)
    assert (job.state, n_versions()) == ("DONE", 2)
    assert job.result["receipt"]["notes"][-1]["code"] == "already_imported"


@pytest.mark.parametrize(
    "place", ["data.commit.files_written", "data.commit.before_commit", "data.commit.committed"]
)
def test_a_push_killed_between_write_and_commit_takes_effect_once(push, monkeypatch, place):
    with monkeypatch.context() as patch:
        kill(patch, place)
        with pytest.raises(Killed):
            push("office", [row(5001)])
    is_committed = place == "data.commit.committed"
    assert n_versions() == (2 if is_committed else 1)
    assert (PushReceipt.objects.get().status == 200) == is_committed
    # Killed before the commit, the key is free again when its lease is over.
    if not is_committed:
        assert push("office", [row(5001)]).json()["code"] == "push_under_way"
        PushReceipt.objects.update(begun_at=timezone.now() - timedelta(minutes=11))
    again = push("office", [row(5001)])
    assert (again.status_code, again.json()["rows_accepted"], n_versions()) == (200, 1, 2)
    assert ImportBatch.objects.filter(version__dataset__name="score").count() == 2
    assert AuditEntry.objects.filter(action="push_rows").count() == 1


def test_more_columns_than_a_table_has_are_refused_before_they_are_written(push):
    rows = [{f"c{number}": 1} for number in range(1001)]
    answer = push("office", rows)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_columns")
    assert not PushReceipt.objects.exists()


@pytest.mark.parametrize("value", ["a\0b", "=1+1", "1\r\n2", "\u202e", "x" * 40_000])
def test_a_value_that_cannot_be_kept_is_a_fault_of_its_row(push, value):
    answer = push("office", [row(5001), row(5002, score=value)])
    assert answer.status_code == 200, answer.content
    assert [error["item"] for error in answer.json()["errors"]] == [1]


def test_a_name_that_cannot_be_kept_is_refused(push):
    for name in ("a\0b", " "):
        answer = push("office", [{**row(5001), name: 1}])
        assert (answer.status_code, answer.json()["code"]) == (422, "not_rows")


def test_the_body_of_another_method_is_not_read(secret):
    held = {"Authorization": f"Bearer {secret('office')}", "Idempotency-Key": "k"}
    for method in ("put", "patch", "delete"):
        asked = getattr(Client(), method)(f"{ROWS}?mode=replace", "[]", headers=held)
        assert conforming(asked).status_code == 405
    assert n_versions() == 1


@pytest.mark.parametrize("end", ["revoked", "expired", "deactivated"])
def test_a_token_that_ended_pushes_nothing(push, secret, users, end):
    held, now = secret("office"), timezone.now()
    if end == "revoked":
        AccessToken.objects.update(revoked_at=now)
    elif end == "expired":
        AccessToken.objects.update(expires_at=now - timedelta(seconds=1))
    else:
        type(users["office"]).objects.filter(username="office").update(is_active=False)
    answer = Client().post(
        f"{ROWS}?mode=append", json.dumps([row(5001)]), content_type="application/json",
        headers={"Authorization": f"Bearer {held}", "Idempotency-Key": "k"},
    )  # fmt: skip
    assert (conforming(answer).status_code, n_versions()) == (401, 1)


def test_hidden_and_absent_are_one_answer_for_a_push(push):
    absent = push("eastdata", [row(1)], address="/api/v1/datasets/nothing/rows")
    hidden = push("eastdata", [row(1)], address="/api/v1/datasets/payroll/rows")
    assert (absent.status_code, absent.content) == (404, hidden.content)
    Dataset.objects.create(name="payroll", title="工资")
    there = push("eastdata", [row(1)], address="/api/v1/datasets/payroll/rows")
    assert there.content == absent.content
