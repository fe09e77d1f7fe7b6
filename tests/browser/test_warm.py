"""Served as `luoxuan serve` does it, the second visit of a page carries little but the page."""

import gzip
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from http.client import HTTPConnection

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from luoxuan.testing.browser import Witness

from .addresses import PACKAGES
from .pages import ADDRESSES

# The rows are handed over as a SQLite file.
pytestmark = pytest.mark.one_database

WARM, SECONDS = 60 * 1024, 60
NAMES = (
    "home", "cockpit", "to-do", "subject list", "course", "indicator list", "indicator of a course",
    "rows", "all alerts", "dataset list", "settings", "style guide",
    "task list", "monthly sheets", "cycles", "cycle", "improvements", "document_list",
    "document_detail", "job list",
)  # fmt: skip


@pytest.fixture
def served(users, keys, settings):
    """The college of the tests behind the real server on a port of this machine."""
    with sqlite3.connect(settings.LUOXUAN_HOME / "luoxuan.sqlite3") as copy:
        connection.connection.backup(copy)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "LUOXUAN_HOME": str(settings.LUOXUAN_HOME),
        "LUOXUAN_SECRET_KEY": settings.SECRET_KEY,
        "LUOXUAN_LOG_LEVEL": "ERROR",
    }
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    server = subprocess.Popen(
        [sys.executable, "-m", "luoxuan.cli", "serve", "--port", str(port), "--workers", "1"],
        env=environment, start_new_session=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(f"127.0.0.1:{port}", server)
        yield f"127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def ask(host, path):
    """Return the headers and the text of an answer, as a browser that takes gzip gets them."""
    server = HTTPConnection(host, timeout=5)
    try:
        server.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = server.getresponse()
        body = answer.read()
    finally:
        server.close()
    is_packed = answer.headers["Content-Encoding"] == "gzip"
    return answer.headers, (gzip.decompress(body) if is_packed else body).decode()


def wait_for(host, server):
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            return ask(host, "/healthz")
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"no answer from {host}, ended with {server.poll()}")


def addresses(keys):
    known = dict(ADDRESSES)
    for package in PACKAGES:
        known |= package.ADDRESSES
    return [known[name].format_map(keys) for name in NAMES]


class Weight:
    """What came over the network, by the account of the browser."""

    def __init__(self, page):
        self.total = 0
        protocol = page.context.new_cdp_session(page)
        protocol.send("Network.enable")
        protocol.on("Network.loadingFinished", self.add)

    def add(self, event):
        self.total += int(event["encodedDataLength"])


def test_the_second_visit_of_a_page_weighs_at_most_sixty_kilobytes(browser, served, users, keys):
    client = Client()
    client.force_login(users["office"])
    name = django_settings.SESSION_COOKIE_NAME
    # The session is younger than the rows that were handed over.
    home = django_settings.LUOXUAN_HOME
    hand_over_session(home / "luoxuan.sqlite3", client.session.session_key)
    with browser.new_context(base_url=f"http://{served}", service_workers="block") as context:
        context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": f"http://{served}"}]
        )
        page = context.new_page()
        witness = Witness(own_host=served)
        witness.attend(page)
        weight, cold, warm = Weight(page), {}, {}
        for visit in (cold, warm):
            for address in addresses(keys):
                weight.total = 0
                assert page.goto(address).status == 200, address
                if page.locator(".chart-place").count():
                    page.locator(".chart-place").first.scroll_into_view_if_needed()
                    page.locator(".chart-place svg").first.wait_for()
                visit[address] = weight.total
    assert witness.complaints == []
    assert any(bytes_ > 200 * 1024 for bytes_ in cold.values()), "no chart was met"
    assert {address: size for address, size in warm.items() if size > WARM} == {}
    # A page itself is counted: nothing here is free.
    assert min(warm.values()) > 1024


def hand_over_session(path, key):
    with sqlite3.connect(path) as copy, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM django_session WHERE session_key = %s", [key])
        copy.execute("INSERT INTO django_session VALUES (?, ?, ?)", cursor.fetchone())


def test_static_files_are_kept_for_good_and_pages_come_compressed(served):
    headers, page = ask(served, "/login/")
    assert headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in headers["Vary"]
    files = [part.partition('"')[0] for part in page.split('"/static/')[1:]]
    assert len(files) >= 5
    for file in files:
        headers, _ = ask(served, f"/static/{file}")
        assert "immutable" in headers["Cache-Control"], file
        assert headers["Content-Encoding"] == "gzip" or int(headers["Content-Length"]) < 1500, file
    headers, worker = ask(served, "/service-worker.js")
    assert headers["Cache-Control"] == "no-cache"
    assert headers["Content-Type"].startswith("text/javascript")
    # The page without network is kept with the files of this version.
    assert "/static/css/luoxuan.css" not in worker
    assert "/static/css/luoxuan." in worker
