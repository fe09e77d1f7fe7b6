"""Rows that are pushed: the checks of an import, once per key, by whoever may import."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from luoxuan.campus.models import PushReceipt
from luoxuan.campus.token_actions import begin_push
from luoxuan.core.models import AuditEntry
from luoxuan.data.models import Dataset, DatasetVersion, ImportBatch
from luoxuan.portal.api import bodies, delivering

from .conftest import ROWS, row

LEASE = timedelta(minutes=10)


def n_versions() -> int:
    return DatasetVersion.objects.filter(dataset__name="score").count()


def test_pushed_rows_are_imported(push, ask):
    answer = push("office", [row(5001), row(5002, score=None)])
    document = answer.json()
    assert answer.status_code == 200, document
    assert (document["disposition"], document["rows_accepted"]) == ("accept", 2)
    assert document["version"] == Dataset.objects.get(name="score").current_number == 2
    rows = {one["student_id"]: one for one in ask("office", f"{ROWS}?limit=1000").json()["rows"]}
    assert len(rows) == 32
    assert (rows["5001"]["score"], rows["5002"]["score"]) == ("61.5", None)
    assert ImportBatch.objects.latest("id").by.username == "office"


def test_a_push_is_recorded_with_its_user_and_token(push):
    push("office", [row(5001)], key="nightly-1")
    entry = AuditEntry.objects.get(action="push_rows")
    assert (entry.by_label, entry.facts["key"]) == ("office", "nightly-1")
    assert entry.facts["token"].startswith("lx_")


def test_the_same_key_and_content_have_one_effect(push):
    first = push("office", [row(5001)])
    second = push("office", [row(5001)])
    assert first.json() == second.json()
    assert (first.status_code, second.status_code, n_versions()) == (200, 200, 2)
    assert AuditEntry.objects.filter(action="push_rows").count() == 1


@pytest.mark.parametrize("change", ["body", "query"])
def test_the_same_key_with_something_else_is_a_conflict(push, change):
    push("office", [row(5001)])
    if change == "body":
        answer = push("office", [row(5002)])
    else:
        answer = push("office", [row(5001)], query="mode=merge")
    assert (answer.status_code, answer.json()["code"], n_versions()) == (409, "key_used", 2)


def test_keys_of_two_users_are_two_keys(push):
    assert push("office", [row(5001)]).status_code == 200
    assert push("centre", [row(5002)]).status_code == 200
    assert n_versions() == 3


def test_a_push_that_is_under_way_is_not_begun_again(push, monkeypatch):
    inner = []

    def importing(**given):
        inner.append(push("office", [row(5001)]))
        return original(**given)

    original = delivering.import_file
    monkeypatch.setattr(delivering, "import_file", importing)
    outer = push("office", [row(5001)])
    assert (inner[0].status_code, inner[0].json()["code"]) == (409, "push_under_way")
    assert (outer.status_code, n_versions()) == (200, 2)


def test_a_push_that_broke_off_may_be_sent_again(push, monkeypatch):
    def failing(**_given):
        raise RuntimeError("power")

    original = delivering.import_file
    monkeypatch.setattr(delivering, "import_file", failing)
    with pytest.raises(RuntimeError):
        push("office", [row(5001)])
    assert not PushReceipt.objects.exists()
    monkeypatch.setattr(delivering, "import_file", original)
    assert push("office", [row(5001)]).status_code == 200


def test_a_push_whose_process_died_is_taken_over_after_its_lease(users):
    at, given = timezone.now(), {"user": users["office"], "key": "k", "fingerprint": "f"}
    assert begin_push(**given, at=at)[1] is True
    assert begin_push(**given, at=at + LEASE / 2)[1] is False
    assert begin_push(**given, at=at + LEASE * 2)[1] is True


def test_refused_rows_are_listed_and_the_others_stay(push):
    document = push("office", [row(5001), row(5002, score=101), row(50)]).json()
    assert (document["rows_accepted"], document["rows_rejected"]) == (1, 2)
    found = [(error["item"], error["column"]) for error in document["errors"]]
    assert found == [(1, "score"), (2, "student_id")]
    assert all(error["code"] and error["message"] for error in document["errors"])


def test_a_push_without_a_sound_row_is_unprocessable(push):
    answer = push("office", [row(50)])
    assert (answer.status_code, answer.json()["code"]) == (422, "rows_refused")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["item"] == 0
    assert answer.json()["report"]["version"] is None
    assert push("office", [row(50)]).json() == answer.json()
    assert n_versions() == 1


def test_a_row_that_is_held_already_is_refused_when_appended_and_replaced_when_merged(push):
    assert push("office", [row(1001)]).status_code == 422
    answer = push("office", [row(1001)], key="k2", query="mode=merge")
    assert (answer.status_code, n_versions()) == (200, 2)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (" ", 400, "bad_json"),
        ("[1", 400, "bad_json"),
        ('[{"a": NaN}]', 400, "bad_json"),
        ('[{"a": 1, "a": 2}]', 400, "bad_json"),
        ("[" * 20000, 400, "bad_json"),
        (b'[{"a": "\xff"}]', 400, "bad_json"),
        ("{}", 422, "not_rows"),
        ("[]", 422, "not_rows"),
        ("[1]", 422, "not_rows"),
        ('[{"a": {"b": 1}}]', 422, "not_rows"),
        ('[{"a": "\\ud800"}]', 422, "not_rows"),
    ],
)
def test_what_is_no_array_of_rows_is_refused(push, body, status, code):
    answer = push("office", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not PushReceipt.objects.exists()


def test_another_kind_of_content_or_too_much_of_it_is_refused(push, monkeypatch):
    assert push("office", "a,b", media_type="text/csv").status_code == 415
    monkeypatch.setattr(bodies, "MOST_BYTES", 100)
    assert push("office", [row(5001)]).status_code == 413


def test_a_key_is_needed(push):
    for key in ("", "x" * 201):
        assert push("office", [row(5001)], key=key).json()["code"] == "key_missing"
    assert n_versions() == 1


def test_an_unknown_period_is_a_refusal_with_its_sentence(push):
    answer = push("office", [row(5001)], query="mode=append&period=1066")
    assert (answer.status_code, answer.json()["code"]) == (422, "period_unknown")
    assert "1066" in answer.json()["detail"]


@pytest.mark.parametrize("username", ["eastdata", "east", "student", "president"])
def test_whoever_may_not_import_may_not_push(push, username):
    assert push(username, [row(5001)]).status_code == 404
    assert n_versions() == 1


def test_a_dataset_of_the_system_takes_nothing(push):
    answer = push("office", [row(5001)], address="/api/v1/datasets/_readings/rows")
    assert answer.status_code == 404


def test_a_session_pushes_with_the_token_of_its_form_only(users):
    client = Client(enforce_csrf_checks=True)
    client.force_login(users["office"])
    body, sent = json.dumps([row(5001)]), {"Idempotency-Key": "k"}
    asked = {"content_type": "application/json"}
    refused = client.post(f"{ROWS}?mode=append", body, headers=sent, **asked)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    client.get("/me/tokens/")
    sent["X-CSRFToken"] = client.cookies["csrftoken"].value
    taken = client.post(f"{ROWS}?mode=append", body, headers=sent, **asked)
    assert taken.status_code == 200
