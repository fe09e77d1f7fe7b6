"""Our incremental pull of all rows, as the job does it: checks, version, mark and record.

Then a second pull that brings a hundredth, as every night does.
"""

import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

import django

_HOME = tempfile.TemporaryDirectory(prefix="luoxuan-pull-")
_SOURCE = os.environ["LUOXUAN_BENCH_SOURCE"]
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

from benchmarks.measure import report  # noqa: E402
from luoxuan.data.models import Dataset, Field, Source  # noqa: E402
from luoxuan.data.sources.actions import SourceValues, declare_source  # noqa: E402
from luoxuan.data.sources.pulls import pull_source  # noqa: E402
from luoxuan.data.sources.rules import PullMode, SourceKind  # noqa: E402
from luoxuan.data.warehouse.intake.stage import stop_child  # noqa: E402

FIELDS = {
    "student_number": ("text", 0), "course_code": ("text", 0), "term": ("text", 0),
    "score": ("decimal", 1), "changed_at": ("time", 0),
}  # fmt: skip
COLUMNS = ("xh", "kc", "xq", "cj", "gxsj")


def main() -> None:
    """Connect and pull, timed; the process that reads files counts once it has ended."""
    settings.LUOXUAN_WAREHOUSE.mkdir(parents=True)
    settings.LUOXUAN_OUTGOING = [ip_network("127.0.0.1/32")]
    call_command("migrate", verbosity=0)
    source = _source()

    def work() -> dict[str, Any]:
        (pull,) = pull_source(source=source, by=None, now=_now)
        first = time.perf_counter()
        _change_some()
        source.refresh_from_db()
        (again,) = pull_source(source=source, by=None, now=_now)
        stop_child()
        return {
            "rows": pull.rows_accepted, "outcome": pull.outcome, "code": pull.code,
            "again_rows": again.rows_read, "again_outcome": again.outcome,
            "again_wall": round(time.perf_counter() - first, 2),
            "reader_rss_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        }  # fmt: skip

    report(work)
    sys.stdout.flush()


def _now() -> datetime:
    return datetime.now(UTC)


def _change_some() -> None:
    import psycopg  # noqa: PLC0415 (used once, outside of what is measured most)

    with psycopg.connect(_SOURCE, autocommit=True) as connection:
        connection.execute(
            b"UPDATE scores SET gxsj = timestamp '2027-01-01', cj = 1.5 WHERE xh < '00001000'"
        )


def _source() -> Source:
    dataset = Dataset.objects.create(
        name="score", title="成绩", key=["student_number", "course_code", "term"]
    )
    for position, (name, (kind, decimals)) in enumerate(FIELDS.items()):
        Field.objects.create(
            dataset=dataset, position=position, name=name, title=name, type=kind,
            decimals=decimals, is_required=True,
        )  # fmt: skip
    place = urlsplit(_SOURCE)
    values = SourceValues(
        name="scores", title="成绩", kind=SourceKind.SQL, dataset=dataset, selection="scores",
        address=f"postgresql://127.0.0.1:{place.port}{place.path}", user=place.username or "",
        secret=place.password or "", mode=PullMode.INCREMENTAL, watermark_column="gxsj",
    )  # fmt: skip
    mapping = dict(zip(COLUMNS, FIELDS, strict=True))
    return declare_source(values=values, mapping=mapping, by=None, at=_now())


if __name__ == "__main__":
    main()
