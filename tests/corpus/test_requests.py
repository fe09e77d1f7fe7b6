"""Requests that no button sends: never a fault of ours, never another's rows, never a lost word."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from luoxuan.campus.token_actions import create_token
from luoxuan.core.models import User
from luoxuan.core.queries import settings_in_force
from luoxuan.data.models import Check, Dataset, DatasetVersion, Source
from luoxuan.data.quality.actions import CheckValues, save_check
from luoxuan.data.quality.forms import CheckForm
from luoxuan.data.quality.forms import initial_of as check_shown
from luoxuan.data.quality.rules import CheckKind
from luoxuan.data.sources.actions import SourceValues, save_source
from luoxuan.data.sources.forms import SourceForm
from luoxuan.data.sources.forms import initial_of as source_shown
from luoxuan.data.sources.rules import SourceKind
from luoxuan.goals.models import Progress, Task
from luoxuan.goals.queries import month_coded
from luoxuan.testing.college import NOW, fill_college, open_users
from luoxuan.testing.filling.goals import YEAR, open_example
from luoxuan.testing.modules import filled_once
from tests.authorization.routes import ROUTES
from tests.corpus.requests import REQUESTS, BadRequest

pytestmark = pytest.mark.django_db

LISTS = sorted(
    {
        example.path.partition("?")[0]
        for name, route in ROUTES.items()
        if route.takes_get and "list" in (route.action, name.rpartition("_")[2])
        for example in route.examples
        if "{" not in example.path and example.place in {"", "whole"}
    }
)
TREND = ["/indicators/course.pass_share/", "/search/", "/data/score/", "/todo/"]


def of(generator: str) -> list[object]:
    return [pytest.param(bad, id=bad.name) for bad in REQUESTS[generator]()]


@pytest.fixture(scope="module")
def college(tmp_path_factory, django_db_setup, django_db_blocker):
    """The filled college with a task in each of its colleges."""
    with filled_once(tmp_path_factory.mktemp("college"), django_db_blocker):
        fill_college(tmp_path_factory.mktemp("files"))
        open_example("EAST", "东院任务")
        open_example("WEST", "西院任务")
        open_users()
        yield


@pytest.fixture
def enter(college, db):
    """Open the session of a user."""

    def open_session(username: str, *, enforce_csrf_checks: bool = False) -> Client:
        client = Client(enforce_csrf_checks=enforce_csrf_checks)
        client.force_login(User.objects.get(username=username))
        return client

    return open_session


# --- 126: two tabs edit one form ----------------------------------------------------------------

SHEET = f"/tasks/sheets/EAST/{YEAR}-03/"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def hidden(client: Client, place: str) -> dict[str, str]:
    """Return what a form remembers of the time it was opened."""
    found = dict(HIDDEN.findall(client.get(place).content.decode()))
    return {name: value for name, value in found.items() if "seen" in name or name == "version"}


@pytest.fixture
def line(college, db) -> str:
    return f"task-{Task.objects.get(title='东院任务').pk}"


def late(line: str, cause: str) -> dict[str, str]:
    """Return what a tab sends that reports a task late."""
    return {
        f"{line}-state": "LATE", f"{line}-cause": cause, f"{line}-measure": "补课",
    }  # fmt: skip


def test_two_tabs_of_a_month_sheet_lose_no_word(enter, line):
    client, month = enter("east"), month_coded(f"{YEAR}-03")
    first = second = hidden(client, SHEET)
    assert client.post(SHEET, {**first, **late(line, "第一页")}).status_code == 302
    two = client.post(SHEET, {**second, **late(line, "第二页")})
    assert two.status_code == 422
    assert "已有人另报" in two.content.decode()
    assert "第二页" in two.content.decode(), "what was typed is still there"
    assert Progress.objects.get(month=month).cause == "第一页"
    # Saved once more after reading, it is taken: the page has seen the other's words by now.
    seen = dict(HIDDEN.findall(two.content.decode()))
    assert client.post(SHEET, {**seen, **late(line, "第二页")}).status_code == 302
    assert Progress.objects.get(month=month).cause == "第二页"


def test_a_tab_that_changes_nothing_takes_nothing_back(enter, line):
    client, month = enter("east"), month_coded(f"{YEAR}-03")
    client.post(SHEET, {**hidden(client, SHEET), **late(line, "早")})
    early = hidden(client, SHEET)
    client.post(SHEET, {**early, **late(line, "晚")})
    assert client.post(SHEET, {**early, **late(line, "早")}).status_code == 302
    assert Progress.objects.get(month=month).cause == "晚"


def test_words_that_the_page_has_no_field_for_stay(enter, line):
    client, month = enter("east"), month_coded(f"{YEAR}-03")
    client.post(SHEET, {f"{line}-state": "ON_TRACK", f"{line}-text": "来自表格"})
    sent = {**hidden(client, SHEET), f"{line}-state": "DONE"}
    assert client.post(SHEET, sent).status_code == 302
    assert Progress.objects.get(month=month).text == "来自表格"


def test_a_double_click_on_a_month_sheet_is_one(enter, line):
    client = enter("east")
    said = {**hidden(client, SHEET), f"{line}-state": "ON_TRACK", "intent": "save"}
    assert [client.post(SHEET, said).status_code for _ in range(2)] == [302, 302]


def test_two_tabs_of_the_settings_lose_no_change(enter):
    client, name = enter("office"), "month_sheet_due_day"
    values = dict(settings_in_force())
    first = second = hidden(client, "/settings/")
    other = next(one for one in values if one != name and one.startswith("tasks"))
    assert client.post("/settings/", {**values, **first, name: "11"}).status_code == 302
    refused = client.post("/settings/", {**values, **second, name: "12"})
    assert refused.status_code == 422
    assert "11" in refused.content.decode()
    assert settings_in_force()[name] == "11"
    # The second tab changes another line: both changes stand.
    assert client.post("/settings/", {**values, **second, other: "02-01"}).status_code == 302
    assert (settings_in_force()[name], settings_in_force()[other]) == ("11", "02-01")
    again = hidden(client, "/settings/")
    assert client.post("/settings/", {**values, **again, name: "12"}).status_code == 302
    assert settings_in_force()[name] == "12"


@pytest.fixture
def check(college, db) -> Check:
    score = Dataset.objects.get(name="score")
    values = CheckValues(
        code="score.passes", dataset=score, title="及格", kind=CheckKind.VALIDITY,
        condition="得分 >= 60",
    )  # fmt: skip
    return save_check(check=None, values=values, by=None, at=NOW)


@pytest.fixture
def source(college, db) -> Source:
    values = SourceValues(
        name="scores", title="成绩", kind=SourceKind.SQL, dataset=Dataset.objects.get(name="score"),
        address="sqlite:///registrar.sqlite3", selection="scores",
    )  # fmt: skip
    return save_source(source=None, values=values, by=None, at=NOW)


# What a browser does not send: an empty choice, a box without its tick.
UNSENT = {"None", "False"}
CONFIGURED = {
    "check": (CheckForm, check_shown, "/data/checks/score.passes/"),
    "source": (SourceForm, source_shown, "/data/sources/{pk}/edit/"),
}


@pytest.mark.parametrize("kind", CONFIGURED)
def test_two_tabs_of_a_rule_and_of_a_source_lose_no_word(enter, request, kind):
    row = request.getfixturevalue(kind)
    form, shown, place = CONFIGURED[kind]
    client, place = enter("office"), place.format(pk=row.pk)

    def opened() -> dict[str, str]:
        fields = form(stored=shown(type(row).objects.get(pk=row.pk)))
        found = {field.html_name: field.value() for field in fields}
        return {name: str(value) for name, value in found.items() if f"{value}" not in UNSENT}

    assert opened()["seen"] in client.get(place).content.decode()
    first = second = opened()
    assert client.post(place, {**first, "title": "第一页"}).status_code == 302
    two = client.post(place, {**second, "title": "第二页"})
    assert two.status_code == 422
    assert "别人已改为“第一页”" in two.content.decode()
    assert "第二页" in two.content.decode(), "what was typed is still there"
    row.refresh_from_db()
    assert row.title == "第一页"
    # Sent once more after reading, it is taken; the same again changes nothing.
    seen = re.search(r'name="seen" value="([0-9a-f]{32})"', two.content.decode())
    again = {**second, "title": "第二页", "seen": seen[1]}
    assert client.post(place, again).status_code == 302
    assert client.post(place, {**second, "title": "第二页"}).status_code == 302
    row.refresh_from_db()
    assert row.title == "第二页"


# --- 127: extreme page, sort, filter ------------------------------------------------------------


def test_the_lists_are_those_of_the_product():
    assert len(LISTS) >= 15, LISTS


@pytest.mark.parametrize("bad", of("extreme_query"))
def test_an_extreme_query_of_a_list_shows_no_fault_and_nobody_elses_rows(enter, bad: BadRequest):
    office, east = enter("office"), enter("east")
    wrong = []
    for place in [*LISTS, *TREND]:
        for client in (office, east):
            answer = client.get(f"{place}?{bad.query}")
            if answer.status_code not in {200, 302, 400, 404}:
                wrong.append((place, answer.status_code))
            body = answer.getvalue().decode(errors="replace")
            if client is east and any(word in body for word in ("WELD-1", "西院任务")):
                wrong.append((place, "shows the west"))
            if "<script>alert(1)" in body:
                wrong.append((place, "shows a script"))
    assert wrong == []


# --- 128: no CSRF, wrong Host, huge header ------------------------------------------------------

FORMS = ["/settings/", "/me/tokens/", SHEET, "/data/score/import/"]


@pytest.mark.parametrize("place", FORMS)
def test_a_form_without_the_proof_that_it_is_ours_is_refused(enter, place):
    client = enter("office", enforce_csrf_checks=True)
    for sent in ({}, {"csrfmiddlewaretoken": "x"}, {"csrfmiddlewaretoken": "a" * 64}):
        assert client.post(place, sent).status_code == 403


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The product as it is served, with an empty data folder; the address it listens at."""
    home = tmp_path_factory.mktemp("served")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("LUOXUAN_")},
        "LUOXUAN_HOME": str(home), "LUOXUAN_SECRET_KEY": "x" * 50,
    }  # fmt: skip
    log = (home / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "luoxuan.cli", "serve", "--port", str(port)],
        env=environment, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(600):
            with socket.socket() as probe:
                probe.settimeout(0.1)
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                break
            signal.sigtimedwait([], 0.1)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)
        log.close()


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("bad", of("broken_request"))
def test_the_server_refuses_a_broken_request_and_goes_on(server, bad: BadRequest):
    assert ask(server, bad) in bad.statuses
    assert ask(server, BadRequest("plain")) == 302


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize(
    "text",
    [
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        "POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
    ids=["two hosts", "two lengths", "less than nothing", "version", "NUL", "TLS"],
)
def test_the_server_refuses_what_is_no_http(server, text):
    with socket.create_connection(("127.0.0.1", server), timeout=20) as line:
        line.sendall(text.encode("latin-1"))
        answer = line.recv(200)
    assert re.match(rb"HTTP/1\.[01] (400|404|403|50[15])", answer), answer
    assert b" 500 " not in answer
    assert ask(server, BadRequest("plain")) == 302


def ask(port: int, bad: BadRequest) -> int:
    """Send one request as it is and return the status of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        has_host = "Host" in bad.headers
        connection.putrequest("GET", f"/?{bad.query}" if bad.query else "/", skip_host=has_host)
        for name, text in bad.headers.items():
            connection.putheader(name, text)
        try:
            connection.endheaders()
        except (BrokenPipeError, ConnectionResetError):
            # Refused before it was sent to its end.
            return 431
        return connection.getresponse().status
    finally:
        connection.close()


# --- 129: JSON too deep or with double keys -----------------------------------------------------

JSON_PLACES = [
    "/api/v1/datasets/score/rows?mode=append",
    "/api/v1/events",
    "/api/v1/alerts/1",
]


@pytest.mark.parametrize("bad", of("json_body"))
def test_json_that_is_none_or_means_two_things_changes_nothing(college, db, bad: BadRequest):
    user = User.objects.get(username="office")
    secret = create_token(
        user=user, name="x", days=1, receipt="x", by=user,
        at=timezone.now() - timedelta(minutes=1),
    ).secret  # fmt: skip
    held = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k"}
    n_versions = DatasetVersion.objects.count()
    for place in JSON_PLACES:
        answer = Client().post(place, bad.body, content_type="application/json", headers=held)
        statuses = bad.statuses if "datasets" in place else (*bad.statuses, 404)
        assert answer.status_code in statuses, (place, answer.content)
        assert answer["Content-Type"] == "application/problem+json"
        assert len(answer.content) < 10_000
    assert DatasetVersion.objects.count() == n_versions
