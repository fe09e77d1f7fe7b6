"""Staging「暂存」: a file is read in a process of its own; accepted rows and findings come back."""

import atexit
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from luoxuan.data.warehouse.intake.findings import PROBLEMS_SHOWN, FileRefused, Staged
from luoxuan.data.warehouse.intake.spec import Limits, TableSpec
from luoxuan.data.warehouse.intake.wire import REPLY, Request, read_reply, write_request

__all__ = ["PROBLEMS_SHOWN", "Staged", "stage"]

_DEFAULT_LIMITS = Limits()
_NO_ANSWERS: Mapping[str, str] = {}
_ROOT = Path(__file__).parents[4]
# Memory that was freed is used again instead of given back: new pages cost more than the reading.
_MEMORY_IS_KEPT = "glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=2147483648"
_COMMAND = (sys.executable, "-m", "luoxuan.data.warehouse.intake.child")


def stage(
    path: str | Path,
    spec: TableSpec,
    *,
    encoding: str | None = None,
    limits: Limits = _DEFAULT_LIMITS,
    sheet: str | None = None,
    answers: Mapping[str, str] = _NO_ANSWERS,
    file_name: str = "",
    year: int | None = None,
    on: date | None = None,
    others: Sequence[TableSpec] = (),
    tells_changes: bool = False,
) -> Staged:
    """Read a workbook, CSV or Parquet file against a specification, in a limited child process.

    A specification without fields takes every column as text, for a look at an unknown file. A row
    with any problem is rejected as a whole. ``answers`` are those to the questions of earlier
    readings, by their ids; ``file_name`` is the name the sender gave, where ``path`` has another;
    ``year`` completes dates without one, nobody is born after ``on``; ``others`` are datasets that
    a wrong file may belong to. With ``tells_changes`` the table is not the accepted rows but their
    cells that were brought to normal form.

    Raises FileRefused when the file as a whole cannot be trusted; nothing of it is accepted then.
    A child that dies or takes too long refuses the file too.
    """
    size = Path(path).stat().st_size
    if size > limits.bytes:
        raise FileRefused("too_many_bytes", found=size, limit=limits.bytes)
    request = Request(
        path=str(Path(path).resolve()),
        spec=spec,
        limits=limits,
        encoding=encoding,
        sheet=sheet,
        answers=dict(answers),
        file_name=file_name or Path(path).name,
        year=year,
        on=on,
        others=tuple(others),
        tells_changes=tells_changes,
    )
    with tempfile.TemporaryDirectory(prefix="intake-") as name:
        folder = Path(name)
        write_request(folder, request)
        status = _SERVER.work(folder)
        if status or not (folder / REPLY).exists():
            raise FileRefused("file_too_large_or_damaged")
        return read_reply(folder)


class ChildServer:
    """The waiting child of this process「待命解析进程」; started at the first file."""

    def __init__(self, command: Sequence[str] = _COMMAND) -> None:
        self._command = list(command)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._owner = 0

    def work(self, folder: Path) -> int:
        """Have one request worked off and return how its process ended; 0 is well."""
        with self._lock:
            for _ in range(2):  # a server that died in the meantime is replaced once
                status = self._ask(folder)
                if status is not None:
                    return status
                self.stop()
        return 1

    def stop(self) -> None:
        """End the waiting child; it goes by itself when its input ends."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        process.wait()

    def _ask(self, folder: Path) -> int | None:
        process = self._running()
        if process.stdin is None or process.stdout is None:
            return None
        try:
            process.stdin.write(f"{folder}\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            return None
        return int(line) if line else None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self._owner = os.getpid()
            self._process = subprocess.Popen(  # noqa: S603 - our own arguments
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={
                    "PYTHONPATH": str(_ROOT),
                    "PYTHONUTF8": "1",
                    "ARROW_DEFAULT_MEMORY_POOL": "system",
                    "MALLOC_ARENA_MAX": "1",
                    "GLIBC_TUNABLES": _MEMORY_IS_KEPT,
                    "PATH": os.environ.get("PATH", ""),
                    "TMPDIR": tempfile.gettempdir(),
                },
                cwd=_ROOT,
                start_new_session=True,
            )
        return self._process


_SERVER = ChildServer()


@atexit.register
def stop_child() -> None:
    """End the waiting child, so that what it used is counted; the next file starts another."""
    _SERVER.stop()
