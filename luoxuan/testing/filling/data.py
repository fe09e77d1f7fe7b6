"""What the tests' college holds in data."""

from pathlib import Path

from luoxuan.core.actions import enqueue
from luoxuan.core.downloads import LIST_JOB
from luoxuan.core.jobs import run_due
from luoxuan.core.models import User
from luoxuan.core.workbook import Column, Sheet, workbook_bytes
from luoxuan.data.actions import import_file
from luoxuan.data.actions.drafts import receive_file
from luoxuan.data.models import Dataset, ImportDraft, Pull
from luoxuan.data.rules import ImportMode
from luoxuan.data.sources.actions import SourceValues, map_columns, save_source
from luoxuan.data.sources.pulls import pull_source
from luoxuan.data.sources.rules import SourceKind
from luoxuan.testing.college import HEADER, NOW

_ROW = ("7001", "MATH-1", "MATH", "EAST-MATH", "2025-1", "66", "通过")
_BAD = ("7002", "MATH-1", "MATH", "EAST-MATH", "2025-1", "266", "优")
_FILES = {
    "draft": (HEADER.split(","), (_ROW, _BAD)),
    "draft_asking": ([*HEADER.split(","), "评语"], ((*_ROW, "很好"),)),
    "draft_refused": (["完全", "不同", "的", "列"], (("1", "2", "3", "4"),)),
}


def fill(users: dict[str, User], folder: Path) -> dict[str, object]:
    """Hand in a file with mistakes, one with a question and one that is refused; export rows."""
    office = users["office"]
    dataset = Dataset.objects.get(name="score")
    keys: dict[str, object] = {}
    for name, (headers, rows) in _FILES.items():
        keys[name] = _draft(dataset, office, folder / f"{name}.xlsx", headers, rows).pk
    export = enqueue(
        name=LIST_JOB, title="导出 成绩", by=office, at=NOW,
        arguments={"address": "/data/score/export/?format=xlsx", "file_name": "成绩.xlsx"},
    )  # fmt: skip
    run_due(owner="filling", now=lambda: NOW)
    # Not one sound row: a batch with findings, and nothing of the dataset changes.
    path = folder / "bad.xlsx"
    path.write_bytes(_workbook(HEADER.split(","), (_BAD,)))
    report = import_file(dataset=dataset, path=path, mode=ImportMode.APPEND, by=office, at=NOW)
    pull = _failed_pull(dataset, office)
    return {
        **keys, "export": export.pk, "batch_of_bad_rows": report.batch,
        "source": pull.source_id, "pull": pull.pk,
    }  # fmt: skip


def _failed_pull(dataset: Dataset, by: User) -> Pull:
    """Connect a database that is not there: the pull says so and changes nothing."""
    values = SourceValues(
        name="registrar", title="教务成绩", kind=SourceKind.SQL, dataset=dataset,
        address="sqlite:///registrar.sqlite3", selection="scores",
    )  # fmt: skip
    source = save_source(source=None, values=values, by=by, at=NOW)
    map_columns(source=source, mapping={"xh": "student_id", "cj": "score"}, by=by, at=NOW)
    (pull,) = pull_source(source=source, by=by, now=lambda: NOW)
    return pull


def _draft(
    dataset: Dataset,
    by: User,
    path: Path,
    headers: list[str],
    rows: tuple[tuple[str, ...], ...],
) -> ImportDraft:
    path.write_bytes(_workbook(headers, rows))
    return receive_file(
        dataset=dataset, path=path, file_name=path.name, receipt=f"filling:{path.name}",
        mode=ImportMode.APPEND, by=by, at=NOW,
    )  # fmt: skip


def _workbook(headers: list[str], rows: tuple[tuple[str, ...], ...]) -> bytes:
    columns = tuple(Column(header) for header in headers)
    return workbook_bytes([Sheet("成绩", columns, rows)])
