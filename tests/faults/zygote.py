"""A process that has imported the product and forks one that runs commands: a quick start.

Reads one request per line (environment, arguments of several commands, folder, how many processes
do it at once), answers with the id of the last process, then with the worst exit status. A command
that begins with "act" is a function of acts.py. A fork reads the settings anew from its own
environment, so its data folder and database are its own; the parser is forked as well.
"""

import contextlib
import importlib
import json
import os
import sys
import traceback
from types import SimpleNamespace

import django
from django.conf import Settings, settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader

django.setup()

from luoxuan.cli import main  # noqa: E402 - commands need the set-up above
from luoxuan.data.warehouse.intake import child  # noqa: E402
from luoxuan.data.warehouse.intake.stage import _SERVER  # noqa: E402
from tests.faults import acts  # noqa: E402

MODULES = (
    "django.contrib.messages.storage.fallback", "django.contrib.sessions.backends.db",
    "django.contrib.staticfiles.storage", "django.core.management.commands.migrate",
    "luoxuan.cli.commands", "luoxuan.urls",
)  # fmt: skip


def fork_parser():
    """Return what looks like the running process of ``python -m …intake.child``.

    Forked before anything is open, so that a killed process leaves no connection behind in it.
    """
    (in_read, in_write), (out_read, out_write) = os.pipe(), os.pipe()
    process = os.fork()
    if not process:
        os.setsid()
        os.dup2(in_read, 0)
        os.dup2(out_write, 1)
        for end in (in_read, in_write, out_read, out_write):
            os.close(end)
        sys.stdin, sys.stdout = open(0), open(1, "w")  # noqa: SIM115 - until the process ends
        try:
            child.main()
        finally:
            os._exit(0)
    os.close(in_read)
    os.close(out_write)

    def ended(options: int) -> int | None:
        with contextlib.suppress(ChildProcessError):
            found, status = os.waitpid(process, options)
            return os.waitstatus_to_exitcode(status) if found else None
        return 0

    return SimpleNamespace(
        pid=process, stdin=open(in_write, "w"), stdout=open(out_read),
        poll=lambda: ended(os.WNOHANG), wait=lambda: ended(0),
    )  # fmt: skip


def become(environment: dict[str, str]) -> None:
    """Read the settings of this environment, and forget the connection of another one."""
    os.environ.clear()
    os.environ.update(environment)
    importlib.reload(importlib.import_module("luoxuan.settings"))
    settings._wrapped = Settings("luoxuan.settings")
    # Django keeps the databases it was given; there is no public way to let it read them anew.
    connections.__dict__["_settings"] = None
    connections.__dict__.pop("settings", None)
    with contextlib.suppress(AttributeError):
        del connections["default"]
    # A password of nobody need not be slow to check.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def run(request: dict) -> int:
    """Become a process of the command, with its environment, folder and outputs."""
    _SERVER._process, _SERVER._owner = fork_parser(), os.getpid()
    become(request["environment"])
    os.chdir(request["folder"])
    target = os.open("output.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(target, stream)
    statuses = []
    for first, *more in request["commands"]:
        statuses.append(acts.act(*more) if first == "act" else main([first, *more]))
    return max(statuses)


def fork(request: dict) -> int:
    """Let a child do what is asked, and return its process id."""
    process = os.fork()
    if process:
        return process
    status = 3
    try:
        status = run(request)
    except BaseException:  # noqa: BLE001 - reported, and the process ends with status 3
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def serve() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        processes = [fork(request) for _ in range(request["copies"])]
        answer(processes[-1])
        ended = [os.waitpid(process, 0)[1] for process in processes]
        answer(max((os.waitstatus_to_exitcode(status) for status in ended), key=abs))


if __name__ == "__main__":
    for name in MODULES:
        importlib.import_module(name)
    # PyArrow imports it on first use wherever it is installed, which takes a second.
    with contextlib.suppress(ImportError):
        importlib.import_module("pandas")
    MigrationLoader(None)
    serve()
