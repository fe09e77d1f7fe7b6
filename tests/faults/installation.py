"""A whole installation in a folder of its own, driven by commands and looked at from outside.

What it holds is read by SQL and from the Parquet files, never by the product under test.
"""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pyarrow.parquet as pq

ON_POSTGRESQL = os.environ.get("LUOXUAN_TEST_DATABASE") == "postgresql"
REPOSITORY = Path(__file__).resolve().parents[2]
Commands = Sequence[Sequence[str]]


class Zygote:
    """The process of zygote.py; a command that it starts has nothing left to import."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "zygote.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "LUOXUAN_LOG_LEVEL": "ERROR"},
        )

    def start(
        self, environment: dict[str, str], folder: Path, commands: Commands, copies: int = 1
    ) -> int:
        """Start commands, one after the other in one process, and return the process id.

        ``copies`` of such processes run at once.
        """
        assert self._process.stdin
        request = {
            "environment": environment,
            "folder": str(folder),
            "commands": commands,
            "copies": copies,
        }
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def wait(self) -> int:
        """Return the exit status of what was started last; -9 means killed."""
        return self._answer()

    def _answer(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=30)


@dataclass(frozen=True)
class Held:
    """What an installation holds of one dataset."""

    number: int
    versions: list[tuple[int, int]]
    students: list[str]
    n_batches: int
    n_audited: int


@dataclass(frozen=True)
class Installation:
    """A data folder and its database: SQLite inside the folder, or the named one of a server."""

    home: Path
    zygote: Zygote
    url: str = ""

    def environment(self, **more: str) -> dict[str, str]:
        own = {
            "LUOXUAN_HOME": str(self.home),
            "LUOXUAN_WAREHOUSE": "",
            "LUOXUAN_DATABASE_URL": self.url,
            "LUOXUAN_THREADS": "1",
            "LUOXUAN_LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(REPOSITORY),
        }
        return {**os.environ, **own, **more}

    def run(
        self, *commands: Sequence[str], fault: str = "", fault_io: str = "", copies: int = 1
    ) -> int:
        """Run commands in one process and return the worst exit status; -9 means killed."""
        environment = self.environment(LUOXUAN_FAULT=fault, LUOXUAN_FAULT_IO=fault_io)
        self.zygote.start(environment, self.home, commands, copies)
        status = self.zygote.wait()
        if status not in {0, -signal.SIGKILL} and not fault_io:
            sys.stderr.write(self.output())
        return status

    def killed_after(self, seconds: float, *commands: Sequence[str], copies: int = 1) -> int:
        """Run commands and kill a process of theirs from outside, unless it ends before."""
        process = self.zygote.start(self.environment(), self.home, commands, copies)
        time.sleep(seconds)
        # The zygote collects its child only when asked below, so the id is still the child's.
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        return self.zygote.wait()

    @contextlib.contextmanager
    def running(self, *command: str) -> Iterator[int]:
        """Run a command that does not end by itself, and kill it afterwards."""
        process = self.zygote.start(self.environment(), self.home, [command])
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            self.zygote.wait()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        if self.url:
            with psycopg.connect(self.url) as server:
                return server.execute(sql.encode()).fetchall()
        file = sqlite3.connect(self.home / "luoxuan.sqlite3")
        try:
            return file.execute(sql).fetchall()
        finally:
            file.close()

    def change(self, sql: str) -> None:
        """Change rows behind the product's back."""
        if self.url:
            with psycopg.connect(self.url) as server:
                server.execute(sql.encode())
            return
        with contextlib.closing(sqlite3.connect(self.home / "luoxuan.sqlite3")) as file, file:
            file.execute(sql)

    def output(self) -> str:
        return (self.home / "output.txt").read_text(encoding="utf-8")

    def held(self, dataset: str = "score") -> Held:
        """Return what is there, and fail when a file is not what the database says."""
        ((key, number),) = self.query(
            f"SELECT id, current_number FROM data_dataset WHERE name = '{dataset}'"
        )
        files = self.query(
            "SELECT path, n_rows, sha256 FROM data_datafile "
            f"WHERE dataset_id = {key} AND added_in <= {number} "
            f"AND (removed_in IS NULL OR removed_in > {number})"
        )
        students = []
        for path, n_rows, sha256 in files:
            full = self.home / "warehouse" / path
            assert hashlib.sha256(full.read_bytes()).hexdigest() == sha256
            table = pq.read_table(full)
            assert table.num_rows == n_rows
            students += (
                table["student_id"].to_pylist() if "student_id" in table.schema.names else []
            )
        versions = self.query(
            f"SELECT number, n_rows FROM data_datasetversion WHERE dataset_id = {key} "
            "ORDER BY number"
        )
        ((n_batches,),) = self.query(
            f"SELECT count(*) FROM data_importbatch WHERE dataset_id = {key}"
        )
        ((n_audited,),) = self.query(
            "SELECT count(*) FROM core_auditentry WHERE action = 'commit_version' "
            f"AND object_key LIKE '{dataset}@%'"
        )
        return Held(number, versions, sorted(students), n_batches, n_audited)

    def copy_to(self, home: Path) -> "Installation":
        """Return an independent copy in another folder, of the database too."""
        shutil.copytree(self.home, home)
        if not self.url:
            return Installation(home, self.zygote)
        name = f"fault_{hashlib.sha256(str(home).encode()).hexdigest()[:16]}"
        copy = database_url(self.url, name)
        make_database(self.url, name, template=urlsplit(self.url).path.lstrip("/"))
        return Installation(home, self.zygote, copy)

    def forget(self) -> None:
        """Remove the database of a server; folders are removed by pytest."""
        if self.url:
            name = urlsplit(self.url).path.lstrip("/")
            _administer(self.url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def database_url(url: str, name: str) -> str:
    """Return the address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def make_database(url: str, name: str, *, template: str = "template1") -> None:
    """Make a database on the server of ``url``."""
    _administer(url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _administer(url: str, statement: str) -> None:
    with psycopg.connect(database_url(url, "postgres"), autocommit=True) as server:
        server.execute(statement.encode())
