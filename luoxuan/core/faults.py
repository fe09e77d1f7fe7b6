"""The fault hook「故障注入点」: named seams at which a test may kill the process.

A seam costs one dictionary look-up. ``LUOXUAN_FAULT`` names one seam, with ``#n`` for its n-th
passing (``data.commit.files_written#2``); the process then dies as by kill -9.
"""

import os
import signal
from collections import Counter

_passed: Counter[str] = Counter()


def seam(name: str) -> None:
    """Die here if the environment asks for it; otherwise do nothing."""
    wanted = os.environ.get("LUOXUAN_FAULT")
    if not wanted:
        return
    _passed[name] += 1
    place, _, nth = wanted.partition("#")
    if place == name and _passed[name] == int(nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
