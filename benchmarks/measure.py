"""Measuring one piece of work 「计量」: wall time, CPU seconds, peak memory, each run a new child.

The child calls `report`, which prints one line when the timed part begins and one when it ends, so
starting Python, importing libraries, and loading data are never counted. The parent calls
`run_in_turn`, which lets all works take turns: noise on the machine then hits all of them alike.
"""

import contextlib
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PREPARATION_SECONDS = 1800.0
ERROR_CHARACTERS = 2000


@dataclass(frozen=True)
class Work:
    """A piece of work 「任务」: a command whose program calls `report`."""

    name: str
    command: Sequence[str]
    #: The timed part is stopped after this; what it used until then is a lower bound.
    timeout: float
    #: At most this many runs, for a work that takes minutes.
    at_most: int | None = None


@dataclass(frozen=True)
class Run:
    """What one run used 「一次测量」; `error` says why there is nothing."""

    wall: float = 0.0
    cpu: float = 0.0
    rss_mb: int | None = None
    lower_bound: bool = False
    figures: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True)
class Summary:
    """Medians over the runs of one work 「汇总」, the memory as the highest peak."""

    wall: float
    cpu: float
    rss_mb: int | None
    n: int
    lower_bound: bool
    walls: list[float]
    cpus: list[float]
    figures: Mapping[str, Any]


def cpu_seconds() -> float:
    """CPU seconds this process and its finished children have used."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak_megabytes() -> int:
    """Peak resident memory of this process.

    `ru_maxrss` survives exec, so a small child of a large parent would show the parent's peak;
    the kernel's own figure for this program is taken where there is one.
    """
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def report(work: Callable[[], Mapping[str, Any]]) -> None:
    """In the child: do the work, timed, and print what it used and the figures it returned."""
    _forget_peak()
    cpu = cpu_seconds()
    _print_line({"started": True, "cpu": cpu})
    wall = time.perf_counter()
    figures = work()
    used = {
        "wall": round(time.perf_counter() - wall, 4),
        "cpu": round(cpu_seconds() - cpu, 4),
        "rss_mb": peak_megabytes(),
    }
    _print_line({**used, **figures})


def run_once(
    command: Sequence[str], timeout: float, folder: Path, preparation: float = PREPARATION_SECONDS
) -> Run:
    """Run the command in a child of its own and read its two lines."""
    children_before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(  # noqa: S603 - the commands are those of the benchmark itself
            command,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        ) as process:
            started, last = _follow(process, timeout, preparation)
        errors.seek(0)
        complaint = errors.read().decode(errors="replace")[-ERROR_CHARACTERS:].strip()
    if last is not None and process.returncode == 0:
        return Run(last.pop("wall"), last.pop("cpu"), last.pop("rss_mb"), figures=last)
    if started is not None and process.returncode == -signal.SIGKILL:
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = (after.ru_utime + after.ru_stime) - (
            children_before.ru_utime + children_before.ru_stime
        )
        return Run(timeout, round(used - started["cpu"], 4), lower_bound=True)
    return Run(error=complaint or f"ended with {process.returncode} and no figures")


def run_in_turn(
    works: Iterable[Work],
    repeat: int,
    folder: Path,
    tell: Callable[[str, Run], None] = lambda name, run: None,
) -> dict[str, list[Run]]:
    """Run all works round by round; one that failed or hit its time-out is not tried again."""
    runs: dict[str, list[Run]] = {}
    waiting = list(works)
    for turn in range(repeat):
        for work in list(waiting):
            run = run_once(work.command, work.timeout, folder)
            runs.setdefault(work.name, []).append(run)
            tell(work.name, run)
            if run.error or run.lower_bound or turn + 1 == work.at_most:
                waiting.remove(work)
    return runs


def summarize(runs: Sequence[Run]) -> Summary | None:
    """Medians of the runs that gave figures, or nothing if none did."""
    good = [run for run in runs if not run.error]
    if not good:
        return None
    peaks = [run.rss_mb for run in good if run.rss_mb is not None]
    return Summary(
        wall=round(statistics.median(run.wall for run in good), 4),
        cpu=round(statistics.median(run.cpu for run in good), 4),
        rss_mb=max(peaks, default=None),
        n=len(good),
        lower_bound=any(run.lower_bound for run in good),
        walls=[run.wall for run in good],
        cpus=[run.cpu for run in good],
        figures=good[-1].figures,
    )


def _follow(
    process: subprocess.Popen[str], timeout: float, preparation: float
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Read the child's lines until it ends; the clock of the time-out starts with the work."""
    started: dict[str, Any] | None = None
    last: dict[str, Any] | None = None
    clock = _start_clock(process, preparation)
    for line in process.stdout or ():
        values = _read_line(line)
        if values is None:
            continue
        if values.get("started"):
            started = values
            clock.cancel()
            clock = _start_clock(process, timeout)
        else:
            last = values
            clock.cancel()
    process.wait()
    clock.cancel()
    return started, last


def _forget_peak() -> None:
    """Let the peak start again from what is in memory now, where the kernel can do that."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _start_clock(process: subprocess.Popen[str], seconds: float) -> threading.Timer:
    clock = threading.Timer(seconds, _end, [process])
    clock.daemon = True
    clock.start()
    return clock


def _end(process: subprocess.Popen[str]) -> None:
    # The child is the first of its own session: its workers end with it.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _print_line(values: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _read_line(line: str) -> dict[str, Any] | None:
    """A line of ours, or nothing for whatever else a program prints."""
    with contextlib.suppress(json.JSONDecodeError):
        values = json.loads(line)
        if isinstance(values, dict) and ("started" in values or "wall" in values):
            return values
    return None
