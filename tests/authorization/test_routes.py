"""Every route says what it is about, and every user gets from it what the matrix allows."""

import re
from types import ModuleType

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, resolve

from luoxuan.campus.guard import declaration_of, guarded, public
from luoxuan.campus.rules import Action, Resource, roles
from luoxuan.testing.college import USERS

from .matrix import expanded
from .routes import COVERED, ROUTES, TWINS, Route, every_route

pytestmark = pytest.mark.django_db

MATRIX = expanded(list(roles()))
NAMES = [name for name, _ in every_route()]
STRANGERS = ("anonymous", "gone")
ROWS = "/indicators/course.pass_share/rows/?kind=TEACHING_CLASS&subject=MATH-1&period=2025-1&"
EVERYBODY = [*USERS, "nobody", *STRANGERS]


class AnyKey(dict[str, object]):
    """Fill every placeholder of an address with one."""

    def __missing__(self, key: str) -> object:
        return 1


def expected(username: str, route: Route, place: str, action: str) -> int:
    """Return the status that the matrix wants; strangers are led to the login page or refused."""
    if username in STRANGERS:
        return route.stranger_status
    role = USERS[username][0] if username in USERS else ""
    scope = MATRIX.get((role, route.resource, action))
    covered = COVERED[place] if scope == "own" else COVERED[place] & COVERED["whole"]
    return 200 if scope and username in covered else 404


CELLS = [
    pytest.param(name, example, id=example.path)
    for name, route in ROUTES.items()
    if route.resource and route.takes_get
    for example in route.examples
]


# --- declarations -------------------------------------------------------------------------------


def test_every_route_has_a_declaration():
    assert [name for name, entry in every_route() if declaration_of(entry.callback) is None] == []


def test_every_route_has_an_example_and_every_example_a_route():
    assert sorted(NAMES) == sorted(ROUTES)
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("name", NAMES)
def test_a_route_declares_what_the_requirements_say(name):
    declared = declaration_of(dict(every_route())[name].callback)
    route = ROUTES[name]
    assert declared.is_public == (route.resource == "")
    if route.resource:
        assert (declared.resource, declared.action_of("GET")) == (route.resource, route.action)
        assert declared.action_of("POST") == (route.post_action or route.action)


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_route_lead_to_it(name):
    for example in ROUTES[name].examples:
        address = example.path.format_map(AnyKey()).partition("?")[0]
        found = resolve(address)
        assert found.view_name == name


def _view(request):
    return HttpResponse("open")


@pytest.fixture
def other_urls():
    """Addresses of the product and three more: undeclared, guarded, public."""

    def undeclared(request):
        return _view(request)

    @guarded(Resource.HOME, Action.VIEW)
    def declared(request):
        return _view(request)

    @public
    def opened(request):
        return _view(request)

    module = ModuleType("other_urls")
    module.handler404 = "luoxuan.portal.views.page_not_found"
    module.urlpatterns = [
        path("undeclared/", undeclared),
        path("declared/", declared),
        path("opened/", opened),
        path("", include("luoxuan.urls")),
    ]
    with override_settings(ROOT_URLCONF=module):
        yield module


@pytest.mark.parametrize("username", EVERYBODY)
def test_a_route_without_a_declaration_is_closed_to_everybody(college, other_urls, username):
    assert college.client(username).get("/undeclared/").status_code == 404
    assert college.client(username).post("/undeclared/").status_code == 404


def test_a_declared_route_beside_it_is_open(college, other_urls):
    assert college.client("office").get("/declared/").content == b"open"
    assert college.client("anonymous").get("/declared/").status_code == 302
    assert college.client("anonymous").get("/opened/").content == b"open"


# --- the table ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "example"), CELLS)
def test_a_page_answers_every_user_as_the_matrix_says(college, name, example):
    address = example.path.format_map(college.keys)
    route, wrong = ROUTES[name], []
    for username in EVERYBODY:
        response = college.client(username).get(address)
        wanted = expected(username, route, example.place, route.action)
        if response.status_code != wanted:
            wrong.append((username, response.status_code, wanted))
        if response.status_code == 302:
            assert response.headers["Location"].startswith("/login/?next=")
    assert wrong == []


def test_the_table_has_both_answers_for_every_guarded_route():
    for name, route in ROUTES.items():
        answers = {
            expected(username, route, example.place, route.action)
            for example in route.examples
            for username in EVERYBODY
        }
        assert not route.resource or answers == {200, route.stranger_status, 404}, name


@pytest.mark.parametrize("username", EVERYBODY)
def test_an_import_is_taken_from_whoever_may_write_only(college, username):
    route = ROUTES["data:dataset_import"]
    for example in route.examples:
        response = college.client(username).post(example.path, {})
        wanted = expected(username, route, example.place, "create")
        # An empty form of somebody who may import is refused as a form.
        assert response.status_code == {200: 422}.get(wanted, wanted), example.path


@pytest.mark.parametrize("username", EVERYBODY)
def test_public_pages_are_open_to_everybody(college, username):
    client = college.client(username)
    is_known = username not in STRANGERS
    assert client.get("/healthz").status_code == 200
    assert client.get("/login/").status_code == (302 if is_known else 200)
    assert client.post("/login/", {}).status_code == (302 if is_known else 422)
    assert client.post("/language/", {"language": "en"}).status_code == 302
    client.cookies.pop("django_language")
    for address in ("/logout/", "/language/"):
        assert client.get(address).status_code == 405


# --- hidden and non-existent are one --------------------------------------------------------------


def answer_of(client: Client, address: str):
    """Return what a user can observe: status, body and headers without their random parts."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    own = {"X-Request-ID", "Content-Length"}
    headers = {name: value for name, value in response.headers.items() if name not in own}
    return response.status_code, body, headers, len(queries)


@pytest.mark.parametrize(
    ("hidden", "absent", "username"),
    [(hidden, absent, name) for hidden, absent, names in TWINS for name in names],
)
def test_hidden_and_non_existent_cannot_be_told_apart(college, hidden, absent, username):
    client = college.client(username)
    first = answer_of(client, hidden.format_map(college.keys))
    second = answer_of(client, absent)
    assert first[0] == second[0] == 404
    assert first == second


def test_the_page_of_what_is_not_there_repeats_nothing_of_the_address(college):
    body = college.client("east").get("/subjects/COURSE/WELD/").content.decode()
    assert "WELD" not in body
    assert "COURSE" not in body


@pytest.mark.parametrize("address", ["/no/such/page/", "/subjects/COURSE/", "/data/score"])
def test_an_unknown_address_is_404_with_or_without_a_session(college, address):
    # APPEND_SLASH leads to the address that exists; that one then decides.
    for username in ("office", "anonymous"):
        response = college.client(username).get(address)
        assert response.status_code == (301 if address == "/data/score" else 404)


@pytest.mark.parametrize(
    "address",
    [
        "/subjects/?q=%00",
        "/subjects/COURSE/%00/",
        "/data/%00/",
        "/indicators/%00/rows/",
        "/indicators/course.pass_share/?kind=COURSE&subject=MATH%00",
        "/indicators/course.pass_share/rows/?kind=COURSE&subject=MATH&period=2025-1%00",
        "/data/imports/99999999999999999999999999/",
        "/indicators/course.pass_share/rows/?kind=COURSE&subject=MATH&period=2025-1&run=9%00",
    ],
)
def test_an_address_that_no_database_can_hold_is_404(college, address):
    assert college.client("office").get(address).status_code == 404


@pytest.mark.parametrize(
    "tail", ["page=0", "page=-1", "page=x", "page=99999999999999999999", "run=x"]
)
@pytest.mark.parametrize("page", ["/subjects/?", "/alerts/?", ROWS])
def test_a_number_of_a_query_that_is_none_gives_the_page_all_the_same(college, page, tail):
    assert college.client("office").get(f"{page}{tail}").status_code == 200


# --- forged requests ------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/login/", "/logout/", "/language/", "/data/score/import/"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_an_unsafe_request_without_the_token_is_refused(college, address, method):
    client = Client(enforce_csrf_checks=True)
    client.force_login(college.users["office"])
    assert getattr(client, method)(address).status_code == 403
    assert client.get("/").status_code == 200, "the session is still there"


def test_an_unsafe_request_with_the_token_is_taken(college):
    client = Client(enforce_csrf_checks=True)
    client.force_login(college.users["office"])
    page = client.get("/data/score/import/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    response = client.post("/language/", {"language": "en", "csrfmiddlewaretoken": token})
    assert response.status_code == 302


def test_a_forged_method_or_host_changes_nothing(college):
    client = college.client("east")
    for headers in (
        {"X-HTTP-Method-Override": "GET"},
        {"X-Forwarded-User": "office"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Original-URL": "/subjects/"},
        {"Authorization": "Basic b2ZmaWNlOng="},
    ):
        response = client.get("/subjects/UNIT/WEST/?_method=GET&user=office", headers=headers)
        assert response.status_code == 404
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
