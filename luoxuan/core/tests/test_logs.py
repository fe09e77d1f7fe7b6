"""Log lines are JSON, one a line, and carry the request that caused them."""

import json
import logging
import re

import pytest

from luoxuan.core.logs import JsonFormatter, request_id
from luoxuan.core.messages import TEXTS, refusal_text


def line_of(message: str, *arguments: object, **extra: object) -> dict:
    record = logging.getLogger("luoxuan.test").makeRecord(
        "luoxuan.test", logging.WARNING, "file.py", 1, message, arguments, None, extra=extra
    )
    text = JsonFormatter().format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_line_has_time_level_logger_message_and_its_facts():
    line = line_of("%s imported", "score", rows=12, who=None)
    assert (line["level"], line["logger"], line["message"]) == (
        "WARNING",
        "luoxuan.test",
        "score imported",
    )
    assert (line["rows"], line["who"]) == (12, None)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["at"])
    assert "request_id" not in line


@pytest.mark.parametrize("text", ["a\nb", '"}\n{"level": "x"}', "\x1b[31m", "中文“引号”", "\u2028"])
def test_no_text_breaks_a_line(text):
    line = line_of("x", fact=text)
    assert line["fact"] == text


def test_a_fact_that_json_does_not_know_is_written_as_text():
    assert line_of("x", fact={1, 2}.__class__)["fact"] == "<class 'set'>"


def test_the_request_object_itself_is_never_written():
    assert "request" not in line_of("x", request=object())


def test_an_exception_is_one_member_of_the_line():
    try:
        raise ValueError("why")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("a", logging.ERROR, "f", 1, "failed", (), info)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    assert "ValueError: why" in json.loads(text)["traceback"]


def test_a_line_carries_the_id_of_the_request_it_belongs_to():
    token = request_id.set("abc-123")
    assert line_of("x")["request_id"] == "abc-123"
    request_id.reset(token)
    assert "request_id" not in line_of("x")


# --- messages -------------------------------------------------------------------------------------


def test_an_unknown_code_shows_itself_with_its_facts():
    assert refusal_text("no_such_code", {"a": 1}) == "no_such_code a=1"


@pytest.mark.parametrize("code", TEXTS)
def test_every_text_is_filled_by_named_facts(code):
    names = re.findall(r"%\((\w+)\)s", TEXTS[code])
    text = refusal_text(code, {name: f"<{name}>" for name in names})
    assert all(f"<{name}>" in text for name in names)
    assert "%" not in text
