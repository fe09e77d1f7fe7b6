"""The fictional college with every kind of user, made once for a module."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings

from luoxuan.core.actions import deactivate_user
from luoxuan.core.models import User
from luoxuan.data.models import Dataset, ImportBatch
from luoxuan.testing.college import NOW, fill_college, open_user, open_users
from luoxuan.testing.filling import fill_packages


@dataclass
class College:
    """The users of the college and their open sessions, by name."""

    users: dict[str, User]
    clients: dict[str, Client]
    keys: dict[str, object]

    def client(self, username: str) -> Client:
        """Return the open session of a user, or a stranger's browser."""
        return self.clients.get(username) or Client()


def cheap_settings(tmp_path_factory: pytest.TempPathFactory) -> override_settings:
    """A warehouse of the module's own, one thread, and passwords that cost nothing to make."""
    folder = tmp_path_factory.mktemp("college") / "warehouse"
    folder.mkdir()
    return override_settings(
        LUOXUAN_WAREHOUSE=folder,
        LUOXUAN_THREADS=1,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )


@pytest.fixture
def warehouse() -> Any:
    """The warehouse of the module's college."""
    return settings.LUOXUAN_WAREHOUSE


@pytest.fixture(scope="module")
def college(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[College]:
    """The filled college; ``gone`` was deactivated in his session, ``nobody`` has no grant."""
    with cheap_settings(tmp_path_factory), django_db_blocker.unblock(), transaction.atomic():
        folder = tmp_path_factory.mktemp("files")
        fill_college(folder)
        Dataset.objects.create(name="payroll", title="工资")
        users = open_users()
        users["nobody"] = open_user("nobody")
        users["gone"] = open_user("gone", "quality_office", "*")
        clients = {name: Client() for name in users}
        for name, client in clients.items():
            client.force_login(users[name])
        deactivate_user(user=users["gone"], by=None, at=NOW + timedelta(hours=1))
        batch = ImportBatch.objects.get().pk
        keys = {"batch": batch, **fill_packages(users, folder)}
        yield College(users, clients, keys)
        transaction.set_rollback(True)
