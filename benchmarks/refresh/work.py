"""Run the refresh by us and by every peer in turn, compare the results, and print the ratios.

python -m benchmarks.refresh.work [--size x4] [--peers plain_duckdb,polars] [--json] [--quick]
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.environment import ROOT, PeerEnvironment, data_folder, peer_environment, versions
from benchmarks.measure import Run, Summary, Work, run_in_turn, summarize
from benchmarks.refresh.definition import SIZES

OURS = "ours"
LIMIT = "tuned_duckdb"
REFERENCE = "plain_duckdb"
SECONDS = 900.0
ORM_SECONDS = 300.0
#: The ORM is measured on no more data than this, and we are then measured on it as well.
ORM_SIZE = "x1"
RESULTS = Path(__file__).parent.parent / "results"


@dataclass(frozen=True)
class Peer:
    """An engine we compare ourselves with, what it needs, and our goal for the CPU ratio."""

    name: str
    module: str
    needs: tuple[str, ...]
    goal: float | None = None


PEERS = (
    Peer("plain_duckdb", "plain_duckdb", ("duckdb",), 1.15),
    Peer("tuned_duckdb", "tuned_duckdb", ("duckdb",)),
    Peer("polars", "polars_lazy", ("polars",)),
    Peer("pandas", "pandas_frames", ("pandas", "numpy", "pyarrow"), 0.5),
    Peer("django_orm_sqlite", "django_orm_sqlite", ("django", "pyarrow"), 0.02),
)
ORM = "django_orm_sqlite"


@dataclass(frozen=True)
class Options:
    """What the command line asked for."""

    size: str
    peers: tuple[Peer, ...]
    repeat: int
    json_only: bool
    save: bool
    python: Path | None


@dataclass(frozen=True)
class Measured:
    """All runs of one size of data, with the folder the outputs are in."""

    size: str
    out: Path
    runs: Mapping[str, list[Run]]

    def summary(self, name: str) -> Summary | None:
        """Medians of the engine, or nothing if it was not run or failed."""
        return summarize(self.runs.get(name, []))


def main(today: date | None = None) -> None:
    """Measure, compare, print, and keep the result."""
    options = _read_options()
    environment = PeerEnvironment(options.python) if options.python else peer_environment()
    measured = _measure(options, environment)
    result = _result(options, environment, measured)
    result["date"] = (today or date.today()).isoformat()  # noqa: DTZ011 - names a file
    text = json.dumps(result, ensure_ascii=False, indent=2)
    if not options.json_only:
        sys.stdout.write(_table(result) + "\n\n")
    sys.stdout.write(text + "\n")
    if options.save:
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"refresh-{options.size}-{result['date']}.json"
        path.write_text(text + "\n", encoding="utf-8")


def _read_options() -> Options:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="x4")
    parser.add_argument("--peers", help="names with commas between, all if left out")
    parser.add_argument("--repeat", type=int, help="rounds, 3 for large data and else 5")
    parser.add_argument("--quick", action="store_true", help="size small, one round, not kept")
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON")
    parser.add_argument("--peers-python", type=Path, help="instead of the one in .venv-bench")
    given = parser.parse_args()
    names = given.peers.split(",") if given.peers else [peer.name for peer in PEERS]
    unknown = set(names) - {peer.name for peer in PEERS}
    if unknown:
        parser.error(f"no such peer: {', '.join(sorted(unknown))}")
    size = "small" if given.quick else given.size
    usual_rounds = 1 if given.quick else 3 if size in ("x4", "x16") else 5
    return Options(
        size=size,
        peers=tuple(peer for peer in PEERS if peer.name in names),
        repeat=given.repeat or usual_rounds,
        json_only=given.json,
        save=not given.quick,
        python=given.peers_python,
    )


def _measure(options: Options, environment: PeerEnvironment) -> list[Measured]:
    """The runs on the asked size, then those of the ORM if that is too large for it."""
    python = str(environment.python)
    ready = [
        peer.name for peer in options.peers if not any(n in environment.errors for n in peer.needs)
    ]
    orm_size = ORM_SIZE if options.size in ("x4", "x16") else options.size
    engines = [OURS] if _ours_exists() else []
    if orm_size == options.size:
        return [_measure_size(options.size, [*engines, *ready], options.repeat, python)]
    fast = [name for name in ready if name != ORM]
    measured = [_measure_size(options.size, [*engines, *fast], options.repeat, python)]
    if ORM in ready:
        reference = [name for name in ready if name == REFERENCE]
        names = [*engines, *reference, ORM]
        measured.append(_measure_size(orm_size, names, options.repeat, python))
    return measured


def _measure_size(size: str, names: Sequence[str], repeat: int, python: str) -> Measured:
    data, out = data_folder() / f"refresh-{size}", data_folder() / f"refresh-{size}-out"
    _call([python, "-m", "benchmarks.refresh.generate", size, str(data)])
    # An engine that writes nothing must not be judged by what an earlier one left.
    shutil.rmtree(out, ignore_errors=True)
    # Read once: otherwise the first engine alone would pay for the disk.
    for path in data.glob("*.parquet"):
        path.read_bytes()
    modules = {peer.name: peer.module for peer in PEERS} | {OURS: OURS}
    works = [
        Work(
            name=name,
            command=[
                sys.executable if name == OURS else python,
                "-m",
                f"benchmarks.refresh.{modules[name]}",
                str(data),
                str(out / name),
            ],
            timeout=ORM_SECONDS if name == ORM else SECONDS,
            at_most=1 if name == ORM else None,
        )
        for name in names
    ]
    return Measured(size, out, run_in_turn(works, repeat, ROOT, _tell))


def _tell(name: str, run: Run) -> None:
    said = run.error or f"wall {run.wall:.2f} s, CPU {run.cpu:.2f} s, {run.rss_mb} MB"
    sys.stderr.write(f"{name}: {said}\n")


def _result(
    options: Options, environment: PeerEnvironment, measured: Sequence[Measured]
) -> dict[str, Any]:
    """Everything that is printed and kept."""
    main_runs = measured[0]
    ours = main_runs.summary(OURS)
    peers = {}
    for peer in options.peers:
        source = _source(peer.name, measured)
        summary = source.summary(peer.name)
        if summary is not None:
            peers[peer.name] = {**_figures(summary), "size": source.size}
    distributions = sorted({name for peer in PEERS for name in peer.needs})
    return {
        "work": "refresh",
        "size": options.size,
        "rows": asdict(SIZES[options.size]),
        "machine": {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 2)},
        "versions": {
            "ours": versions(sys.executable, ["luoxuan", "duckdb"]),
            "peers": versions(environment.python, distributions),
        },
        "ours": _figures(ours) if ours else None,
        "limit": {"name": LIMIT, **peers[LIMIT]} if LIMIT in peers else None,
        "peers": peers,
        "ratios": _ratios(options.peers, measured),
        "goals": {f"cpu_ratio_to_{p.name}": p.goal for p in options.peers if p.goal is not None},
        "correctness": {runs.size: _correctness(runs, environment.python) for runs in measured},
        "errors": _errors(options.peers, environment, measured),
    }


def _source(name: str, measured: Sequence[Measured]) -> Measured:
    """The runs a peer is taken from: the ORM may have been given less data."""
    return measured[-1] if name == ORM else measured[0]


def _figures(summary: Summary) -> dict[str, Any]:
    values = asdict(summary)
    return {**values.pop("figures"), **values}


def _ratios(peers: Sequence[Peer], measured: Sequence[Measured]) -> dict[str, float]:
    """Our CPU seconds over those of each peer on the same data, and between walls for the record.

    Where the peer was stopped, its figure is a lower bound and so the ratio is an upper one.
    """
    ratios = {}
    for peer in peers:
        source = _source(peer.name, measured)
        ours, theirs = source.summary(OURS), source.summary(peer.name)
        if ours is not None and theirs is not None and theirs.cpu and theirs.wall:
            ratios[f"cpu_ratio_to_{peer.name}"] = round(ours.cpu / theirs.cpu, 4)
            ratios[f"wall_ratio_to_{peer.name}"] = round(ours.wall / theirs.wall, 4)
    return ratios


def _correctness(measured: Measured, python: Path) -> dict[str, Any]:
    """Readings, sums, and alerts of every engine against one of them, and whether runs agree."""
    finished = [
        name
        for name, runs in measured.runs.items()
        if not any(run.error or run.lower_bound for run in runs)
    ]
    if not finished:
        return {}
    reference = REFERENCE if REFERENCE in finished else finished[0]
    reference_out = measured.out / reference
    folders = [measured.out / name for name in finished if name != reference]
    try:
        answer = _call(
            [str(python), "-m", "benchmarks.refresh.compare", *map(str, [reference_out, *folders])]
        )
    except subprocess.CalledProcessError as error:
        # The measured figures are kept, and no engine is called equal.
        return {"reference": reference, "engines": {}, "error": str(error)}
    compared: dict[str, dict[str, Any]] = json.loads(answer)
    for name, figures in compared.items():
        counts = {json.dumps(run.figures, sort_keys=True) for run in measured.runs[name]}
        figures["same_counts_every_run"] = len(counts) == 1
    return {"reference": reference, "engines": compared}


def _errors(
    peers: Sequence[Peer], environment: PeerEnvironment, measured: Sequence[Measured]
) -> dict[str, str]:
    """Why an engine has no figures."""
    errors = {
        peer.name: environment.errors[need]
        for peer in peers
        for need in peer.needs
        if need in environment.errors
    }
    if not _ours_exists():
        errors[OURS] = "benchmarks/refresh/ours.py is not there"
    for runs_of_size in measured:
        for name, runs in runs_of_size.runs.items():
            failed = [run.error for run in runs if run.error]
            if failed:
                errors[name] = failed[0]
    return errors


def _table(result: Mapping[str, Any]) -> str:
    """The figures as text, CPU seconds also as multiples of the limit."""
    size = result["size"]
    limit = result["limit"]
    rows = {OURS: {**result["ours"], "size": size}} if result["ours"] else {}
    rows |= result["peers"]
    lines = [
        f"refresh {size}: {result['rows']['events']:,} events",
        f"{'':20}{'wall s':>9}{'CPU s':>9}{'x limit':>9}{'RSS MB':>8}{'n':>3}"
        f"{'ours / it':>11}{'goal':>7}  equal",
    ]
    for name, row in rows.items():
        same_data = limit is not None and row["size"] == size
        ratio = result["ratios"].get(f"cpu_ratio_to_{name}")
        goal = result["goals"].get(f"cpu_ratio_to_{name}")
        compared = result["correctness"].get(row["size"], {}).get("engines", {}).get(name)
        bound = ("≥", "≤") if row["lower_bound"] else ("", "")
        cells = (
            f"{name:20}",
            f"{bound[0]}{row['wall']:.2f}".rjust(9),
            f"{bound[0]}{row['cpu']:.2f}".rjust(9),
            (f"{row['cpu'] / limit['cpu']:.2f}" if same_data else "").rjust(9),
            f"{row['rss_mb'] or ''}".rjust(8),
            f"{row['n']}".rjust(3),
            ("" if ratio is None else f"{bound[1]}{ratio:.3f}").rjust(11),
            ("" if goal is None else f"{goal:g}").rjust(7),
            "  " + ("" if compared is None else "yes" if compared["equal"] else "NO"),
            "" if row["size"] == size else f" on {row['size']}",
        )
        lines.append("".join(cells).rstrip())
    lines += [f"{name}: {error.splitlines()[-1]}" for name, error in result["errors"].items()]
    return "\n".join(lines)


def _ours_exists() -> bool:
    return (Path(__file__).parent / "ours.py").exists()


def _call(command: list[str]) -> str:
    """Run a program of the benchmark that is not measured and return what it printed."""
    answer = subprocess.run(  # noqa: S603 - our own programs
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return answer.stdout


if __name__ == "__main__":
    main()
