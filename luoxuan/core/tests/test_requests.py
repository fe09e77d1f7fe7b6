"""Every request has an id, in its answer, in its log lines and in what it writes."""

import json
import logging

import pytest

from luoxuan.core.actions import record_audit
from luoxuan.core.logs import JsonFormatter, request_id
from luoxuan.core.models import AuditEntry
from luoxuan.testing.college import NOW

pytestmark = pytest.mark.django_db


def test_each_request_gets_an_id_of_its_own(client):
    first, second = (client.get("/login/").headers["X-Request-ID"] for _ in range(2))
    assert first != second
    assert len(first) == 32


def test_an_id_from_before_is_carried_on(client):
    answer = client.get("/login/", headers={"X-Request-ID": "proxy-0123456789"})
    assert answer.headers["X-Request-ID"] == "proxy-0123456789"


@pytest.mark.parametrize(
    "offered", ["short", "x" * 65, "a b c d e f g h", "id\r\nX-Evil: 1", "中文中文中文中文", ""]
)
def test_an_id_that_could_forge_a_header_or_a_line_is_replaced(client, offered):
    answer = client.get("/login/", headers={"X-Request-ID": offered})
    assert answer.headers["X-Request-ID"] != offered
    assert "X-Evil" not in answer.headers


class Kept(logging.Handler):
    """Keeps the lines as they would be written, at the time of writing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[dict] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def kept():
    handler, logger = Kept(), logging.getLogger("luoxuan")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def test_a_request_is_one_line_with_its_id_and_without_its_query(client, kept):
    answer = client.get("/login/?next=/secret/", headers={"X-Request-ID": "proxy-0123456789"})
    line = next(line for line in kept.lines if line["logger"] == "luoxuan.requests")
    assert line["request_id"] == answer.headers["X-Request-ID"] == "proxy-0123456789"
    assert (line["method"], line["path"], line["status"]) == ("GET", "/login/", 200)
    assert line["milliseconds"] >= 0
    assert "secret" not in json.dumps(line)


def test_every_line_of_a_request_carries_the_same_id(client, kept):
    client.post(
        "/login/", {"username": "x", "password": "y"}, headers={"X-Request-ID": "abcd-efgh"}
    )
    assert {line["message"] for line in kept.lines} == {"login refused", "request"}
    assert {line["request_id"] for line in kept.lines} == {"abcd-efgh"}


def test_nothing_of_a_request_is_left_after_it(client):
    client.get("/login/")
    assert request_id.get() == ""


def test_an_audit_entry_carries_the_request_that_wrote_it():
    token = request_id.set("abcd-efgh")
    record_audit(by=None, at=NOW, action="a", object_kind="K", object_key="k" * 500)
    request_id.reset(token)
    entry = AuditEntry.objects.get()
    assert (entry.request_id, entry.by_label, entry.facts) == ("abcd-efgh", "luoxuan", {})
    assert len(entry.object_key) == 200
