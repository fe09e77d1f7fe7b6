"""A list over HTTP comes in within bounds, or is refused with the reason."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest

from luoxuan.data.connectors import Bounds, ConnectorRefused, Marked, Wanted, open_http

LOOPBACK = (ip_network("127.0.0.1/32"),)
SHOWN = "to one server only"
ROW = {"id": 1, "name": "甲"}


class Handler(BaseHTTPRequestHandler):
    """Answers as the table of the test says."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Authorization")))
        answer = self.server.answers[self.path.partition("?")[0]]
        answer(self) if callable(answer) else self.answer(answer)

    def answer(self, document, status=200, **headers):
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        running.block_on_close = False
        running.asked, running.answers = [], {}
        running.base = f"http://127.0.0.1:{running.server_port}"
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def taken(
    server, path="/list", *, networks=LOOPBACK, seconds=5.0, n_bytes=100_000, rows=100, **named
):
    wanted = Wanted(f"{server.base}{path}", **{"selection": "", **named})
    bounds = Bounds(rows, seconds, n_bytes, networks).started()
    with open_http(wanted, bounds) as found:
        return found.columns, [tuple(row) for batch in found.batches for row in batch]


def code_of(server, *arguments, **named):
    with pytest.raises(ConnectorRefused) as refused:
        taken(server, *arguments, **named)
    return refused.value.code


def test_a_list_behind_a_pointer_comes_in_with_the_secret_shown_to_its_server(server):
    server.answers["/list"] = {"data": {"rows": [ROW, {"id": 2, "name": None, "more": "x"}]}}
    columns, rows = taken(server, selection="/data/rows", secret=SHOWN)
    assert columns == ("id", "name", "more")
    assert rows == [(1, "甲", None), (2, None, "x")]
    assert server.asked == [("/list", f"Bearer {SHOWN}")]


def test_pages_are_followed_by_link_and_by_number(server):
    server.answers["/list"] = {"rows": [ROW], "next": "/second"}
    server.answers["/second"] = {"rows": [{"id": 2, "name": "乙"}], "next": None}
    _, rows = taken(server, selection="/rows", next_page="/next")
    assert [row[0] for row in rows] == [1, 2]

    def numbered(handler):
        number = int(handler.path.rpartition("=")[2])
        handler.answer([{"id": number}] if number < 4 else [])

    server.answers["/numbered"] = numbered
    _, rows = taken(server, "/numbered?size=1", next_page="page")
    assert [row[0] for row in rows] == [1, 2, 3]


def test_only_rows_from_the_mark_on_are_taken(server):
    server.answers["/list"] = [{"id": 1}, {"id": 2}, {"id": 3}]
    assert taken(server, marked=Marked("id", 2))[1] == [(2,), (3,)]


def test_the_server_itself_is_inside_and_refused_without_the_setting(server):
    server.answers["/list"] = [ROW]
    assert code_of(server, networks=()) == "source_address_refused"
    assert server.asked == []


def redirect(target):
    return lambda handler: handler.answer(b"", status=302, Location=target)


def test_a_redirect_inside_is_refused_and_the_secret_never_travels(server):
    server.answers["/list"] = redirect("http://169.254.169.254/latest/")
    assert code_of(server, secret=SHOWN) == "source_address_refused"
    server.answers["/list"] = redirect("file:///etc/passwd")
    assert code_of(server) == "source_bad_address"
    server.answers["/list"] = redirect("/list")
    assert code_of(server) == "source_redirects_too_often"
    other = server.base.replace("127.0.0.1", "localhost")
    server.asked.clear()
    server.answers |= {"/list": redirect(f"{other}/moved"), "/moved": [ROW]}
    assert taken(server, secret=SHOWN, networks=(*LOOPBACK, ip_network("::1/128")))[1] == [
        (1, "甲")
    ]
    assert server.asked == [("/list", f"Bearer {SHOWN}"), ("/moved", None)]


def silent(handler):
    time.sleep(3)


def dripping(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("answer", "named", "code"),
    [
        (silent, {"seconds": 0.4}, "source_too_slow"),
        (dripping, {"seconds": 0.4}, "source_too_slow"),
        (b"<html>", {}, "source_not_json"),
        (b"[" * 100_000, {"n_bytes": 200_000}, "source_not_json"),
        (b'[{"id": NaN}]', {}, "source_not_json"),
        ({"rows": 1}, {"selection": "/rows"}, "source_not_a_list"),
        ([1, 2], {}, "source_not_a_list"),
        (b"[" + b" " * 2000 + b"]", {"n_bytes": 1000}, "source_too_many_bytes"),
        ([{"id": n} for n in range(20)], {"rows": 10}, "source_too_many_rows"),
        ({"rows": [ROW], "next": "/list"}, {"selection": "/rows", "next_page": "/next"},
         "source_pages_repeat"),
        ({"rows": [ROW], "next": "http://8.8.8.8/"}, {"selection": "/rows", "next_page": "/next"},
         "source_page_elsewhere"),
        (lambda handler: handler.answer({}, status=500), {}, "source_answered_status"),
    ],
)  # fmt: skip
def test_what_is_no_list_within_bounds_is_refused(server, answer, named, code):
    server.answers["/list"] = answer
    started = time.monotonic()
    assert code_of(server, **named) == code
    assert time.monotonic() - started < 2


def test_the_connection_goes_to_the_checked_address_and_resolves_once(server, monkeypatch):
    server.answers["/list"] = [ROW]
    asked = []

    def resolve(host, port, **named):
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr("luoxuan.data.connectors.addresses.socket", Resolver(resolve))
    wanted = Wanted(f"http://rebinds.example:{server.server_port}/list", selection="")
    with open_http(wanted, Bounds(10, 5, 1000, LOOPBACK).started()) as rows:
        assert rows.columns == ("id", "name")
    assert asked == ["rebinds.example"]


class Resolver:
    """The module socket as far as the check of addresses uses it."""

    SOCK_STREAM = 1

    def __init__(self, getaddrinfo):
        self.getaddrinfo = getaddrinfo


def test_a_csv_file_behind_an_address_comes_in_as_texts(server):
    server.answers["/list"] = "\ufeff编号,人数\r\nA1,3\r\nA2,\r\n".encode()
    columns, rows = taken(server, selection="csv")
    assert (columns, rows) == (("编号", "人数"), [("A1", "3"), ("A2", None)])
    server.answers["/list"] = "编号,人数\nA1,3\n".encode("gb18030")
    assert taken(server, selection="csv")[0] == ("编号", "人数")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"a,a\n1,2\n", "source_columns_twice"),
        (b"a,b\n1\n", "source_not_csv"),
        (b"<html>not found</html>\n<p>\n", "source_not_csv"),
        (b"\xff\xfe\x00", "source_not_csv"),
    ],
)
def test_what_is_no_table_is_refused(server, body, code):
    server.answers["/list"] = body
    assert code_of(server, selection="csv") == code
