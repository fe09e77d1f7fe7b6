"""No page asks more than its budget, and none asks more because there is more to show."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luoxuan.campus.models import Subject
from luoxuan.testing.college import fill_college, open_user
from luoxuan.testing.filling import fill_packages
from luoxuan.testing.growing import grow_packages
from tests.authorization.conftest import cheap_settings
from tests.authorization.routes import ROUTES
from tests.browser.addresses import PACKAGES
from tests.browser.pages import ADDRESSES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BUDGET = 30
USERNAMES = ("office", "president", "east", "math", "teacher", "student")
_ASKED = "kind=TEACHING_CLASS&subject=MATH-2&period=2025-1"
PAGES = [
    "/subjects/?kind=TEACHING_CLASS",
    "/subjects/?q=MATH",
    f"/indicators/course.pass_share/?{_ASKED}",
    "/indicators/course.pass_share/?kind=COURSE&subject=MATH&period=2025-1",
    f"/indicators/course.pass_share/rows/?{_ASKED}",
    "/alerts/?status=mine",
    *ADDRESSES.values(),
    *(address for package in PACKAGES for address in package.ADDRESSES.values()),
    *(
        example.path
        for route in ROUTES.values()
        if route.resource and route.takes_get
        for example in route.examples
    ),
]
"""Every address of the tables of pages and of routes; who may not open one is left out."""

Counts = dict[tuple[str, str], int]


class Surveyor:
    """The open sessions of the users, and how many queries each page takes now."""

    def __init__(self, clients: dict[str, Client], keys: dict[str, object], folder: Path) -> None:
        self.clients, self.keys, self.folder = clients, keys, folder

    def counts(self) -> Counts:
        """Return the queries by user and address of every page that the user may open."""
        found = {}
        for username, client in self.clients.items():
            for address in dict.fromkeys(PAGES):
                if (n := self._n_queries(client, address)) is not None:
                    found[username, address] = n
        return found

    def _n_queries(self, client: Client, address: str) -> int | None:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address.format_map(self.keys))
        assert answer.status_code in {200, 302, 404}, address
        return len(queries) if answer.status_code == 200 else None


@pytest.fixture(scope="module")
def surveyor(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Surveyor]:
    """The filled college in a transaction of the module, with a session for each user."""
    with cheap_settings(tmp_path_factory), django_db_blocker.unblock(), transaction.atomic():
        folder = tmp_path_factory.mktemp("files")
        fill_college(folder)
        users = {name: open_user(name) for name in USERNAMES}
        from luoxuan.data.models import ImportBatch
        keys = {"batch": ImportBatch.objects.get().pk, **fill_packages(users, folder)}
        clients = {name: Client() for name in users}
        for name, client in clients.items():
            client.force_login(users[name])
        yield Surveyor(clients, keys, folder)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def before(surveyor: Surveyor) -> Counts:
    """What the pages take at first; a pass before warms what is kept between requests."""
    surveyor.counts()
    return surveyor.counts()


def test_no_page_asks_more_than_its_budget(before):
    most: dict[str, int] = {}
    for (_, address), n in before.items():
        page = address.partition("?")[0]
        most[page] = max(n, most.get(page, 0))
    if os.environ.get("SHOW"):
        print("\n".join(f"{n:3} {p}" for p, n in sorted(most.items(), key=lambda x: -x[1])))
    assert {page: n for page, n in most.items() if n > BUDGET} == {}
