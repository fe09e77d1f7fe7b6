"""Our import of one file, as the command does it: gate, child process, checks, version, batch."""

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

_HOME = tempfile.TemporaryDirectory(prefix="luoxuan-import-")
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
from luoxuan.data.actions import import_file  # noqa: E402
from luoxuan.data.models import Code, CodeList, Dataset, Field  # noqa: E402
from luoxuan.data.warehouse.intake.stage import stop_child  # noqa: E402


def main() -> None:
    """Import the file that the command line names, timed."""
    path = Path(sys.argv[1])
    settings.LUOXUAN_WAREHOUSE.mkdir(parents=True)
    # The work item is larger than what a college may upload at once.
    settings.LUOXUAN_UPLOAD_BYTES = 1024 * 1024 * 1024
    call_command("migrate", verbosity=0)
    dataset = _dataset()

    def work() -> dict[str, Any]:
        done = import_file(dataset=dataset, path=path, by=None, at=datetime.now(UTC))
        # What the reading process used counts only once it has ended.
        stop_child()
        return {
            "rows": done.rows_accepted + done.rows_rejected,
            "good": done.rows_accepted,
            "problems": done.n_errors,
            "disposition": str(done.disposition),
        }

    report(work)


def _dataset() -> Dataset:
    """Declare the eight checks: format, uniqueness, required, two code lists, two ranges, dates."""
    dataset = Dataset.objects.create(name="student_import", title="导入", key=["student_id"])
    lists = {"gender": ["男", "女"], "college": [f"C{place:02d}" for place in range(20)]}
    known = {}
    for name, values in lists.items():
        known[name] = CodeList.objects.create(name=name)
        for position, value in enumerate(values):
            Code.objects.create(code_list=known[name], value=value, title=value, position=position)
    specs: list[dict[str, Any]] = [
        {"name": "student_id", "title": "学号", "type": "text", "pattern": "^[0-9]{12}$"},
        {"name": "name", "title": "姓名", "type": "text", "is_required": True},
        {"name": "gender", "title": "性别", "type": "code", "code_list": known["gender"]},
        {"name": "college", "title": "学院代码", "type": "code", "code_list": known["college"]},
        {"name": "age", "title": "年龄", "type": "integer", "minimum": 10, "maximum": 80},
        {"name": "score", "title": "成绩", "type": "decimal", "decimals": 1,
         "minimum": 0, "maximum": 100},
        {"name": "entered_on", "title": "日期", "type": "date", "is_required": True},
    ]  # fmt: skip
    for place in range(7, 30):
        kind = ("text", "integer", "decimal")[place % 3]
        specs.append(
            {"name": f"field_{place:02d}", "title": f"字段{place:02d}", "type": kind}
            | ({"decimals": 2} if kind == "decimal" else {})
        )
    for position, spec in enumerate(specs):
        Field.objects.create(dataset=dataset, position=position, **spec)
    return dataset


if __name__ == "__main__":
    main()
