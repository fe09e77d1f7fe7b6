"""A PostgreSQL server of one test run: started from its binaries, gone with the run."""

import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import psycopg

OLDEST = 15
INSTALL = "apt-get install postgresql"
USER = "luoxuan"
# Where Debian, Red Hat and the installer of the project put the binaries.
FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
# PostgreSQL refuses to run as root; this account owns nothing and exists everywhere.
ORDINARY_ACCOUNT = "nobody"


class MissingPostgreSQL(Exception):
    """There is no PostgreSQL of a version that Luoxuan supports."""


def major_version(postgres: Path) -> int:
    """Return the major version of the binary, 0 when it does not answer."""
    try:
        answer = subprocess.run(  # noqa: S603 - the binary found by find_binaries
            [postgres, "--version"], capture_output=True, text=True, check=True, timeout=20
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"(\d+)", answer)
    return int(found[1]) if found else 0


def _candidates() -> Iterable[Path]:
    for pattern in FOLDERS:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def find_binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL that is recent enough, None when there is none."""
    found = [
        (major_version(folder / "postgres"), folder)
        for folder in _candidates()
        if (folder / "postgres").exists() and (folder / "initdb").exists()
    ]
    recent = [pair for pair in found if pair[0] >= OLDEST]
    return max(recent)[1] if recent else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """One PostgreSQL server on a free loopback port, its data in a temporary folder."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None

    def start(self) -> str:
        """Start the server and return the URL of an empty database."""
        binaries = find_binaries()
        if binaries is None:
            raise MissingPostgreSQL(f"no PostgreSQL >= {OLDEST} here: {INSTALL}")
        self._folder = folder = Path(tempfile.mkdtemp(prefix="luoxuan-postgresql-"))
        password = secrets.token_urlsafe(24)
        password_file = folder / "password"
        password_file.write_text(password + "\n", encoding="ascii")
        account = ORDINARY_ACCOUNT if os.geteuid() == 0 else None
        if account:
            owner = pwd.getpwnam(account)
            for path in (folder, password_file):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        port = _free_port()
        log = (folder / "server.log").open("wb")
        try:
            self._initialize(binaries, account, password_file)
            self._process = subprocess.Popen(  # noqa: S603 - our own arguments
                [
                    *(binaries / "postgres", "-D", folder / "data", "-k", folder, "-p", str(port)),
                    *("-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"),
                    *("-c", "full_page_writes=off", "-c", "synchronous_commit=off"),
                    # Tests fill tables without committing; statistics taken meanwhile by another
                    # session would say that they are empty, and joins would take minutes.
                    *("-c", "autovacuum=off"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                user=account,
                group=pwd.getpwnam(account).pw_gid if account else None,
                extra_groups=[] if account else None,
                # Control-C ends the tests; the server is then stopped by `stop`.
                start_new_session=True,
            )
            self._create_database(f"postgresql://{USER}:{password}@127.0.0.1:{port}")
        except BaseException:
            self.stop()
            raise
        finally:
            log.close()
        return f"postgres://{USER}:{password}@127.0.0.1:{port}/{USER}"

    def _initialize(self, binaries: Path, account: str | None, password_file: Path) -> None:
        folder = password_file.parent
        subprocess.run(  # noqa: S603 - our own arguments
            [
                *(binaries / "initdb", "-D", folder / "data", "-U", USER, "-E", "UTF8"),
                *("--no-locale", "--no-sync", "-A", "scram-sha-256", "--pwfile", password_file),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            user=account,
            group=pwd.getpwnam(account).pw_gid if account else None,
            extra_groups=[] if account else None,
        )

    def _create_database(self, url: str) -> None:
        """Wait until the server answers and make the database; the log is shown when it dies."""
        assert self._process is not None  # noqa: S101
        assert self._folder is not None  # noqa: S101
        deadline = time.monotonic() + 60
        while True:
            try:
                with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
                    connection.execute(f"CREATE DATABASE {USER}".encode())
                    return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    sys.stderr.write((self._folder / "server.log").read_text(errors="replace"))
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server, and only this one, and remove its folder."""
        if self._process is not None and self._process.poll() is None:
            # SIGINT is PostgreSQL's fast shutdown: open sessions are ended.
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._process = self._folder = None


def main() -> int:
    """Tell by the exit status whether a PostgreSQL for the tests is here; `./run test` asks."""
    binaries = find_binaries()
    if binaries is None:
        sys.stderr.write(f"No PostgreSQL >= {OLDEST} here; to test with it: {INSTALL}\n")
        return 1
    sys.stderr.write(f"Testing with {binaries}, then with SQLite.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
