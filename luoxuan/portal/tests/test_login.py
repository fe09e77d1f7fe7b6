"""Coming in, going out, and where one is led."""

import json
import logging

import pytest

from luoxuan.core.actions import deactivate_user
from luoxuan.core.logs import JsonFormatter
from luoxuan.testing.college import NOW, PASSWORD, open_college, open_user

pytestmark = pytest.mark.django_db

# Addresses that leave the site, in the ways browsers understand them.
ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "https://evil.example/",
    "http:evil.example",
    "https:///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "\t//evil.example",
    "https://testserver@evil.example/",
    "ftp://testserver/",
]


@pytest.fixture
def east(db):
    open_college()
    return open_user("east")


def login(client, password=PASSWORD, username="east", **more):
    return client.post("/login/", {"username": username, "password": password, **more})


def test_name_and_password_open_a_session_and_lead_home(client, east):
    answer = login(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert client.get("/").status_code == 200


def test_a_login_leads_to_the_page_that_was_asked_for(client, east):
    asked = client.get("/subjects/?kind=COURSE")
    assert asked.headers["Location"] == "/login/?next=/subjects/%3Fkind%3DCOURSE"
    page = client.get(asked.headers["Location"]).content.decode()
    assert 'name="next" value="/subjects/?kind=COURSE"' in page
    answer = login(client, next="/subjects/?kind=COURSE")
    assert answer.headers["Location"] == "/subjects/?kind=COURSE"


def test_a_login_changes_the_key_of_the_session(client, east):
    client.get("/login/")
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    login(client)
    assert client.cookies["sessionid"].value != before


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("east", "wrong-password"),
        ("east", ""),
        ("east", PASSWORD + " "),
        ("EAST", PASSWORD),
        ("nobody-here", PASSWORD),
        ("", ""),
        ("gone", PASSWORD),
        ("east\x00", PASSWORD),
        ("e" * 5000, PASSWORD),
    ],
)
def test_a_refused_login_is_422_and_says_no_more_than_that(client, east, username, password):
    gone = open_user("gone", "leader", "*")
    deactivate_user(user=gone, by=None, at=NOW)
    answer = login(client, password, username)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in body
    assert "sessionid" not in client.cookies
    assert password not in body or password == ""


def test_wrong_unknown_and_inactive_get_the_same_words(client, east):
    gone = open_user("gone", "leader", "*")
    deactivate_user(user=gone, by=None, at=NOW)
    answers = [login(client, "wrong", "east"), login(client, PASSWORD, "unknown")]
    answers.append(login(client, PASSWORD, "gone"))
    errors = {
        str(answer.context["form"].errors.as_data()["__all__"][0].message) for answer in answers
    }
    assert len(errors) == 1


def test_an_unknown_name_costs_one_hashing_like_a_known_one(client, east, settings):
    hashed = []
    settings.PASSWORD_HASHERS = ["luoxuan.portal.tests.test_login.CountingHasher"]
    CountingHasher.hashed = hashed
    login(client, "wrong", "unknown")
    assert hashed == ["wrong"]


class CountingHasher:
    """Counts what it hashes; the shape that Django expects of a hasher."""

    algorithm = "counting"
    hashed: list[str] = []  # noqa: RUF012 - replaced by each test

    def salt(self) -> str:
        return "salt"

    def encode(self, password: str, salt: str) -> str:
        self.hashed.append(password)
        return f"counting${salt}$"


def test_the_login_page_of_somebody_who_is_in_leads_home(client, east):
    client.force_login(east)
    assert client.get("/login/").headers["Location"] == "/"
    assert client.get("/login/?next=/alerts/").headers["Location"] == "/alerts/"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_login_and_no_choice_of_language_leads_to_another_site(client, east, target):
    assert login(client, next=target).headers["Location"] == "/"
    assert client.get("/login/", {"next": target}).headers["Location"] == "/"
    answer = client.post("/language/", {"language": "en", "next": target})
    assert answer.headers["Location"] == "/"


def test_a_login_page_is_never_kept_by_a_cache(client, db):
    assert "no-store" in client.get("/login/").headers["Cache-Control"]


# --- leaving --------------------------------------------------------------------------------------


def test_a_session_ends_by_post_only(client, east):
    client.force_login(east)
    assert client.get("/logout/").status_code == 405
    assert client.get("/").status_code == 200
    key = client.cookies["sessionid"].value
    answer = client.post("/logout/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login/")
    client.cookies["sessionid"] = key
    assert client.get("/").status_code == 302, "the old key opens nothing"


def test_leaving_without_a_session_leads_to_the_login_page(client, db):
    assert client.post("/logout/").headers["Location"] == "/login/"


# --- what is logged -------------------------------------------------------------------------------


def test_no_password_and_no_key_reaches_the_log(client, east, caplog):
    with caplog.at_level(logging.DEBUG):
        login(client, "a-wrong-secret", "east")
        login(client)
        client.get("/")
    lines = [JsonFormatter().format(record) for record in caplog.records]
    # The SQL of the tests' own debugging is not a log of the product.
    text = "\n".join(line for line in lines if json.loads(line)["logger"] != "django.db.backends")
    assert "login refused" in text
    for secret in ("a-wrong-secret", PASSWORD, client.cookies["sessionid"].value, east.password):
        assert secret not in text


def test_a_refused_login_is_logged_with_the_name_in_one_line(client, east, caplog):
    with caplog.at_level(logging.INFO):
        login(client, "wrong", 'east"\n{"level": "forged"}')
    record = next(record for record in caplog.records if record.getMessage() == "login refused")
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line)["username"].startswith('east"')
    assert json.loads(line)["level"] == "INFO"
