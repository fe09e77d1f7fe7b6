"""Prepared installations, each made once, and fresh copies of them for every fault."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from luoxuan.testing.college import SMALL, Passes, fill_college, score_csv

from .disk import FailingDisk, college_in
from .installation import Commands, Installation, Zygote, database_url, make_database

Copy = Callable[..., Installation]

OLD = score_csv([Passes("MATH-1", 3, 2)])
NEW = score_csv([Passes("MATH-1", 4, 1), Passes("WELD-1", 30, 10)])
TASKS = "任务来源,工作属性,工作任务,完成时限,10月,责任部门,责任人\n" + "".join(
    f"规划 2.1,重点工作,任务 {number},2026-12-20,滞后,机电学院,\n" for number in range(1, 4)
)
# The import comes last: readings follow it, and no copy begins with something that lags.
COLLEGE = (
    ("config", "load", str(SMALL)), ("act", "prepare_college"), ("import", "score", "old.csv"),
)  # fmt: skip
STORY = (("act", "prepare_story"),)
FILES = {"old.csv": OLD, "new.csv": NEW, "tasks2026.csv": TASKS}


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    process = Zygote()
    yield process
    process.close()


@pytest.fixture(scope="session")
def empty(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with tables and nothing in them; migrating is the slow part."""
    home = tmp_path_factory.mktemp("empty")
    for name, text in FILES.items():
        (home / name).write_text(text, encoding="utf-8")
    server = os.environ.get("LUOXUAN_DATABASE_URL", "")
    url = database_url(server, "fault_empty") if server else ""
    if server:
        make_database(server, "fault_empty")
    made = Installation(home, zygote, url)
    assert made.run(("jobs",)) == 0
    yield made
    made.forget()


def filled(empty: Installation, home: Path, commands: Commands) -> Iterator[Installation]:
    made = empty.copy_to(home)
    assert made.run(*commands) == 0
    yield made
    made.forget()


@pytest.fixture(scope="session")
def prepared(
    empty: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """The small college with its people, one imported file and its readings."""
    yield from filled(empty, tmp_path_factory.mktemp("prepared") / "college", COLLEGE)


@pytest.fixture(scope="session")
def story(empty: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The foundation package and a course that waits for its next reading."""
    yield from filled(empty, tmp_path_factory.mktemp("prepared") / "story", STORY)


def copies_of(original: Installation, folder: Path) -> Iterator[Copy]:
    made = []

    def copy(name: str, of: Installation = original) -> Installation:
        made.append(of.copy_to(folder / name))
        return made[-1]

    yield copy
    for installation in made:
        installation.forget()


@pytest.fixture
def copies(prepared: Installation, tmp_path: Path) -> Iterator[Copy]:
    """Return copies of the small college by name."""
    yield from copies_of(prepared, tmp_path)


@pytest.fixture
def story_copies(story: Installation, tmp_path: Path) -> Iterator[Copy]:
    """Return copies of the installation of the story by name."""
    yield from copies_of(story, tmp_path)


@pytest.fixture
def college(db, tmp_path: Path, settings) -> Path:
    """The small college with its readings in this process; the folder for files of the test."""
    fill_college(college_in(tmp_path, settings))
    return tmp_path


@pytest.fixture
def failing(monkeypatch) -> FailingDisk:
    """A disk whose n-th operation fails, for every n."""
    return FailingDisk(monkeypatch)
