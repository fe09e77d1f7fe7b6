"""Throw-away surroundings of a test run, set before Django reads its settings.

Loaded as the first plug-in of pytest (see pyproject.toml): a test must never meet the data folder,
the database or the secret key of the person who runs it.
"""

import atexit
import os
import secrets
import tempfile

from luoxuan.testing.postgresql import MissingPostgreSQL, Server

FOREIGN = (
    "LUOXUAN_DATABASE_URL",
    "LUOXUAN_DEBUG",
    "LUOXUAN_ENGINE",
    "LUOXUAN_HOSTS",
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


prepare()
