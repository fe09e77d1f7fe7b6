"""What the tests of one module share: a college filled once, and taken back after the last test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import override_settings

HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@contextmanager
def filled_once(folder: Path, blocker: Any) -> Iterator[Path]:
    """Give a warehouse and a transaction for as long as a module's tests run; return the folder.

    Each test of the module then works in a savepoint of its own. ``blocker`` is pytest-django's.
    """
    warehouse = folder / "warehouse"
    warehouse.mkdir()
    settings = override_settings(
        LUOXUAN_WAREHOUSE=warehouse, LUOXUAN_THREADS=1, PASSWORD_HASHERS=HASHERS
    )
    with settings, blocker.unblock(), transaction.atomic():
        yield warehouse
        transaction.set_rollback(True)


def open_warehouse(settings: Any, folder: Path, *, like: Path | None = None) -> Path:
    """Give one test a warehouse of its own: empty, or a copy of the one that its module filled.

    A copy, because what a test writes into the files stays when its savepoint is taken back.
    """
    warehouse = folder / "warehouse"
    if like is None:
        warehouse.mkdir(exist_ok=True)
    else:
        shutil.copytree(like, warehouse, dirs_exist_ok=True)
    settings.LUOXUAN_WAREHOUSE = warehouse
    settings.LUOXUAN_THREADS = 1
    settings.PASSWORD_HASHERS = HASHERS
    return warehouse
