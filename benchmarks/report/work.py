"""Make the report by us and by every peer in turn, and print CPU seconds and ratios.

python -m benchmarks.report.work [--repeat 5] [--json] [--quick]
"""

import argparse
import json
import os
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.environment import ROOT, data_folder, peer_environment, versions
from benchmarks.measure import Run, Summary, Work, run_in_turn, summarize

RESULTS = Path(__file__).parent.parent / "results"
SECONDS = 120.0
#: CPU seconds, charts included (performance goals, W5).
GOALS = {"ours_pdf": 2.0, "ours_docx": 1.5}
LIMITS = {"ours_pdf": ("typst_raw", "weasyprint_html"), "ours_docx": ("docx_raw",)}


def main(today: date | None = None) -> None:
    """Measure, print, and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON")
    parser.add_argument("--quick", action="store_true", help="one round, our own only, not kept")
    parser.add_argument("--peers-python", type=Path, help="instead of the one in .venv-bench")
    options = parser.parse_args()
    works = _works(options.quick, options.peers_python)
    runs = run_in_turn(works, 1 if options.quick else options.repeat, ROOT, _tell)
    found = {name: summarize(done) for name, done in runs.items()}
    result = _result(found, runs)
    result["date"] = (today or date.today()).isoformat()  # noqa: DTZ011 - names a file
    text = json.dumps(result, ensure_ascii=False, indent=2)
    if not options.json:
        sys.stdout.write(_table(result) + "\n\n")
    sys.stdout.write(text + "\n")
    if not options.quick:
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"report-{result['date']}.json"
        path.write_text(text + "\n", encoding="utf-8")


def _works(is_quick: bool, peers_python: Path | None) -> list[Work]:
    folder = str(data_folder() / "report")

    def work(name: str, python: str, module: str, *arguments: str) -> Work:
        command = [python, "-m", f"benchmarks.report.{module}", *arguments, folder]
        return Work(name, command, SECONDS)

    own = [
        work("ours_pdf", sys.executable, "ours", "pdf"),
        work("ours_docx", sys.executable, "ours", "docx"),
        work("typst_raw", sys.executable, "typst_raw"),
    ]
    if is_quick:
        return own
    python = peers_python or peer_environment().python
    return [
        *own,
        work("docx_raw", str(python), "docx_raw"),
        work("weasyprint_html", str(python), "weasyprint_html"),
    ]


def _tell(name: str, run: Run) -> None:
    said = run.error[-300:] or f"wall {run.wall:.2f} s, CPU {run.cpu:.2f} s, {run.rss_mb} MB"
    sys.stderr.write(f"{name}: {said}\n")


def _result(found: dict[str, Summary | None], runs: dict[str, list[Run]]) -> dict[str, Any]:
    good = {name: summary for name, summary in found.items() if summary is not None}
    ratios = {
        f"{name}_to_{other}": round(good[name].cpu / good[other].cpu, 2)
        for name, others in LIMITS.items()
        for other in others
        if name in good and other in good and good[other].cpu
    }
    return {
        "work": "report",
        "machine": {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 2)},
        "versions": versions(sys.executable, ["luoxuan", "typst", "python-docx", "mini-racer"]),
        "works": {name: asdict(summary) for name, summary in good.items()},
        "goals_cpu_seconds": GOALS,
        "ratios": ratios,
        "errors": {
            name: done[-1].error[-300:] for name, done in runs.items() if found[name] is None
        },
    }


def _table(result: dict[str, Any]) -> str:
    lines = [f"{'work':<18}{'wall s':>8}{'CPU s':>8}{'MB':>7}"]
    for name, row in result["works"].items():
        lines.append(f"{name:<18}{row['wall']:>8.2f}{row['cpu']:>8.2f}{row['rss_mb'] or 0:>7}")
    lines += [f"{name}: {ratio}" for name, ratio in result["ratios"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
