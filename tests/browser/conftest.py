"""The fictional college behind a live server, and readers who are already logged in."""

import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from playwright.sync_api import BrowserContext

from luoxuan.core.models import User
from luoxuan.data.rules import ImportMode
from luoxuan.portal.catch_up import catch_up
from luoxuan.testing.college import (
    HEADER,
    NOW,
    Passes,
    import_text,
    open_college,
    open_users,
    score_csv,
)
from luoxuan.testing.filling import fill_packages

LATER = NOW + timedelta(days=7)
# In the first file MATH-1 is below its warning value; the second makes its alert recover.
FIRST = [Passes("MATH-1", 2, 8), Passes("MATH-2", 5, 5), Passes("WELD-1", 8, 2)]
CORRECTED = [Passes("MATH-1", 54, 6), Passes("MATH-2", 5, 5), Passes("WELD-1", 8, 2)]
SECOND_TERM = [Passes("MATH-1", 7, 3, "2025-2"), Passes("MATH-2", 4, 6, "2025-2")]
# Nobody of the class has a score: its mean is missing.
ABSENT = "".join(f"{number},WELD-1,WELD,WEST,2025-2,,缺考\n" for number in range(3001, 3006))
# Row 2: no student number; row 3: too many points; row 4: a result that no code list knows.
BAD = (
    ",MATH-1,MATH,EAST-MATH,2025-2,75,通过\n"
    "4002,MATH-1,MATH,EAST-MATH,2025-2,101,通过\n"
    "4003,MATH-1,MATH,EAST-MATH,2025-2,60,优\n"
)
GOOD = "4004,MATH-1,MATH,EAST-MATH,2025-2,88.5,通过\n"


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, settings) -> Path:
    """A data folder of the test's own; the thread of the live server sees the same settings."""
    settings.LUOXUAN_HOME = tmp_path / "home"
    settings.LUOXUAN_WAREHOUSE = settings.LUOXUAN_HOME / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(parents=True)
    settings.LUOXUAN_THREADS = 1
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settings.LUOXUAN_WAREHOUSE


class Shelf:
    """Colleges of this run「样板」: built once, then copied, which takes a tenth of the time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.held: dict[str, tuple[sqlite3.Connection, Any]] = {}

    def keep(self, name: str, home: Path, value: Any) -> None:
        """Copy the rows and the data folder as they are now."""
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(copy)
        shutil.copytree(home, self.folder / name)
        self.held[name] = copy, value

    def put_back(self, name: str, home: Path) -> Any:
        """Make rows and data folder what they were, and return what was kept with them.

        Who is logged in stays so: his session is younger than the copy.
        """
        copy, value = self.held[name]
        connection.ensure_connection()
        sessions = list(Session.objects.all())
        copy.backup(connection.connection)
        Session.objects.bulk_create(sessions, ignore_conflicts=True)
        shutil.rmtree(home)
        shutil.copytree(self.folder / name, home)
        return value


@pytest.fixture(scope="session")
def shelf(tmp_path_factory) -> Shelf:
    """The colleges that an earlier test of this run has built."""
    return Shelf(tmp_path_factory.mktemp("colleges"))


@pytest.fixture
def users(live_server, tmp_path: Path, shelf: Shelf, settings) -> dict[str, User]:
    """The users of the college with two terms of scores, one file with three bad rows in it."""
    if "college" in shelf.held:
        shelf.put_back("college", settings.LUOXUAN_HOME)
    else:
        fill_college(tmp_path)
        shelf.keep("college", settings.LUOXUAN_HOME, None)
    return {user.username: user for user in User.objects.all()}


def fill_college(tmp_path: Path) -> None:
    """Open the college and let its files come in one after the other."""
    open_college()
    found = open_users()
    import_text(score_csv(FIRST), tmp_path, by=found["office"])
    catch_up(by=None, at=NOW)
    import_text(score_csv(CORRECTED), tmp_path, by=found["office"])
    later = score_csv(SECOND_TERM) + ABSENT
    import_text(later, tmp_path, by=found["office"], mode=ImportMode.APPEND)
    bad = f"{HEADER}\n{BAD}{GOOD}"
    import_text(bad, tmp_path, by=found["centre"], mode=ImportMode.APPEND)
    catch_up(by=None, at=LATER)


@pytest.fixture
def keys(users, tmp_path: Path, shelf: Shelf, settings) -> dict[str, object]:
    """What every package adds to the college: keys for addresses, by placeholder."""
    if "packages" not in shelf.held:
        found = fill_packages(users, tmp_path)
        shelf.keep("packages", settings.LUOXUAN_HOME, found)
        return found
    return dict(shelf.put_back("packages", settings.LUOXUAN_HOME))


@pytest.fixture
def enter(live_server) -> Callable[[BrowserContext, User], None]:
    """Give a context the open session of a user, without the login page."""

    def open_session(context: BrowserContext, user: User) -> None:
        client = Client()
        client.force_login(user)
        name = django_settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        context.add_cookies([{"name": name, "value": value, "url": live_server.url}])

    return open_session
