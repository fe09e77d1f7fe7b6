"""xAPI statements: checked, laid out as rows, stored once by their id, all or none."""

import json
import uuid
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from luoxuan.data.models import Dataset, DatasetVersion
from luoxuan.portal.api.statements import StatementFaulty, row_of
from luoxuan.testing.college import load_definitions

from .conformity import conforming

XAPI = Path(__file__).parents[4] / "examples" / "xapi"
ID = "7ccd3322-e1a5-411a-a67d-6a735c76f119"
PLAIN = {
    "actor": {"account": {"homePage": "https://lms.example.edu.cn", "name": "20230001"}},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    "object": {"id": "https://lms.example.edu.cn/unit/7"},
}
WHOLE = {
    **PLAIN,
    "id": ID,
    "timestamp": "2026-03-02T08:30:00Z",
    "result": {
        "score": {"scaled": 0.95}, "success": True, "completion": False, "duration": "PT1H30.5S",
    },
    "context": {"contextActivities": {"grouping": [{"id": "https://lms.example.edu.cn/c/MATH"}]}},
}  # fmt: skip


@pytest.fixture
def send(secret):
    def post(username: str, statements: object):
        body = statements if isinstance(statements, str) else json.dumps(statements)
        return conforming(
            Client().post(
                "/api/v1/events", body, content_type="application/json",
                headers={"Authorization": f"Bearer {secret(username)}"},
            )
        )  # fmt: skip

    return post


@pytest.fixture
def dataset(users) -> Dataset:
    load_definitions(XAPI)
    return Dataset.objects.get(name="xapi_statement")


def stored(ask) -> list[dict[str, object]]:
    return ask("office", "/api/v1/datasets/xapi_statement/rows?limit=1000").json()["rows"]


def test_a_statement_becomes_a_row(send, ask, dataset):
    answer = send("office", WHOLE).json()
    assert (answer["ids"], answer["n_stored"], answer["version"]) == ([ID], 1, 1)
    (found,) = stored(ask)
    assert found["statement_id"] == ID
    assert found["actor"] == "20230001@https://lms.example.edu.cn"
    assert (found["score"], found["success"], found["completion"]) == ("0.95", True, False)
    assert (found["duration_seconds"], found["course"]) == (
        "3630.5", "https://lms.example.edu.cn/c/MATH",
    )  # fmt: skip
    assert found["happened_at"] == "2026-03-02T16:30:00"
    assert json.loads(found["raw"]) == WHOLE


def test_a_repeat_has_no_effect_and_new_ones_beside_it_have(send, ask, dataset):
    send("office", [WHOLE, PLAIN])
    other = {**PLAIN, "id": str(uuid.uuid4())}
    answer = send("office", [PLAIN, other, WHOLE]).json()
    assert (answer["n_stored"], answer["n_known"]) == (1, 2)
    assert send("office", [PLAIN, other, WHOLE]).json()["n_stored"] == 0
    assert len(stored(ask)) == 3
    assert DatasetVersion.objects.filter(dataset=dataset).count() == 2


def test_a_statement_cannot_be_changed(send, ask, dataset):
    send("office", WHOLE)
    changed = {**WHOLE, "result": {"score": {"scaled": 1}}}
    answer = send("office", [PLAIN, changed])
    assert (answer.status_code, answer.json()["code"]) == (409, "statement_changed")
    assert answer.json()["errors"] == [{"id": ID}]
    assert send("office", [changed, {**changed, "verb": {"id": "x"}}]).status_code == 409
    assert len(stored(ask)) == 1


def test_one_fault_leaves_all_of_them_out(send, ask, dataset):
    answer = send("office", [PLAIN, {**PLAIN, "verb": {}}, 7])
    assert (answer.status_code, answer.json()["code"]) == (422, "not_statements")
    assert [(error["item"], error["member"]) for error in answer.json()["errors"]] == [
        (1, "verb.id"), (2, ""),
    ]  # fmt: skip
    assert stored(ask) == []


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"id": "7"}, "id"),
        ({"id": 7}, "id"),
        ({"actor": "me"}, "actor"),
        ({"actor": {}}, "account"),
        ({"actor": {"account": {"name": "x"}}}, "actor.account.homePage"),
        ({"verb": None}, "verb"),
        ({"object": {"id": "x" * 1001}}, "object.id"),
        ({"result": {"score": {"scaled": 1.5}}}, "result.score.scaled"),
        ({"result": {"score": {"scaled": True}}}, "result.score.scaled"),
        ({"result": {"success": "yes"}}, "result.success"),
        ({"result": {"duration": "an hour"}}, "result.duration"),
        ({"timestamp": "2026-02-30T00:00:00Z"}, "timestamp"),
        ({"timestamp": "9999-12-31T23:59:59Z"}, "timestamp"),
        ({"context": {"contextActivities": {"parent": [{"id": ""}]}}},
         "context.contextActivities.parent"),
        ({"note": "a\0b"}, ""),
        ({"note": "\ud800"}, ""),
    ],
)  # fmt: skip
def test_a_faulty_statement_names_its_member(change, member):
    with pytest.raises(StatementFaulty) as fault:
        row_of({**WHOLE, **change}, at=timezone.now())
    assert fault.value.member == member
    assert fault.value.message


def test_what_is_long_is_kept_without_its_raw_text():
    now = timezone.now()
    assert row_of(PLAIN, at=now)["raw"]
    assert row_of({**PLAIN, "note": "x" * 4000}, at=now)["raw"] is None


@pytest.mark.parametrize("body", [" ", "[", '{"a": 1, "a": 2}', "[" * 20_000, "[1e400]", "[NaN]"])
def test_what_is_no_json_is_refused(send, dataset, body):
    assert send("office", body).json()["code"] == "bad_json"


def test_too_many_at_once_are_refused(send, dataset):
    assert send("office", [PLAIN] * 1001).status_code == 413
    assert send("office", []).status_code == 422


def test_without_the_dataset_the_way_to_it_is_told(send):
    answer = send("office", WHOLE)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_statements_here")
    assert "luoxuan config load examples/xapi" in answer.json()["detail"]


@pytest.mark.parametrize("username", ["eastdata", "student", "president"])
def test_whoever_may_not_import_sends_no_statements(send, dataset, username):
    assert send(username, WHOLE).json()["code"] == "not_found"
