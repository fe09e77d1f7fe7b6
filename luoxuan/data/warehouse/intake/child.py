"""The process that parses user files「解析进程」.

Started as ``python -m luoxuan.data.warehouse.intake.child``.

It waits on standard input for folders that hold a request. Each is worked off in a fork of its own
with limits on memory, processor and wall time, so whatever a file does to a parser, only that fork
dies. The engines are imported once, before the first fork; no thread runs in the waiting process.
"""

import os
import resource
import signal
import sys
from pathlib import Path

import pyarrow as pa

from luoxuan.data.warehouse.intake.findings import FileRefused
from luoxuan.data.warehouse.intake.staging import stage_here
from luoxuan.data.warehouse.intake.wire import (
    read_request,
    write_refusal,
    write_staged,
)

_PROCESSOR_SECONDS = 60
_WALL_SECONDS = 120
_MEGABYTE = 1024 * 1024
# Small files stay under 512 MB with the 80 MB that the engines take; a large one may need its
# text, its cells and its typed columns at the same time. Measured, see README.md.
_MEMORY = 400 * _MEGABYTE
_MEMORY_PER_BYTE = 8
_LARGEST_MEMORY = 3072 * _MEGABYTE


def main() -> None:
    """Serve requests until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        status = _in_fork(Path(line.rstrip("\n")))
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


def _in_fork(folder: Path) -> int:
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    try:
        _work(folder)
        status = 0
    finally:
        # Nothing of the waiting process may run here, also after errors that are no Exception.
        os._exit(status)


def _work(folder: Path) -> None:
    signal.alarm(_WALL_SECONDS)
    request = read_request(folder)
    _limit(os.path.getsize(request.path))
    try:
        write_staged(folder, stage_here(request))
    except FileRefused as refused:
        write_refusal(folder, refused)


def _limit(n_bytes: int) -> None:
    """Limit this process for good; core dumps of personal data are never written."""
    pa.set_io_thread_count(1)
    pa.set_cpu_count(1)
    held = resource.getrusage(resource.RUSAGE_SELF)
    used = int(held.ru_utime + held.ru_stime)
    memory = _address_space() + min(_MEMORY + _MEMORY_PER_BYTE * n_bytes, _LARGEST_MEMORY)
    for kind, amount in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, used + _PROCESSOR_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (allowed, allowed))


def _address_space() -> int:
    """Return the bytes that are mapped already, libraries above all."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # no Linux
        return 512 * _MEGABYTE
    return pages * resource.getpagesize()


if __name__ == "__main__":
    main()
