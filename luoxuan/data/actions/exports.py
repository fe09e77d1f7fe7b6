"""Files that leave the data centre: typed rows of a dataset, cut to what the asker may see."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.queries import scope_for
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import Scope
from luoxuan.core.actions import enqueue, record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.models import Job, User
from luoxuan.core.workbook import write_csv, write_workbook
from luoxuan.data.import_queries import period_condition
from luoxuan.data.models import Dataset
from luoxuan.data.queries import dataset_named, dataset_rows
from luoxuan.data.workbooks import plain_rows, row_columns, row_sheet

FORMATS = ("xlsx", "csv")
ROWS_AT_ONCE = 5000
_KEPT_SECONDS = 7 * 24 * 3600


class ExportNotAllowed(Refused):
    """Whoever asked for the file may no longer see the dataset."""


def ask_for_export(
    *, dataset: Dataset, file_format: str, period: str, by: User, at: datetime
) -> Job:
    """Let the rows of a dataset be written to a file in the background「导出」."""
    return enqueue(
        name="data.export_rows",
        arguments={"dataset": dataset.name, "file_format": file_format, "period": period},
        by=by,
        at=at,
        title=gettext("导出 %(title)s") % {"title": dataset.title},
        unique_key=f"data.export_rows:{by.pk}:{dataset.name}:{file_format}:{period}",
    )


def write_export(
    *,
    dataset_name: str,
    file_format: str,
    period: str,
    by: User | None,
    job: int,
    at: datetime,
    progress: Callable[[int, int, str], None],
) -> str:
    """Write the export of a job and return the name of its file; raises ExportNotAllowed.

    The scope is that of now: rights taken away since the asking hold.
    """
    on = timezone.localdate(at)
    scope = scope_for(by, Resource.DATASET, Action.VIEW, on=on) if by else None
    if scope is None:
        raise ExportNotAllowed("export_not_allowed")
    dataset = dataset_named(scope, dataset_name)
    progress(0, 2, gettext("正在读取"))
    path = export_path(job, file_format)
    path.parent.mkdir(parents=True, exist_ok=True)
    _drop_old(path.parent)
    unfinished = path.with_name(f".{path.name}")
    n_rows = write_rows(
        unfinished, scope=scope, dataset=dataset, file_format=file_format, period=period
    )
    progress(1, 2, gettext("正在写入"))
    unfinished.rename(path)
    record_export(dataset=dataset, file_format=file_format, n_rows=n_rows, by=by, at=at)
    return path.name


def write_rows(
    path: Path, *, scope: Scope, dataset: Dataset, file_format: str, period: str = ""
) -> int:
    """Write the rows in force that a scope may see to a typed workbook or a CSV file."""
    page = dataset_rows(scope, dataset, limit=None, condition=rows_condition(dataset, period))
    if file_format == "csv":
        titles = [column.title for column in row_columns(dataset, page.fields)]
        write_csv(path, titles, plain_rows(page))
    else:
        write_workbook(path, [row_sheet(dataset, page, period)])
    return page.n_rows


def record_export(
    *, dataset: Dataset, file_format: str, n_rows: int, by: User | None, at: datetime
) -> None:
    """Record that rows left the system, how many and for whom."""
    record_audit(
        by=by, at=at, action="export_rows", object_kind="Dataset", object_key=dataset.name,
        facts={"format": file_format, "n_rows": n_rows},
    )  # fmt: skip


def rows_condition(dataset: Dataset, period: str) -> str:
    """Return the condition (SQL) of the rows of a period, "" for all rows."""
    found = period_condition(dataset, period) if period else None
    return found[1] if found else ""


def export_path(job: int, file_format: str) -> Path:
    """Return where the file of an export job lies."""
    return settings.LUOXUAN_WAREHOUSE / "exports" / f"{job}.{file_format}"


def _drop_old(folder: Path) -> None:
    """Remove files that nobody came for in a week; they hold rows of people."""
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime > _KEPT_SECONDS:
            path.unlink(missing_ok=True)
