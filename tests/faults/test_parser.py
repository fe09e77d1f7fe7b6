"""A parser that dies over a file: the file is refused in words, and the program lives on (F19)."""

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from luoxuan.data.models import Dataset, ImportBatch
from luoxuan.data.rules import Disposition
from luoxuan.data.warehouse.intake.stage import _SERVER
from luoxuan.portal.verification import verify_everything
from luoxuan.testing.college import HEADER, NOW, Passes, import_text, score_csv

from .installation import ON_POSTGRESQL

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(ON_POSTGRESQL, reason="a parser never meets the database"),
]
# Out of memory, an assertion in C, too much processor time, too long, a bad access.
SIGNALS = (signal.SIGKILL, signal.SIGABRT, signal.SIGXCPU, signal.SIGALRM, signal.SIGSEGV)
LONG = "".join(f"S{n:07d},MATH-1,MATH,EAST-MATH,2025-1,60,合格\n" for n in range(150_000))


def children_of(process: int) -> list[int]:
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
        return [int(word) for word in text.split()]
    return []


@contextlib.contextmanager
def killer(number: int):
    """Send the signal to the process that parses as soon as there is one."""
    over, hits = threading.Event(), []

    def hunt() -> None:
        while not over.is_set() and not hits:
            for parser in children_of(_SERVER._process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(parser, number)
                    hits.append(parser)
            time.sleep(0.002)

    thread = threading.Thread(target=hunt)
    thread.start()
    try:
        yield hits
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize(
    "number",
    [
        # The others end the parser in the same way, seen from outside.
        pytest.param(
            number, marks=() if number == signal.SIGKILL else pytest.mark.nightly, id=number.name
        )
        for number in SIGNALS
    ],
)
def test_a_file_that_kills_its_parser_is_refused_and_the_next_one_is_taken(college, number):
    with killer(number) as hits:
        report = import_text(f"{HEADER}\n{LONG}", college)
    assert hits
    assert report.disposition == Disposition.REJECT_FILE
    assert report.errors[0]["code"] == "file_too_large_or_damaged"
    assert Dataset.objects.get(name="score").current_number == 1
    assert ImportBatch.objects.filter(disposition=Disposition.REJECT_FILE).count() == 1
    assert verify_everything(at=NOW) == []
    assert import_text(score_csv([Passes("MATH-1", 4, 1)]), college).version == 2


def test_a_waiting_parser_that_is_gone_is_replaced(college):
    process = _SERVER._process
    process.kill()
    process.wait()
    try:
        assert import_text(score_csv([Passes("MATH-1", 4, 1)]), college).version == 2
    finally:
        process.stdin.close()
        process.stdout.close()
