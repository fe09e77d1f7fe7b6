"""Measure W4: our list of fifty subjects against the same rows by f-strings and a bare greeting.

python -m benchmarks.page.work [--students 3000] [--seconds 8] [--rounds 3] [--json]

Every server is gunicorn with two workers on loopback; sixteen clients keep their connections.
CPU is that of the server's processes, divided by the requests that they answered.
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
RESULTS = REPOSITORY / "benchmarks" / "results"
CLIENTS, WORKERS = 16, 2
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Served:
    """What one server did「一次测量」: milliseconds of CPU and of waiting for one request."""

    requests: int
    errors: int
    per_second: float
    cpu_ms: float
    p50_ms: float
    p95_ms: float
    n_bytes: int


def main() -> None:
    """Build the college, let the servers take turns, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="luoxuan-page-") as home:
        environment = environment_for(Path(home))
        cookie = prepare(environment, options.students)
        works = {
            "ours": ("luoxuan.wsgi:application", "/subjects/?kind=STUDENT", {}),
            "f_strings": ("benchmarks.page.site:application", "/subjects/", {}),
            "hello": ("benchmarks.page.site:application", "/hello/", {"BENCHMARK_BARE": "1"}),
        }
        runs: dict[str, list[Served]] = {name: [] for name in works}
        for _ in range(options.rounds):
            for name, (application, address, extra) in works.items():
                with server(application, environment | extra) as port:
                    _load(port, address, cookie, 1.0, lambda: 0.0)
                    runs[name].append(_measure(port, address, cookie, options.seconds))
    result = _result(runs, options.students)
    text = json.dumps(result, ensure_ascii=False, indent=2)
    if not options.json:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"page-{result['date']}.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


def environment_for(home: Path) -> dict[str, str]:
    """Return the surroundings of a server whose data lie in a folder of its own."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("LUOXUAN_")}
    return known | {
        "DJANGO_SETTINGS_MODULE": "luoxuan.settings",
        "LUOXUAN_HOME": str(home),
        "LUOXUAN_SECRET_KEY": "only-for-a-benchmark-on-this-machine",
        "LUOXUAN_LOG_LEVEL": "WARNING",
    }


def prepare(environment: dict[str, str], students: int) -> str:
    """Build the demonstration college and return the cookie of an open session."""
    subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-m", "luoxuan.cli", "demo", "--students", str(students), "--json"],
        check=True, env=environment, cwd=REPOSITORY, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    # As `luoxuan serve` does it: hashed and compressed.
    collect = (
        "import django; django.setup()\n"
        "from luoxuan.cli.service import collect_static_files\n"
        "collect_static_files()"
    )
    subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", collect], check=True, env=environment, cwd=REPOSITORY
    )
    program = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "from luoxuan.core.models import User\n"
        "client = Client(); client.force_login(User.objects.get(username='quality'))\n"
        "print(client.cookies['sessionid'].value)"
    )
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", program],
        check=True, env=environment, cwd=REPOSITORY, capture_output=True, text=True,
    )  # fmt: skip
    return f"sessionid={done.stdout.strip().splitlines()[-1]}"


_processes: dict[int, subprocess.Popen[bytes]] = {}


@contextmanager
def server(application: str, environment: dict[str, str]) -> Iterator[int]:
    """Serve an application on a free port until the block is left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [
        sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}",
        "--workers", str(WORKERS), "--threads", "4", "--worker-class", "gthread",
        "--log-level", "error",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environment, cwd=REPOSITORY)  # noqa: S603
    _processes[port] = process
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the server does not answer")


def _measure(port: int, address: str, cookie: str, seconds: float) -> Served:
    return _load(port, address, cookie, seconds, lambda: _cpu_of(_processes[port].pid))


def _load(port: int, address: str, cookie: str, seconds: float, cpu: Any) -> Served:
    """Let the clients ask until the time is over."""
    until = time.perf_counter() + seconds
    waits: list[float] = []
    wrong: list[int] = []
    sizes: set[int] = set()
    before = cpu()

    def ask() -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.perf_counter() < until:
            start = time.perf_counter()
            link.request("GET", address, headers={"Cookie": cookie})
            answer = link.getresponse()
            body = answer.read()
            waits.append(time.perf_counter() - start)
            sizes.add(len(body))
            if answer.status != 200:
                wrong.append(answer.status)
        link.close()

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = cpu() - before
    ordered = sorted(waits)
    n = len(ordered)
    return Served(
        requests=n,
        errors=len(wrong),
        per_second=round(n / seconds, 1),
        cpu_ms=round(used / n * 1000, 3),
        p50_ms=round(ordered[n // 2] * 1000, 1),
        p95_ms=round(ordered[int(n * 0.95)] * 1000, 1),
        n_bytes=max(sizes),
    )


def _cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process and its living children."""
    total = 0.0
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    for one in (str(pid), *children):
        fields = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def _result(runs: dict[str, list[Served]], students: int) -> dict[str, Any]:
    cpu = {name: statistics.median(run.cpu_ms for run in found) for name, found in runs.items()}
    middle = {
        name: asdict(sorted(found, key=lambda run: run.cpu_ms)[len(found) // 2])
        for name, found in runs.items()
    }
    return {
        "work": "page",
        "date": datetime.now(UTC).date().isoformat(),
        "students": students,
        "clients": CLIENTS,
        "workers": WORKERS,
        "ours": middle["ours"],
        "peers": {name: middle[name] for name in ("f_strings", "hello")},
        "ratios": {
            f"cpu_ratio_to_{name}": round(cpu["ours"] / cpu[name], 2)
            for name in ("f_strings", "hello")
        },
    }


if __name__ == "__main__":
    main()
