"""Ours: the same indicators as declarations, refreshed by the product's own action.

python -m benchmarks.refresh.ours DATA OUT
"""

import os
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import django

from benchmarks.measure import report
from benchmarks.refresh.arguments import read_arguments
from benchmarks.refresh.definition import THREADS

_HOME = tempfile.TemporaryDirectory(prefix="luoxuan-refresh-")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "luoxuan.settings",
    "LUOXUAN_HOME": _HOME.name,
    "LUOXUAN_SECRET_KEY": "only-for-a-benchmark-on-this-machine",
    "LUOXUAN_THREADS": str(THREADS),
    "LUOXUAN_LOG_LEVEL": "WARNING",
    "LUOXUAN_MEMORY_LIMIT": "4GB",
}
os.environ.pop("LUOXUAN_DATABASE_URL", None)
django.setup()

from django.conf import settings  # noqa: E402 (Django must be set up first)
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from luoxuan.data.actions import commit_version  # noqa: E402
from luoxuan.data.formula import rounded_sql  # noqa: E402
from luoxuan.data.models import Dataset  # noqa: E402
from luoxuan.data.queries import engine, store  # noqa: E402
from luoxuan.data.warehouse.crossing import crossing_sql, offer_limits  # noqa: E402
from luoxuan.indicators.actions import compute_readings  # noqa: E402
from luoxuan.indicators.queries import (  # noqa: E402
    indicators,
    readings_dataset,
    warning_limits,
)
from luoxuan.portal.configuration import load_package  # noqa: E402

PACKAGE = Path(__file__).parent / "package"
NOW = datetime(2025, 7, 1, tzinfo=UTC)
FILES = {"student": "students", "event": "events", "grade": "grades"}
LEVELS = {"STUDENT": "student", "COURSE": "course", "PROGRAM": "program", "UNIT": "college"}


def prepare(data: Path) -> None:
    """Declare the indicators and store the files as dataset versions; not part of the measure."""
    settings.LUOXUAN_WAREHOUSE.mkdir(parents=True)
    call_command("migrate", verbosity=0)
    load_package(PACKAGE, by=None, at=NOW)
    for name, file in FILES.items():
        _store(Dataset.objects.get(name=name), data / f"{file}.parquet")
    _import_everything()


def refresh() -> dict[str, int]:
    """Compute every reading, commit them, and write those in warning."""
    report = compute_readings(by=None, at=NOW, threads=THREADS)
    with engine(threads=THREADS).session() as session:
        limits = warning_limits(list(indicators()), on=date(2025, 7, 1))
        offer_limits(session, limits, {})
        file = readings_dataset().files.get()
        sql = crossing_sql([store().root / file.path])
        session.copy(sql, store().root / "alerts.parquet")
        alerts = session.table(f"SELECT count(*) FROM '{store().root / 'alerts.parquet'}'")
    return {"readings": report.n_readings, "alerts": int(alerts.rows[0][0])}


def deliver(out: Path) -> None:
    """Write both results in the names of the benchmark; not part of the measure."""
    source = store().root / readings_dataset().files.get().path
    levels = " ".join(f"WHEN '{kind}' THEN '{level}'" for kind, level in LEVELS.items())
    columns = (
        f"CASE kind {levels} END AS level, subject AS entity, "
        "CASE indicator WHEN 'course.n_students' THEN 'n_courses' "
        "ELSE split_part(indicator, '.', 2) END AS indicator"
    )
    with engine().session() as session:
        shown = f"SELECT {columns}, numerator, denominator, \"rows\", value FROM '{source}'"
        session.copy(shown, store().root / "shown.parquet")
        alerts = f"SELECT {columns} FROM '{store().root / 'alerts.parquet'}'"
        session.copy(alerts, store().root / "shown_alerts.parquet")
    (out / "readings.parquet").write_bytes((store().root / "shown.parquet").read_bytes())
    (out / "alerts.parquet").write_bytes((store().root / "shown_alerts.parquet").read_bytes())


def _import_everything() -> None:
    """Load what Python and DuckDB load on first use; a server has done so long before."""
    rounded_sql("1", 0, "2", 0, 2)
    with engine(threads=THREADS).session() as session:
        session.offer_rows("nothing", {"_code": "text"}, [("",)])
        session.table("SELECT count(*) FROM nothing")
        session.copy("SELECT 1 AS one", settings.LUOXUAN_WAREHOUSE / "nothing.parquet")


def _store(dataset: Dataset, path: Path) -> None:
    """Store a generated file as version 1, with the columns that every stored row carries."""
    linked = settings.LUOXUAN_WAREHOUSE / f"{dataset.name}.source"
    linked.write_bytes(path.read_bytes())
    names = ", ".join(field.name for field in dataset.fields.all())
    sql = (
        f"SELECT {names}, row_number() OVER () + 1 AS row_number, 'generated' AS import_batch "
        f"FROM read_parquet('{linked}')"
    )
    with engine().session() as session:
        file = store().write_by(dataset.name, lambda target: session.copy(sql, target))
    with transaction.atomic():
        commit_version(
            dataset=dataset, expected_number=0, added=[("", file)], removed=[], mode="replace",
            idempotency_key="generated", by=None, at=NOW,
        )  # fmt: skip
    linked.unlink()


if __name__ == "__main__":
    data, out = read_arguments()
    prepare(data)
    report(refresh)
    deliver(out)
