"""Measure a pull of 1,000,000 rows from PostgreSQL against copying them to a file by hand.

python -m benchmarks.pull.work [--rows 1000000] [--rounds 1] [--json]
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks.environment import FOLDER, ROOT, data_folder
from benchmarks.measure import Run, Work, run_in_turn, summarize
from luoxuan.testing.postgresql import Server

RESULTS = Path(__file__).parent.parent / "results"
SECONDS = 600.0
GOAL_SECONDS, GOAL_MEGABYTES = 60, 1024
TABLE = """
CREATE TABLE scores AS SELECT
  lpad((n % 100000)::text, 8, '0') AS xh, 'K' || n / 100000 AS kc, '2025-1' AS xq,
  (n % 1001 / 10.0)::numeric(5, 1) AS cj, timestamp '2026-01-01' + n * interval '1 s' AS gxsj
FROM generate_series(0, {rows:d} - 1) n
"""


def main() -> None:
    """Start a server with the rows, let all take turns, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = data_folder() / "pull"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["PYTHONPATH"] = str(ROOT)
    server = Server()
    try:
        os.environ["LUOXUAN_BENCH_SOURCE"] = server.start()
        with psycopg.connect(os.environ["LUOXUAN_BENCH_SOURCE"], autocommit=True) as connection:
            connection.execute(TABLE.format(rows=options.rows).encode())
            connection.execute(b"CREATE INDEX ON scores (gxsj)")
            connection.execute(b"ANALYZE scores")
        runs = run_in_turn(_works(), options.rounds, folder, _tell)
    finally:
        server.stop()
    result = {
        "work": "pull", "date": datetime.now(UTC).date().isoformat(), "rows": options.rows,
        "goal": {"wall": GOAL_SECONDS, "rss_mb": GOAL_MEGABYTES}, "missing": _missing(),
        "engines": {
            name: asdict(summary) if (summary := summarize(found)) else {"error": found[-1].error}
            for name, found in runs.items()
        },
    }  # fmt: skip
    text = json.dumps(result, ensure_ascii=False, indent=2)
    if not options.json:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"pull-{result['date']}.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


def _works() -> list[Work]:
    works = [Work("ours", [sys.executable, "-m", "benchmarks.pull.ours"], SECONDS)]
    works.append(
        Work("copy_duckdb", [sys.executable, "-m", "benchmarks.pull.peers", "copy"], SECONDS)
    )
    if not _missing():
        command = ["env", f"PYTHONPATH={ROOT}", str(_peer_python()), "-m", "benchmarks.pull.peers"]
        works.append(Work("pandas_read_sql", [*command, "pandas"], SECONDS))
    return works


def _peer_python() -> Path:
    return FOLDER / "bin" / "python"


def _missing() -> dict[str, str]:
    """Return why pandas takes no part: it needs the drivers in the environment of the peers."""
    if not _peer_python().exists():
        return {"pandas_read_sql": "no environment of the peers"}
    answer = subprocess.run(  # noqa: S603 - our own program
        [str(_peer_python()), "-c", "import pandas, sqlalchemy, psycopg"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = answer.stderr.strip().splitlines()
    return {"pandas_read_sql": lines[-1]} if answer.returncode else {}


def _tell(name: str, run: Run) -> None:
    sys.stderr.write(f"{name}: {run}\n")


if __name__ == "__main__":
    main()
