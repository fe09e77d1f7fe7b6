"""Rejected rows: kept for a time, corrected in place, dropped."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.locks import locked
from luoxuan.core.models import User
from luoxuan.data.actions import ImportReport, import_file
from luoxuan.data.actions.drafts import delivery_of
from luoxuan.data.actions.mistakes import row_texts
from luoxuan.data.actions.specs import field_of_header, table_spec
from luoxuan.data.models import HeldRow, ImportBatch
from luoxuan.data.quality.actions.rewriting import row_file
from luoxuan.data.quality.rules import HeldState
from luoxuan.data.rules import ImportMode
from luoxuan.data.warehouse.intake import FileRefused

KEPT_DAYS = 30
"""How long a rejected row waits; the file itself stays in the originals."""


class HeldRowEnded(Refused):
    """The row was corrected or dropped, or its time is over."""


def hold_lagging_rows(*, at: datetime) -> int:
    """Keep the rejected rows「待改正行」 of imports since the last call, drop those too old.

    Returns how many rows are new.
    """
    since = at - timedelta(days=KEPT_DAYS)
    _forget(since, at)
    found = ImportBatch.objects.filter(
        held_at=None, rows_rejected__gt=0, at__gte=since, undone_in=None
    ).exclude(headers=[])
    return sum(_hold(batch, at) for batch in found.select_related("dataset"))


def _hold(batch: ImportBatch, at: datetime) -> int:
    by_row: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for problem in batch.problems:
        if problem["row"] is not None:
            by_row[problem["row"]].append(problem)
    texts = texts_by_field(batch, sorted(by_row))
    personal = {field.name for field in batch.dataset.fields.all() if field.sensitivity}
    rows = [
        HeldRow(
            batch=batch,
            row_number=row,
            problems=problems,
            cells={name: text for name, text in texts.get(row, {}).items() if name not in personal},
        )
        for row, problems in sorted(by_row.items())
    ]
    with transaction.atomic():
        if not ImportBatch.objects.filter(pk=batch.pk, held_at=None).update(held_at=at):
            return 0
        HeldRow.objects.bulk_create(rows)
    return len(rows)


def texts_by_field(batch: ImportBatch, rows: list[int]) -> dict[int, dict[str, str]]:
    """Return the cells of rows of an import's file as texts by field; none if it is unreadable."""
    delivery = delivery_of(batch)
    spec = table_spec(batch.dataset, mapping=batch.mapping)
    fields = [field_of_header(spec, header) for header in batch.headers]
    try:
        found = row_texts(delivery, batch.headers, rows)
    except (FileRefused, OSError):
        return {}
    return {
        row: {name: str(cell or "") for name, cell in zip(fields, cells, strict=False) if name}
        for row, cells in found.items()
    }


def correct_row(
    *, row: HeldRow, texts: Mapping[str, str], by: User | None, at: datetime
) -> ImportReport:
    """Bring a rejected row in, corrected「改正」, by the checks of every import.

    It joins the slice of its batch; what still is wrong stands in the report and nothing changes.
    Raises HeldRowEnded, VersionMoved.
    """
    if row.state != HeldState.WAITING:
        raise HeldRowEnded("held_row_ended")
    batch = row.batch
    is_merge = batch.mode == ImportMode.MERGE and batch.dataset.key
    with row_file(texts) as path:
        report = import_file(
            dataset=batch.dataset,
            path=path,
            file_name=f"{batch.file_name[:150]} #{row.row_number}",
            mode=ImportMode.MERGE if is_merge else ImportMode.APPEND,
            period=batch.slice,
            answers={"held_row": str(row.pk)},
            is_dry_run=True,
            by=by,
            at=at,
        )
        if report.errors or report.questions or not report.rows_accepted:
            return report
        report = import_file(
            dataset=batch.dataset, path=path, period=batch.slice,
            file_name=f"{batch.file_name[:150]} #{row.row_number}",
            mode=ImportMode.MERGE if is_merge else ImportMode.APPEND,
            answers={"held_row": str(row.pk)}, accept_questions=True, by=by, at=at,
        )  # fmt: skip
    if report.version is not None:
        _end(row, HeldState.CORRECTED, by, at)
    return report


@transaction.atomic
def drop_row(*, row: HeldRow, by: User | None, at: datetime) -> None:
    """Leave a rejected row out for good「放弃」. Raises HeldRowEnded."""
    if locked(row).state != HeldState.WAITING:
        raise HeldRowEnded("held_row_ended")
    _end(row, HeldState.DROPPED, by, at)


@transaction.atomic
def _end(row: HeldRow, state: HeldState, by: User | None, at: datetime) -> None:
    """End a row; what it held is deleted with that."""
    HeldRow.objects.filter(pk=row.pk, state=HeldState.WAITING).update(
        state=state, cells={}, problems=[], ended_at=at, by=by
    )
    record_audit(
        by=by, at=at, action=f"held_row_{state.lower()}", object_kind="ImportBatch",
        object_key=str(row.batch_id), facts={"row": row.row_number},
    )  # fmt: skip
    row.refresh_from_db()


def _forget(since: datetime, at: datetime) -> None:
    """Drop rows that waited too long."""
    HeldRow.objects.filter(state=HeldState.WAITING, batch__at__lt=since).update(
        state=HeldState.DROPPED, cells={}, problems=[], ended_at=at
    )
