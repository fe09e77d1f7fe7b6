"""No page asks more than its budget, and none asks more because there is more to show."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from luoxuan.campus.models import Subject
from luoxuan.core.models import User
from luoxuan.data.directory.actions import record_uses
from luoxuan.data.directory.rules import UseKind
from luoxuan.data.models import Dataset, ImportBatch
from luoxuan.goals.models import Task
from luoxuan.improvement.models import Improvement
from luoxuan.monitoring.models import Alert, Watch
from luoxuan.testing.college import fill_college, open_users
from luoxuan.testing.filling import fill_packages
from luoxuan.testing.growing import grow_packages
from luoxuan.testing.modules import filled_once
from tests.authorization.routes import ROUTES
from tests.browser.addresses import PACKAGES
from tests.browser.pages import ADDRESSES

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.one_database]

BUDGET = 30
USERNAMES = ("office", "east", "math", "president", "teacher", "student")
_THOROUGH = USERNAMES[:3]
_ASKED = "kind=TEACHING_CLASS&subject=MATH-2&period=2025-1"
PAGES = dict.fromkeys(
    [
        "/subjects/?kind=TEACHING_CLASS",
        "/subjects/?q=MATH",
        f"/indicators/course.pass_share/?{_ASKED}",
        "/indicators/course.pass_share/?kind=COURSE&subject=MATH&period=2025-1",
        f"/indicators/course.pass_share/rows/?{_ASKED}",
        "/alerts/?status=mine",
        *ADDRESSES.values(),
        *(address for package in PACKAGES for address in package.ADDRESSES.values()),
    ]
)
ROUTES_TOO = PAGES | dict.fromkeys(
    example.path
    for route in ROUTES.values()
    if route.resource and route.takes_get
    for example in route.examples
)
"""Every address of the tables of pages and of routes; who may not open one is left out."""

_WARM = [address for address in PAGES if "/rows/" in address or "/alerts/{" in address]

Counts = dict[tuple[str, str], int]


class Surveyor:
    """The open sessions of the users, and how many queries each page takes now."""

    def __init__(
        self,
        users: dict[str, User],
        clients: dict[str, Client],
        keys: dict[str, object],
        folder: Path,
    ) -> None:
        self.users, self.clients, self.keys, self.folder = users, clients, keys, folder

    def counts(self) -> Counts:
        """Return the queries by user and address of every page that the user may open."""
        found = {}
        for username in self.clients:
            for address in ROUTES_TOO if username in _THOROUGH else PAGES:
                if (n := self.n_queries(username, address)) is not None:
                    found[username, address] = n
        return found

    def n_queries(self, username: str, address: str) -> int | None:
        """Return how many queries a page takes, None for one that is not his to open."""
        # Counted here: the log of a connection keeps the last nine thousand only.
        asked: list[str] = []

        def note(execute: Any, sql: str, *arguments: Any) -> Any:
            asked.append(sql)
            return execute(sql, *arguments)

        with connection.execute_wrapper(note):
            answer = self.clients[username].get(address.format_map(self.keys))
        assert answer.status_code in {200, 404}, address
        return len(asked) if answer.status_code == 200 else None


@pytest.fixture(scope="module")
def surveyor(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Surveyor]:
    """The filled college in a transaction of the module, with a session for each user."""
    folder = tmp_path_factory.mktemp("college")
    with filled_once(folder, django_db_blocker):
        fill_college(folder)
        # The most that the page of an alert can show: the names behind it.
        Watch.objects.update(names=["student_id", "score"])
        users = open_users()
        keys = {"batch": ImportBatch.objects.get().pk, **fill_packages(users, folder)}
        clients = {name: Client() for name in USERNAMES}
        for name, client in clients.items():
            client.force_login(users[name])
        grow_packages(users, folder, step=1)
        yield Surveyor(users, clients, keys, folder)


@pytest.fixture(scope="module")
def before(surveyor: Surveyor) -> Counts:
    """What the pages take at first, once what is kept between requests is warm."""
    for address in _WARM:
        surveyor.n_queries("office", address)
    # The first use of a day is a new row, the others count on.
    for kind in UseKind:
        record_uses(datasets=Dataset.objects.all(), kind=kind, at=timezone.now())
    return surveyor.counts()


def test_no_page_asks_more_than_its_budget(before):
    most: dict[str, int] = {}
    for (_, address), n in before.items():
        page = address.partition("?")[0]
        most[page] = max(n, most.get(page, 0))
    assert {page: n for page, n in most.items() if n > BUDGET} == {}


def test_no_page_asks_more_when_there_is_twice_as_much_to_show(surveyor, before):
    n_subjects, n_alerts = Subject.objects.count(), Alert.objects.count()
    n_improvements, n_tasks = Improvement.objects.count(), Task.objects.count()
    grow_packages(surveyor.users, surveyor.folder, step=2)
    assert Subject.objects.count() >= 1.5 * n_subjects
    assert Alert.objects.count() >= 1.5 * n_alerts
    assert Improvement.objects.count() > n_improvements
    assert Task.objects.count() >= 1.5 * n_tasks
    after = surveyor.counts()
    assert {page: (n, after.get(page)) for page, n in before.items() if after.get(page) != n} == {}
