"""Throw-away surroundings of a test run, set before Django reads its settings.

Loaded as the first plug-in of pytest (see pyproject.toml): a test must never meet the data folder,
the database or the secret key of the person who runs it.
"""

import atexit
import os
import secrets
import sys
import tempfile

from luoxuan.testing.postgresql import MissingPostgreSQL, Server

FOREIGN = (
    "LUOXUAN_DATABASE_URL",
    "LUOXUAN_DEBUG",
    "LUOXUAN_ENGINE",
    "LUOXUAN_HOSTS",
    "LUOXUAN_INBOX",
    "LUOXUAN_OUTGOING",
    "LUOXUAN_TLS",
    "LUOXUAN_WAREHOUSE",
)


def prepare() -> None:
    """Point every setting at folders of this run; they are removed when Python ends."""
    home = tempfile.TemporaryDirectory(prefix="luoxuan-test-", ignore_cleanup_errors=True)
    atexit.register(home.cleanup)
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ["LUOXUAN_HOME"] = home.name
    os.environ["LUOXUAN_SECRET_KEY"] = secrets.token_urlsafe(48)
    database = os.environ.get("LUOXUAN_TEST_DATABASE", "sqlite")
    if database == "postgresql":
        server = Server()
        try:
            os.environ["LUOXUAN_DATABASE_URL"] = server.start()
        except MissingPostgreSQL as missing:
            raise SystemExit(str(missing)) from missing
        atexit.register(server.stop)
    elif database != "sqlite":
        raise SystemExit("LUOXUAN_TEST_DATABASE is sqlite or postgresql")


def end_quietly() -> None:
    """Close standard error for what comes after Python: pytest's summary is the last word.

    DuckDB 2.0 lists objects of its own there that it forgot to free, sixty lines of them.
    """
    sys.stderr.flush()
    with open(os.devnull, "wb") as nothing:
        os.dup2(nothing.fileno(), 2)


# Registered first, hence called last.
atexit.register(end_quietly)
prepare()
