"""What a person would do by hand: COPY into a CSV that DuckDB reads, or pandas.read_sql.

Neither checks a cell, keeps a version or knows how far it came; both end in one Parquet file.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import report

SOURCE = os.environ["LUOXUAN_BENCH_SOURCE"]


def copy(folder: Path) -> int:
    """Copy the table into a file and read that."""
    import duckdb  # noqa: PLC0415 (each peer brings its own)
    import psycopg  # noqa: PLC0415

    path = folder / "rows.csv"
    with psycopg.connect(SOURCE) as connection, path.open("wb") as file:
        statement = b"COPY (SELECT * FROM scores ORDER BY gxsj) TO STDOUT WITH (FORMAT csv, HEADER)"
        with connection.cursor().copy(statement) as rows:
            for part in rows:
                file.write(part)
    target = folder / "rows.parquet"
    duckdb.execute(f"COPY (SELECT * FROM read_csv('{path}')) TO '{target}' (FORMAT parquet)")
    found = duckdb.execute(f"SELECT count(*) FROM '{target}'").fetchone()
    return int(found[0]) if found else 0


def pandas(folder: Path) -> int:
    """Read the table as a frame."""
    import pandas as pd  # noqa: PLC0415
    from sqlalchemy import create_engine  # noqa: PLC0415

    engine = create_engine(SOURCE.replace("postgres://", "postgresql+psycopg://"))
    frame = pd.read_sql("SELECT * FROM scores ORDER BY gxsj", engine)
    frame.to_parquet(folder / "rows.parquet")
    return len(frame)


PEERS: dict[str, Callable[[Path], int]] = {"copy": copy, "pandas": pandas}


def main() -> None:
    """Do the work of the peer that the command line names."""
    peer = PEERS[sys.argv[1]]

    def work() -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as name:
            return {"rows": peer(Path(name))}

    report(work)


if __name__ == "__main__":
    main()
