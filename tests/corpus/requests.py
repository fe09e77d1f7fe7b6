"""Classes 126 to 129: requests that no button of ours sends."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class BadRequest:
    """One request「请求」 that is to be refused, or answered as if its excess were not there."""

    name: str
    query: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    statuses: tuple[int, ...] = ()


Generator = Callable[[], tuple[BadRequest, ...]]
REQUESTS: dict[str, Generator] = {}


def request(function: Generator) -> Generator:
    """Register a generator under its name, which stands in the index."""
    REQUESTS[function.__name__] = function
    return function


@request
def two_tabs() -> tuple[BadRequest, ...]:
    """The forms that two tabs have open at once; the test fills them in."""
    return tuple(BadRequest(name) for name in ("month sheet", "settings", "stage"))


@request
def extreme_query() -> tuple[BadRequest, ...]:
    """What may stand behind the question mark of a list."""
    numbers = ("-1", "0", "1000000000", "9" * 30, "x", "٣")
    texts = {
        "long": "a" * 10_000,
        "nul": "%00",
        "emoji": "%F0%9F%98%80",
        "half": "%ED%A0%80",
        "bytes": "%FF%FE",
        "quote": "%27%20OR%201%3D1%20--",
        "percent": "%25%5F",
        "braces": "%7B%7B7*7%7D%7D",
        "mark": "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    }
    names = ("q", "kind", "subject", "period", "month", "year", "unit", "state", "status",
             "since", "until", "run", "sort", "order", "who", "dataset")  # fmt: skip
    filters = {
        word: "&".join(f"{name}={text}" for name in names[: 3 if word == "long" else None])
        for word, text in texts.items()
    }
    return (
        *(BadRequest(f"page {number[:12]}", f"page={number}") for number in numbers),
        BadRequest("sort", "sort=password&order=drop%20table&direction=sideways&format=exe"),
        BadRequest("repeated", "&".join(f"{name}=a&{name}=b" for name in ("page", *names))),
        BadRequest("many", "&".join(f"f{number}=1" for number in range(900))),
        *(BadRequest(word, query) for word, query in filters.items()),
    )


@request
def broken_request() -> tuple[BadRequest, ...]:
    """Requests that break a rule of HTTP or lack what proves them to be ours."""
    refused = (400, 413, 414, 431)
    long = "a" * 100_000
    return (
        BadRequest("host", headers={"Host": "evil.example"}, statuses=(400,)),
        BadRequest("host with a path", headers={"Host": "localhost/evil"}, statuses=(400,)),
        BadRequest("empty host", headers={"Host": ""}, statuses=(400,)),
        BadRequest("huge header", headers={"X-Long": long}, statuses=refused),
        BadRequest("huge cookie", headers={"Cookie": f"sessionid={long}"}, statuses=refused),
        BadRequest("two lines", headers={"X-Line": "a\r\n b"}, statuses=(*refused, 302)),
        BadRequest("huge address", query=f"q={long}", statuses=refused),
        BadRequest("many fields", query="&".join(["f=1"] * 1900), statuses=(*refused, 302)),
    )


@request
def json_body() -> tuple[BadRequest, ...]:
    """Bodies that are no JSON, or JSON that means two things."""
    deep = 100_000
    bodies = {
        "deep arrays": b"[" * deep,
        "deep and closed": b"[" * deep + b"]" * deep,
        "deep objects": b'{"a":' * deep,
        "double key": b'[{"student_id": "1", "student_id": "2"}]',
        "double key inside": b'[{"a": {"b": 1, "b": 2}}]',
        "not a number": b'[{"score": NaN}]',
        "endless": b'[{"score": Infinity}]',
        "cut off": b'[{"student_id": "1"',
        "two documents": b"[] []",
        "comment": b"[] // nothing",
        "single quotes": b"[{'a': 1}]",
        "not UTF-8": b'[{"a": "\xc4\xe3"}]',
        "byte order mark": b"\xef\xbb\xbf[]",
        "UTF-16": "[]".encode("utf-16"),
        "empty": b" ",
        "half a character": b'[{"a": "\\ud800"}]',
        "nested": b'[{"a": [1]}]',
        "no rows": b"[]",
        "a word": b'"rows"',
        "null": b"null",
        "a long number": b"[" + b"9" * 5000 + b"]",
        "name of NUL": json.dumps([{"a\0b": 1}]).encode(),
        "empty name": b'[{"": 1}]',
    }
    return tuple(BadRequest(name, body=body, statuses=(400, 422)) for name, body in bodies.items())
