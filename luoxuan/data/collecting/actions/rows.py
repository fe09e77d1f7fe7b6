"""Entering a single row by hand: new, changed or removed, with the reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.models import User
from luoxuan.data.actions.deliveries import Delivery, check_delivery
from luoxuan.data.actions.imports import store_delivery
from luoxuan.data.collecting.delivering import delivered, read_rows
from luoxuan.data.collecting.row_queries import row_of
from luoxuan.data.collecting.rules import CellProblem
from luoxuan.data.models import DataFile, Dataset, DatasetVersion, ImportBatch
from luoxuan.data.queries import store
from luoxuan.data.rules import ImportMode

_ROW = "row"


class RowRefused(Refused):
    """A row that cannot be entered so「手工录入不成立」; ``problems`` say which cells."""

    def __init__(self, code: str, *, problems: tuple[CellProblem, ...] = (), **facts: object):
        super().__init__(code, **facts)
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class RowValues:
    """One row as it is entered「手工录入」.

    ``key`` are the values of the key of the row that it changes, none for a new one; ``before``
    is that row as the reader saw it; ``cells`` None removes it.
    """

    dataset: Dataset
    cells: Mapping[str, str] | None
    reason: str
    key: Mapping[str, str] | None = None
    before: Mapping[str, str] | None = None


def record_row(*, values: RowValues, by: User | None, at: datetime) -> DatasetVersion:
    """Record one row「录入一行」 as a delivery of a single row, read and checked as a file is.

    Raises RowRefused, also when the row changed since it was read; and VersionMoved.
    """
    dataset = values.dataset
    if not values.reason.strip():
        raise RowRefused("row_needs_reason")
    if not dataset.key:
        raise RowRefused("row_needs_key", dataset=dataset.title)
    held = row_of(dataset, values.key) if values.key else None
    if values.key and held is None:
        raise RowRefused("row_unknown")
    if values.before is not None and held is not None and dict(values.before) != held:
        raise RowRefused("row_changed")
    rows = [dict(values.cells)] if values.cells is not None else []
    act = _act(values)

    def finish(batch: ImportBatch) -> None:
        if batch.version is None:
            raise RowRefused("row_unsound", n=batch.n_problems)
        record_audit(
            by=by, at=at, action=act, object_kind="Dataset", object_key=dataset.name,
            facts={"version": batch.version.number, "reason": values.reason.strip()[:500],
                   "before": held, "after": rows[0] if rows else None},
        )  # fmt: skip

    with delivered(
        dataset, rows,
        file_name=f"手工录入：{values.reason.strip()}"[:200],
        mode=ImportMode.REPLACE if values.key else ImportMode.APPEND,
        period=_slice_of(dataset, values.key or values.cells or {}),
        own=dict(values.key or {}),
    ) as delivery:  # fmt: skip
        return _store(delivery, [_ROW] * len(rows), by, at, finish)


def _store(
    delivery: Delivery,
    keys: list[str],
    by: User | None,
    at: datetime,
    finish: Callable[[ImportBatch], None],
) -> DatasetVersion:
    check_delivery(delivery)
    staged, problems = read_rows(delivery, keys, on=timezone.localdate(at))
    if problems or staged is None:
        raise RowRefused("row_unsound", problems=tuple(problems), n=len(problems))
    store().keep_original(delivery.path, staged.sha256)
    with transaction.atomic():
        version, _, sound = store_delivery(delivery, staged, by=by, at=at, finish=finish)
        if sound.n_problems or version is None:
            raise RowRefused("row_unsound", n=sound.n_problems)
    return version


def _act(values: RowValues) -> str:
    if values.cells is None:
        return "remove_row"
    return "change_row" if values.key else "add_row"


def _slice_of(dataset: Dataset, cells: Mapping[str, str]) -> str:
    """Return the period whose rows stand together, if those of the row's period do."""
    period = cells.get(dataset.period_field, "")
    sliced = DataFile.objects.filter(dataset=dataset, removed_in=None, slice=period)
    return period if period and sliced.exists() else ""
