"""Measure W2: our import against raw readers and validators, cases in turn; print the ratios.

python -m benchmarks.import.work [--rounds 3] [--json]
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.environment import ROOT, data_folder, peer_environment, versions
from benchmarks.measure import Run, Work, run_in_turn, summarize

RESULTS = Path(__file__).parent.parent / "results"
SECONDS = 900.0
# case: (file of ours, peers)
CASES: dict[str, tuple[str, tuple[str, ...]]] = {
    "xlsx": ("import.xlsx", ("fastexcel_raw", "pandera_excel")),
    "csv": ("import.csv", ("polars_raw", "pandera_csv", "great_expectations_csv")),
    "csv_gb18030": ("import-gb18030.csv", ()),
}


def main() -> None:
    """Make the files, let all take turns, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = data_folder() / "import"
    subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-m", "benchmarks.import.generate", str(folder)], check=True, cwd=ROOT
    )
    environment = peer_environment()
    works, files = [], {}
    for case, (name, peers) in CASES.items():
        files[case] = folder / name
        ours = [sys.executable, "-m", "benchmarks.import.ours", str(files[case])]
        works.append(Work(f"{case}:ours", ours, SECONDS))
        for peer in peers:
            # `env` gives the peers' Python the path of the repository, for the measuring alone.
            command = [
                "env", f"PYTHONPATH={ROOT}", str(environment.python), "-m",
                "benchmarks.import.peers", peer, str(files[case]),
            ]  # fmt: skip
            works.append(Work(f"{case}:{peer}", command, SECONDS))
    os.environ["PYTHONPATH"] = str(ROOT)
    runs = run_in_turn(works, options.rounds, folder, _tell)
    result = _result(runs, environment.python, environment.errors)
    text = json.dumps(result, ensure_ascii=False, indent=2)
    if not options.json:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"import-{result['date']}.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


def _tell(name: str, run: Run) -> None:
    sys.stderr.write(f"{name}: {run}\n")


def _result(runs: dict[str, Any], python: Path, errors: dict[str, str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "work": "import",
        "date": datetime.now(UTC).date().isoformat(),
        "versions": versions(
            python, ("fastexcel", "polars", "pandas", "pandera", "great_expectations")
        ),
        "not_installed": errors,
        "cases": {},
        "ratios": {},
    }
    for name, found in runs.items():
        case, _, engine = name.partition(":")
        summary = summarize(found)
        here = result["cases"].setdefault(case, {"peers": {}})
        figures = asdict(summary) if summary else {"error": found[-1].error}
        if engine == "ours":
            here["ours"] = figures
        else:
            here["peers"][engine] = figures
    for case, here in result["cases"].items():
        for engine, figures in here["peers"].items():
            if "cpu" in figures and "cpu" in here["ours"]:
                ratio = round(here["ours"]["cpu"] / figures["cpu"], 3)
                result["ratios"][f"{case}_cpu_ratio_to_{engine}"] = ratio
    plain, other = (result["cases"][case]["ours"] for case in ("csv", "csv_gb18030"))
    if "cpu" in plain and "cpu" in other:
        result["ratios"]["csv_gb18030_cpu_ratio_to_utf8"] = round(other["cpu"] / plain["cpu"], 3)
    return result


if __name__ == "__main__":
    main()
