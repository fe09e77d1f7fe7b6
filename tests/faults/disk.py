"""A disk that fails at every operation in turn, and what must stand there afterwards."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from luoxuan.core import faults
from luoxuan.core.faults import InjectedFault
from luoxuan.core.read_only import forget_writability
from luoxuan.core.verification import Finding
from luoxuan.data.queries import store
from luoxuan.data.verification import named_originals
from luoxuan.portal.verification import verify_everything
from luoxuan.testing.college import NOW

MOST = 80
Rows = dict[str, list[tuple[Any, ...]]]


def verify() -> list[Finding]:
    return verify_everything(at=NOW, is_deep=True)


def state(besides: Collection[str] = ()) -> Rows:
    """Return every row of the database, by table; ``besides`` are tables that may tell of it."""
    return {
        name: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if (name := model._meta.db_table) not in besides
    }


def changed(before: Rows, after: Rows) -> dict[str, list[tuple[Any, ...]]]:
    """Return the tables that differ with the rows that they gained."""
    return {
        name: [row for row in after[name] if row not in rows]
        for name, rows in before.items()
        if after[name] != rows
    }


def unfinished() -> list[str]:
    """Return files that were begun and not ended, and drafts that nobody will read."""
    root = store().root
    return [
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.name.startswith(".") or path.match("originals/*.*") or path.match("drafts/row-*")
    ]


def forget_originals() -> None:
    """Let a file come as if for the first time: what is kept already is not written again."""
    named = named_originals()
    for path in (store().root / "originals").glob("*"):
        if path.name not in named:
            path.unlink()


@dataclass
class FailingDisk:
    """Lets the n-th operation fail, for every n, until an act passes unharmed."""

    patch: pytest.MonkeyPatch

    def until_passed(self, act: Callable[[], object], *, besides: Collection[str] = ()) -> int:
        """Return how many operations failed; each time the old state was there, whole."""
        for number in range(1, MOST):
            forget_originals()
            before = state(besides)
            if self._passes(act, number):
                assert verify() == []
                assert not unfinished()
                return number - 1
            assert changed(before, state(besides)) == {}
            assert verify() == []
            assert not unfinished()
        raise AssertionError("more operations than the test expects")

    def _passes(self, act: Callable[[], object], number: int) -> bool:
        with self.patch.context() as patched:
            patched.setattr(faults, "_passed", Counter())
            patched.setenv("LUOXUAN_FAULT_IO", str(number))
            forget_writability()
            try:
                act()
            except InjectedFault:
                return False
            # Whoever swallowed the failure did not tell of it.
            assert faults._passed[""] < number
        return True


def college_in(folder: Path, settings: Any) -> Path:
    """Let the settings name a data folder of its own, and return it."""
    settings.LUOXUAN_HOME = folder / "home"
    settings.LUOXUAN_WAREHOUSE = settings.LUOXUAN_HOME / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(parents=True)
    settings.LUOXUAN_THREADS = 1
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return folder
