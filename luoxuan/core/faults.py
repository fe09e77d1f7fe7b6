"""The fault hook「故障注入点」: named seams at which a test kills the process or fails the disk.

A seam costs one dictionary look-up. ``LUOXUAN_FAULT`` names one seam, with ``#n`` for its n-th
passing (``data.commit.files_written#2``); the process then dies as by kill -9.
``LUOXUAN_FAULT_IO`` is a number: the n-th operation on a disk fails, whichever it is.
"""

import errno
import os
import signal
from collections import Counter

_passed: Counter[str] = Counter()


class InjectedFault(OSError):
    """A disk that fails because a test wants it「注入的故障」."""


def seam(name: str) -> None:
    """Die here if the environment asks for it; otherwise do nothing."""
    wanted = os.environ.get("LUOXUAN_FAULT")
    if not wanted:
        return
    _passed[name] += 1
    place, _, nth = wanted.partition("#")
    if place == name and _passed[name] == int(nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)


def io_seam(name: str) -> None:
    """Fail here as a full disk does, if this is the operation that the environment names."""
    wanted = os.environ.get("LUOXUAN_FAULT_IO")
    if not wanted:
        return
    _passed[""] += 1
    if _passed[""] == int(wanted):
        raise InjectedFault(errno.ENOSPC, os.strerror(errno.ENOSPC), name)
