"""A process that has imported the libraries and forks one that runs commands: a quick start.

Reads one request per line (environment, arguments of several commands, folder, how many processes
do it at once), answers with the id of the last process, then with the worst exit status. A command
that begins with "act" is a function of acts.py. Of the product only what knows no Django is
imported before.
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

    statuses = []
    for first, *more in request["commands"]:
        if first == "act":
            from tests.faults import acts  # noqa: PLC0415 - needs the environment set above

            statuses.append(acts.act(*more))
        else:
            statuses.append(main([first, *more]))
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
    for name in READY:
        importlib.import_module(name)
    # PyArrow imports it on first use wherever it is installed, which takes a second.
    with contextlib.suppress(ImportError):
        importlib.import_module("pandas")
    serve()
