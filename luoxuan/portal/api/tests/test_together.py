"""Two programs push at the same time: rows under one key, statements of one id."""

import contextlib
import json
import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luoxuan.campus.models import PushReceipt
from luoxuan.campus.scope import EVERYTHING
from luoxuan.campus.token_actions import create_token
from luoxuan.data.models import Dataset, DatasetVersion
from luoxuan.data.queries import dataset_rows
from luoxuan.portal.api import events
from luoxuan.testing.college import fill_college, load_definitions, open_user
from luoxuan.testing.together import together

from .conftest import ROWS, row
from .test_events import PLAIN, XAPI

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def headers(transactional_db, tmp_path, settings) -> dict[str, str]:
    """The filled college, and the headers of a program that may write."""
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir()
    settings.LUOXUAN_THREADS = 1
    fill_college(tmp_path)
    user = open_user("office")
    secret = create_token(
        user=user, name="x", days=1, receipt="x", by=user, at=timezone.now() - timedelta(hours=1)
    ).secret
    return {"Authorization": f"Bearer {secret}", "Idempotency-Key": "nightly"}


def sending(place: str, body: object, headers: dict[str, str], answers: list[Any]):
    def send() -> None:
        answers.append(
            Client().post(place, json.dumps(body), content_type="application/json", headers=headers)
        )

    return send


def test_two_pushes_at_once_have_one_effect(headers):
    answers: list[Any] = []
    push = sending(f"{ROWS}?mode=append", [row(5001)], headers, answers)
    assert together(push, push) == []
    assert sorted(answer.status_code for answer in answers) in ([200, 200], [200, 409])
    assert DatasetVersion.objects.filter(dataset__name="score").count() == 2
    assert PushReceipt.objects.get().status == 200


STATEMENTS = [{**PLAIN, "id": str(uuid.UUID(int=number))} for number in range(1, 9)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (STATEMENTS, STATEMENTS),
        (STATEMENTS, STATEMENTS[::-1]),
        (STATEMENTS[:5], STATEMENTS[3:]),
    ],
    ids=["the same", "in another order", "some the same"],
)
def test_statements_sent_twice_at_once_are_stored_once(headers, monkeypatch, first, second):
    """Both have looked what is held before either has written: the later one finds it out."""
    load_definitions(XAPI)
    looked = threading.Barrier(2, timeout=10)
    store_once = events._append

    def append(*given: Any) -> Any:
        with contextlib.suppress(threading.BrokenBarrierError):
            looked.wait()
            looked.abort()
        return store_once(*given)

    monkeypatch.setattr(events, "_append", append)
    answers: list[Any] = []
    place = "/api/v1/events"
    assert together(*(sending(place, body, headers, answers) for body in (first, second))) == []
    assert [answer.status_code for answer in answers] == [200, 200]
    sent = [answer.json() for answer in answers]
    everything = {one["id"] for one in (*first, *second)}
    assert sum(one["n_stored"] for one in sent) == len(everything)
    assert sum(one["n_known"] for one in sent) == len(first) + len(second) - len(everything)
    dataset = Dataset.objects.get(name="xapi_statement")
    page = dataset_rows(EVERYTHING, dataset, limit=None)
    place_of_id = page.fields.index("statement_id")
    assert sorted(one[place_of_id] for one in page.table.rows) == sorted(everything)


def test_statements_of_one_id_that_differ_are_told_to_the_later(headers):
    load_definitions(XAPI)
    other = {**STATEMENTS[0], "verb": {"id": "http://adlnet.gov/expapi/verbs/failed"}}
    answers: list[Any] = []
    both = (sending("/api/v1/events", one, headers, answers) for one in (STATEMENTS[0], other))
    assert together(*both) == []
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert Dataset.objects.get(name="xapi_statement").current_number == 1
