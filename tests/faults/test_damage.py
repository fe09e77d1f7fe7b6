"""Pages of the database that were overwritten are told of, never passed over (F21)."""

import os
import random
import sqlite3
import stat
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from .installation import Installation, database_url
from .test_kill import BEFORE, VERIFY

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
DEEP = ("verify", "--deep")
SEED, N_PAGES = 20260302, 25
GARBAGE = b"\xff" * 8


@dataclass
class SqliteFile:
    """The file of a database, page by page."""

    path: Path

    def __post_init__(self) -> None:
        with closing(sqlite3.connect(self.path)) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            ((self.size,),) = file.execute("PRAGMA page_size").fetchall()
            found = "SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0 ORDER BY name"
            self.roots = dict(file.execute(found).fetchall())
        self.whole = self.path.read_bytes()

    def overwrite(self, page: int) -> None:
        """Put garbage where a page says what it is; the rest of the file is whole again."""
        start = (page - 1) * self.size + (100 if page == 1 else 0)
        content = self.whole[:start] + GARBAGE + self.whole[start + len(GARBAGE) :]
        self.path.write_bytes(content)
        for name in ("-wal", "-shm"):
            self.path.with_name(self.path.name + name).unlink(missing_ok=True)


@pytest.fixture
def damaged(copies) -> tuple[Installation, SqliteFile]:
    installation = copies("damaged")
    if installation.url:
        pytest.skip("the pages of a server are tried below")
    return installation, SqliteFile(installation.home / "luoxuan.sqlite3")


def told(installation: Installation, command=DEEP) -> tuple[int, str]:
    """Return how a command ends and what it prints."""
    (installation.home / "output.txt").write_text("", encoding="utf-8")
    status = installation.run(command)
    return status, installation.output()


def check_told(installation: Installation, page: int) -> None:
    status, output = told(installation)
    assert (status, "I9" in output) == (1, True) or "从备份恢复数据库" in output, (page, output)


def test_a_damaged_table_and_a_damaged_index_are_found_and_named(damaged):
    installation, file = damaged
    index = next(name for name in file.roots if name.startswith("data_outlier_"))
    for name in ("data_outlier", index):
        file.overwrite(file.roots[name])
        status, output = told(installation)
        assert status == 1
        assert "I9" in output
        assert "data_outlier" in output or "database" in output
    file.path.write_bytes(file.whole)
    assert told(installation)[0] == 0


def test_a_database_that_cannot_be_opened_says_what_to_do(damaged):
    installation, file = damaged
    file.overwrite(1)
    for command in (DEEP, VERIFY, ("import", "score", "new.csv")):
        status, output = told(installation, command)
        assert status == 3
        assert "数据库已损坏" in output
        assert "从备份恢复数据库" in output


def test_the_night_tells_whoever_can_mend_it_and_leaves_everything_as_it_is(damaged):
    installation, file = damaged
    file.overwrite(file.roots["data_outlier"])
    assert installation.run(("act", "ask_for_upkeep_now"), ("worker", "--once")) == 0
    file.whole = file.path.read_bytes()
    assert installation.held() == BEFORE
    notices = installation.query("SELECT text FROM core_notice WHERE key LIKE 'damage:%'")
    assert notices
    assert all("损坏" in text and "从备份恢复" in text for (text,) in notices)
    ((report,),) = installation.query("SELECT report FROM data_upkeeprun ORDER BY id DESC LIMIT 1")
    assert "I9" in report
    assert '"n_packed": 0' in report


@pytest.mark.nightly
def test_every_table_and_index_is_watched_and_pages_anywhere(damaged):
    installation, file = damaged
    n_pages = len(file.whole) // file.size
    chance = random.Random(SEED)  # noqa: S311 - a seed, no secret
    leaves = chance.sample(range(2, n_pages + 1), N_PAGES)
    pages = sorted({*file.roots.values(), *leaves} - freed(file))
    most = int(os.environ.get("LUOXUAN_FAULT_TIMES") or len(pages))
    for page in chance.sample(pages, most):
        file.overwrite(page)
        check_told(installation, page)


def freed(file: SqliteFile) -> set[int]:
    """Return the pages that hold nothing: what stands there is never read."""
    used = set(file.roots.values())
    # Not every SQLite can tell; then only the roots are certain.
    with closing(sqlite3.connect(file.path)) as one, suppress(sqlite3.OperationalError):
        used |= {page for (page,) in one.execute("SELECT pageno FROM dbstat")}
    return set(range(1, len(file.whole) // file.size + 1)) - used


@dataclass(frozen=True)
class ServerFile:
    """The file of one table or index of a server, that none of its buffers holds."""

    url: str
    path: Path

    def overwrite(self) -> None:
        with self.path.open("r+b") as file:
            # Everything but the position in the log: the header of the page says nothing right.
            file.seek(8)
            file.write(b"\xff" * 16)


@pytest.fixture
def server_copy(copies):
    """Return a copy of an installation whose files on the server were never read, by relation."""
    installation = copies("damaged")
    if not installation.url:
        pytest.skip("needs a server")
    made = []

    def copy(relation: str) -> tuple[Installation, ServerFile]:
        name = f"fault_pages_{len(made)}"
        with psycopg.connect(database_url(installation.url, "postgres"), autocommit=True) as server:
            ((folder,),) = server.execute("SHOW data_directory").fetchall()
            if not (Path(folder).is_dir() and os.access(folder, os.R_OK | os.X_OK)):
                pytest.skip("the files of this server are not ours")
            template = urlsplit(installation.url).path.lstrip("/")
            # Copied as files, so that no page of the copy is in memory.
            server.execute(
                f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY = FILE_COPY'.encode()
            )
            ((oid,),) = server.execute(
                "SELECT oid FROM pg_database WHERE datname = %s", [name]
            ).fetchall()
        here = Installation(
            installation.home, installation.zygote, database_url(installation.url, name)
        )
        made.append(here)
        with psycopg.connect(installation.url) as server:
            ((place,),) = server.execute(
                "SELECT pg_relation_filepath(%s::regclass)", [relation]
            ).fetchall()
        path = Path(folder) / "base" / str(oid) / Path(place).name
        return here, ServerFile(here.url, path)

    yield copy
    for here in made:
        here.forget()


@pytest.mark.parametrize("relation", ["core_auditentry", "campus_subject", "data_datasetversion"])
def test_a_damaged_table_of_a_server_is_found_and_named(server_copy, relation):
    """PostgreSQL looks at the header of a page even without checksums."""
    installation, file = server_copy(relation)
    assert stat.S_ISREG(file.path.stat().st_mode)
    file.overwrite()
    status, output = told(installation)
    assert status == 1
    assert "I9" in output
    assert relation in output
    assert "invalid page" in output


def test_a_damaged_index_of_a_server_is_found_where_amcheck_is_installed(server_copy):
    installation, file = server_copy("core_auditentry_pkey")
    with psycopg.connect(installation.url) as server:
        found = "SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck'"
        if not server.execute(found).fetchone()[0]:
            pytest.skip("this server comes without amcheck")
        server.execute("CREATE EXTENSION amcheck")
    file.overwrite()
    status, output = told(installation)
    assert status == 1
    assert "I9" in output
