"""A process that has imported the libraries and forks one that runs commands: a quick start.

Reads one request per line (environment, arguments of several commands, folder), answers with the
process id, then with the exit status. Of the product only what knows no Django is imported before.
"""

import contextlib
import importlib
import json
import os
import sys
import traceback

READY = (
    "django.contrib.messages",
    "django.core.management.commands.migrate",
    "django.db.backends.sqlite3.base",
    "django.db.models",
    "django.forms",
    "django.http",
    "django.template.defaulttags",
    "django.urls",
    "luoxuan.data.formula",
    "luoxuan.data.warehouse.aggregation",
    "luoxuan.data.warehouse.intake",
)


def run(request: dict) -> int:
    """Become a process of the command, with its environment, folder and outputs."""
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    target = os.open("output.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(target, stream)
    from luoxuan.cli import main  # noqa: PLC0415 - the product is imported after the fork

    return max(main(command) for command in request["commands"])


def answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def serve() -> None:
    for line in sys.stdin:
        process = os.fork()
        if not process:
            status = 3
            try:
                status = run(json.loads(line))
            except BaseException:  # noqa: BLE001 - reported, and the process ends with status 3
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        answer(process)
        answer(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))


if __name__ == "__main__":
    for name in READY:
        importlib.import_module(name)
    # PyArrow imports it on first use wherever it is installed, which takes a second.
    with contextlib.suppress(ImportError):
        importlib.import_module("pandas")
    serve()
