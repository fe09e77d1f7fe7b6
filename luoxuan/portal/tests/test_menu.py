"""The side menu: what it offers opens for its reader, in every role and at every place."""

import re

import pytest

from luoxuan.campus.rules import roles
from luoxuan.testing.college import USERS, open_college, open_user

pytestmark = pytest.mark.django_db

_MENU = re.compile(r'<nav class="side-menu".*?</nav>|<nav class="tab-bar".*?</nav>', re.DOTALL)


DATA = {
    "office": {
        "filling", "collections", "", "statistics", "quality", "corrections", "requests",
        "exchange", "burden",
    },
    "president": {"statistics", "corrections", "exchange", "burden"},
    "east": {"filling", "statistics", "quality", "corrections", "requests", "burden"},
    "math": {"filling", "statistics", "corrections", "burden"},
    "teacher": {"filling", "statistics", "corrections"},
    "student": {"filling", "statistics", "corrections"},
    "expert": {"statistics", "corrections"},
}  # fmt: skip
"""What of the data centre the menu offers, by user."""


def offered(client):
    """Return the addresses of the menus of the home page."""
    body = client.get("/").content.decode()
    return set(re.findall(r'<a href="([^"#]+)', "".join(_MENU.findall(body))))


def closed(client):
    """Return the entries of the menus that do not open."""
    found = {address: client.get(address).status_code for address in offered(client)}
    return {address: status for address, status in found.items() if status != 200}


def test_every_entry_opens_for_every_user_of_the_college(client):
    open_college()
    wrong = {}
    for username in USERS:
        client.force_login(open_user(username))
        if found := closed(client):
            wrong[username] = found
    assert wrong == {}


def test_every_entry_opens_for_every_role_wherever_it_is_held(client):
    open_college()
    wrong = {}
    for place in ("*", "UNIT:EAST", "TEACHING_CLASS:MATH-1"):
        for role in roles():
            client.force_login(open_user(f"{role}@{place}", role, place))
            if found := closed(client):
                wrong[role, place] = found
    assert wrong == {}


def test_everybody_reaches_the_data_that_concern_him(client):
    open_college()
    found = {}
    for username in DATA:
        client.force_login(open_user(username))
        data = {address for address in offered(client) if address.startswith("/data/")}
        found[username] = {address.removeprefix("/data/").strip("/") for address in data}
    assert {name: rest - {"evidence"} for name, rest in found.items()} == DATA


def test_the_menu_marks_the_page_and_what_lies_below_it(client):
    open_college()
    client.force_login(open_user("office"))
    for address, current in (
        ("/data/statistics/", 'href="/data/statistics/" aria-current="page"'),
        ("/data/statistics/new/", 'href="/data/statistics/" aria-current="true"'),
        ("/data/score/", 'href="/data/" aria-current="true"'),
        ("/data/burden/", 'href="/data/burden/" aria-current="page"'),
        ("/register/", 'href="/indicators/" aria-current="true"'),
    ):
        menu = _MENU.findall(client.get(address).content.decode())[0]
        assert current in menu
        assert menu.count("aria-current") == 1, address
