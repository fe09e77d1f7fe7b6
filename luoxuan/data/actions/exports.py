"""Files that leave the data centre: typed rows of a dataset, cut to what the asker may see."""

from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext

from luoxuan.campus.scope import Scope
from luoxuan.core.actions import record_audit
from luoxuan.core.downloads import Listing, write_list
from luoxuan.core.models import User
from luoxuan.data.import_queries import period_condition
from luoxuan.data.models import Dataset
from luoxuan.data.queries import dataset_rows
from luoxuan.data.workbooks import plain_rows, row_columns, title_of, with_said_missing


def rows_listing(
    *, scope: Scope, dataset: Dataset, period: str = "", number: int | None = None
) -> Listing:
    """Return the rows that a scope may see as a list, those in force or of an earlier version.

    They are read when written. Raises RowsRemoved.
    """
    condition = rows_condition(dataset, period)
    counted = dataset_rows(scope, dataset, limit=0, condition=condition, number=number)
    notes = [f"{title_of(dataset)} · {period}"] if period else []
    if number is not None:
        notes.append(gettext("第 %(number)s 版") % {"number": number})
    title = title_of(dataset)
    return Listing(
        name=dataset.title,
        title=title,
        columns=row_columns(dataset, counted.fields),
        n_rows=counted.n_rows,
        rows=lambda: with_said_missing(
            dataset,
            counted.fields,
            plain_rows(
                dataset_rows(scope, dataset, limit=None, condition=condition, number=number)
            ),
        ),
        notes=tuple(notes),
    )


def write_rows(
    path: Path,
    *,
    scope: Scope,
    dataset: Dataset,
    file_format: str,
    period: str = "",
    number: int | None = None,
) -> int:
    """Write the rows that a scope may see to a typed workbook or a CSV file. Raises RowsRemoved."""
    listing = rows_listing(scope=scope, dataset=dataset, period=period, number=number)
    write_list(path, listing, file_format, by="")
    return listing.n_rows


def record_export(
    *, dataset: Dataset, file_format: str, n_rows: int, by: User | None, at: datetime
) -> None:
    """Record that rows left the system, how many and for whom."""
    record_audit(
        by=by, at=at, action="export_rows", object_kind="Dataset", object_key=dataset.name,
        facts={"format": file_format, "n_rows": n_rows},
    )  # fmt: skip


def record_rows_seen(
    *, dataset: Dataset, number: int, n_rows: int, by: User | None, at: datetime
) -> None:
    """Record that somebody read rows of a version「查看明细行」: they may name people."""
    record_audit(
        by=by, at=at, action="read_rows", object_kind="DatasetVersion",
        object_key=f"{dataset.name}@{number}", facts={"n_rows": n_rows},
    )  # fmt: skip


def rows_condition(dataset: Dataset, period: str) -> str:
    """Return the condition (SQL) of the rows of a period, "" for all rows."""
    found = period_condition(dataset, period) if period else None
    return found[1] if found else ""
