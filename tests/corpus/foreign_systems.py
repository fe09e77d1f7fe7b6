"""Classes 121 to 123: other systems at addresses inside, or that answer as they should not."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

INSIDE, MALFORMED = "source_address_refused", "source_bad_address"
N_ROWS = 10
SLOW_SECONDS = 5


@dataclass(frozen=True)
class Foreign:
    """One other system「业务系统」: where it is, what it answers, the code of the refusal.

    ``{port}`` in the address is that of a server that waits here for whoever comes through.
    """

    address: str
    code: str
    answer: Any = None
    selection: str = ""
    next_page: str = ""

    @property
    def kind(self) -> str:
        """Return what the form calls a system of this address."""
        return "HTTP" if self.address.startswith(("http", "file", "gopher", "ftp")) else "SQL"


Generator = Callable[[], tuple[Foreign, ...]]
SYSTEMS: dict[str, Generator] = {}


def system(function: Generator) -> Generator:
    """Register a generator under its name, which stands in the index."""
    SYSTEMS[function.__name__] = function
    return function


# ruff: noqa: S104
HOSTS = (
    "127.0.0.1", "127.8.9.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "0.0.0.0",
    "10.0.0.5", "167772161", "172.16.0.1", "192.168.1.1", "100.64.0.1", "198.18.0.1",
    "169.254.169.254", "[::ffff:169.254.169.254]", "[fe80::1]", "[fd12:3456::1]",
)  # fmt: skip
OTHERS = (
    ("postgresql://127.0.0.1:{port}/x", INSIDE),
    ("mysql://10.0.0.5/x", INSIDE),
    ("http://me:you@8.8.8.8/", MALFORMED),
    ("http://8.8.8.8@127.0.0.1:{port}/", MALFORMED),
    ("file:///etc/passwd", MALFORMED),
    ("gopher://127.0.0.1:{port}/x", MALFORMED),
    ("ftp://127.0.0.1:{port}/x", MALFORMED),
)


@system
def addresses_inside() -> tuple[Foreign, ...]:
    hosts = [Foreign(f"http://{host}:{{port}}/list", INSIDE) for host in HOSTS]
    return (*hosts, *(Foreign(address, code) for address, code in OTHERS))


def rows(number: int = N_ROWS) -> list[dict[str, str]]:
    """Return the rows of a system that is sound."""
    return [
        {"code": f"P{index}", "title": "投影仪", "unit_name": "东学院"} for index in range(number)
    ]


def _redirect(target: str) -> Callable[[Any], None]:
    return lambda handler: handler.answer(b"", status=302, Location=target)


def _silent(_handler: Any) -> None:
    time.sleep(SLOW_SECONDS)


def _dripping(handler: Any) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(SLOW_SECONDS * 20):
        handler.wfile.write(b" ")
        time.sleep(0.05)


def _pages_for_ever(handler: Any) -> None:
    handler.answer({"rows": rows(), "next": "/again"})


@system
def failing_systems() -> tuple[Foreign, ...]:
    address, elsewhere = "http://127.0.0.1:{port}/list", {"rows": rows(), "next": "http://8.8.8.8/"}
    renamed = [{"number": row["code"], "title": "投影仪"} for row in rows()]
    nested = [{**row, "title": {"zh": "投影仪"}} for row in rows()]
    return (
        Foreign(address, "source_too_slow", _silent),
        Foreign(address, "source_too_slow", _dripping),
        Foreign(address, "source_pages_repeat", _pages_for_ever, "/rows", "/next"),
        Foreign(address, "source_page_elsewhere", elsewhere, "/rows", "/next"),
        Foreign(address, "source_redirects_too_often", _redirect("/list")),
        Foreign(address, "source_address_refused", _redirect("http://169.254.169.254/latest/")),
        Foreign(address, "source_bad_address", _redirect("file:///etc/passwd")),
        Foreign(address, "source_not_json", b"<html>maintenance</html>"),
        Foreign(address, "source_not_json", b'[{"code": "P1"'),
        Foreign(address, "source_not_a_list", {"error": "token expired"}),
        Foreign(address, "source_answered_status", lambda handler: handler.answer({}, status=500)),
        Foreign(address, "source_columns_missing", renamed),
        Foreign(address, "source_not_plain", nested),
        Foreign(address, "pull_without_rows", []),
    )


@system
def dropped_rows() -> tuple[Foreign, ...]:
    return (Foreign("http://127.0.0.1:{port}/list", "pull_too_few_rows", rows(N_ROWS * 4 // 10)),)


class _Handler(BaseHTTPRequestHandler):
    """Answers as the sample says, and counts who came."""

    server: "Waiting"

    def do_GET(self) -> None:
        self.server.n_asked += 1
        answer = self.server.document
        answer(self) if callable(answer) else self.answer(answer)

    def answer(self, document: Any, status: int = 200, **headers: str) -> None:
        """Send a document."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Print nothing."""


class Waiting(ThreadingHTTPServer):
    """A server on this machine, which is an inside address."""

    daemon_threads, block_on_close = True, False
    document: Any = ()
    n_asked = 0

    def handle_error(self, *arguments: Any) -> None:
        """Print nothing when whoever asked has gone."""


@contextmanager
def waiting() -> Iterator[Waiting]:
    """Serve on a free port until the block ends."""
    with Waiting(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()
