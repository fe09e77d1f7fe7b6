"""One prepared installation, and a fresh copy of it for every fault."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from luoxuan.testing.college import SMALL, Passes, score_csv

from .installation import Installation, Zygote, database_url, make_database

OLD = score_csv([Passes("MATH-1", 3, 2)])
NEW = score_csv([Passes("MATH-1", 4, 1), Passes("WELD-1", 30, 10)])


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    process = Zygote()
    yield process
    process.close()


@pytest.fixture(scope="session")
def prepared(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The small college with one imported file and its readings, made once."""
    home = tmp_path_factory.mktemp("prepared")
    (home / "old.csv").write_text(OLD, encoding="utf-8")
    (home / "new.csv").write_text(NEW, encoding="utf-8")
    server = os.environ.get("LUOXUAN_DATABASE_URL", "")
    url = database_url(server, "fault_prepared") if server else ""
    if server:
        make_database(server, "fault_prepared")
    made = Installation(home, zygote, url)
    assert made.run(["config", "load", str(SMALL)], ["import", "score", "old.csv"]) == 0
    yield made
    made.forget()


@pytest.fixture
def copies(prepared: Installation, tmp_path: Path) -> Iterator[Callable[[str], Installation]]:
    """Return copies of the prepared installation by name."""
    made = []

    def copy(name: str) -> Installation:
        made.append(prepared.copy_to(tmp_path / name))
        return made[-1]

    yield copy
    for installation in made:
        installation.forget()
