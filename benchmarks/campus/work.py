"""Measure 60,000 subjects: recording them, a page within a scope, rows cut down to a scope.

python -m benchmarks.campus.work [--subjects 60000] [--rows 600000] [--json]
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django

_HOME = tempfile.TemporaryDirectory(prefix="luoxuan-campus-")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "luoxuan.settings",
    "LUOXUAN_HOME": _HOME.name,
    "LUOXUAN_SECRET_KEY": "only-for-a-benchmark-on-this-machine",
    "LUOXUAN_LOG_LEVEL": "WARNING",
}
os.environ.pop("LUOXUAN_DATABASE_URL", None)
django.setup()

from django.conf import settings  # noqa: E402 (Django must be set up first)
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from luoxuan.campus.actions import (  # noqa: E402
    SubjectSpec,
    UnitSpec,
    record_subjects,
    record_units,
)
from luoxuan.campus.models import Unit  # noqa: E402
from luoxuan.campus.queries import subjects  # noqa: E402
from luoxuan.campus.rules import SubjectKind, UnitKind  # noqa: E402
from luoxuan.campus.scope import Scope  # noqa: E402
from luoxuan.data.actions import commit_version  # noqa: E402
from luoxuan.data.models import Dataset, Field  # noqa: E402
from luoxuan.data.queries import dataset_rows, engine, store  # noqa: E402

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RESULTS = Path(__file__).parent.parent / "results"
COLLEGES, GROUPS, PAGE = 20, 10, 50


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=60_000)
    parser.add_argument("--rows", type=int, default=600_000)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    settings.LUOXUAN_WAREHOUSE.mkdir(parents=True)
    call_command("migrate", verbosity=0)
    _open_units()
    inserted = _timed(lambda: _record(options.subjects), repeat=1)
    again = _timed(lambda: _record(options.subjects), repeat=1)
    dataset = _store_rows(options.rows, options.subjects)
    college = Unit.objects.get(subject__code="C7")
    scope = Scope(unit_prefixes=(college.unit_path,))
    result: dict[str, Any] = {
        "work": "campus",
        "date": date.today().isoformat(),  # noqa: DTZ011 (names a file)
        "subjects": options.subjects,
        "rows": options.rows,
        "insert": inserted,
        "insert_again_unchanged": again,
        "scoped_page": _timed(
            lambda: list(subjects(scope, kind=SubjectKind.STUDENT)[:PAGE]), repeat=options.repeat
        ),
        "scoped_count": _timed(lambda: subjects(scope).count(), repeat=options.repeat),
        "scoped_rows_page": _timed(
            lambda: dataset_rows(scope, dataset, limit=PAGE), repeat=options.repeat
        ),
        "n_in_scope": subjects(scope).count(),
        "n_rows_in_scope": dataset_rows(scope, dataset, limit=1).n_rows,
    }
    text = json.dumps(result, ensure_ascii=False, indent=2)
    if not options.json:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"campus-{result['date']}.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


def _open_units() -> None:
    units = [UnitSpec("ROOT", "学院", "College", UnitKind.INSTITUTION, "")]
    for number in range(COLLEGES):
        college = f"C{number}"
        units.append(UnitSpec(college, college, college, UnitKind.SECONDARY_COLLEGE, "ROOT"))
        units += [
            UnitSpec(f"{college}-{group}", college, college, UnitKind.TEACHING_GROUP, college)
            for group in range(GROUPS)
        ]
    record_units(units=units, origin="benchmark", by=None, at=NOW)


def _record(number: int) -> None:
    specs = [
        SubjectSpec(
            SubjectKind.STUDENT,
            f"S{index:06d}",
            f"学生 {index}",
            unit=f"C{index % COLLEGES}-{index % (COLLEGES * GROUPS) // COLLEGES}",
        )
        for index in range(number)
    ]
    record_subjects(subjects=specs, origin="benchmark", by=None, at=NOW)


def _store_rows(number: int, n_subjects: int) -> Dataset:
    dataset = Dataset.objects.create(
        name="activity", title="活动", subject_kind="STUDENT", subject_field="student_id"
    )
    for position, (name, kind) in enumerate((("student_id", "text"), ("points", "integer"))):
        Field.objects.create(dataset=dataset, position=position, name=name, title=name, type=kind)
    sql = (
        f"SELECT 'S' || lpad(CAST(i * 7919 % {n_subjects:d} AS VARCHAR), 6, '0') AS student_id, "
        "CAST(i % 100 AS BIGINT) AS points, i + 2 AS row_number, 'generated' AS import_batch "
        f"FROM range({number:d}) AS t(i)"
    )
    with engine().session() as session:
        file = store().write_by("activity", lambda path: session.copy(sql, path))
    with transaction.atomic():
        commit_version(
            dataset=dataset, expected_number=0, added=[("", file)], removed=[], mode="replace",
            idempotency_key="generated", by=None, at=NOW,
        )  # fmt: skip
    dataset.refresh_from_db()
    return dataset


def _timed(work: Callable[[], object], *, repeat: int) -> dict[str, float]:
    """Return the median wall and CPU seconds of a piece of work, and its slowest wall."""
    walls, cpus = [], []
    for _ in range(repeat):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return {
        "wall": round(statistics.median(walls), 4),
        "cpu": round(statistics.median(cpus), 4),
        "slowest_wall": round(max(walls), 4),
    }


if __name__ == "__main__":
    main()
