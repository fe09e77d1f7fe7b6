"""Outliers: asked about, answered, never rejected."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, QuerySet

from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.locks import locked
from luoxuan.core.messages import register_texts
from luoxuan.core.models import User
from luoxuan.data.formula.types import FieldType
from luoxuan.data.models import CorrectionRequest, Dataset, Field, Outlier
from luoxuan.data.quality.messages import TEXTS
from luoxuan.data.quality.queries import subject_of_row
from luoxuan.data.quality.rules import LEAST_HISTORY, CorrectionState, OutlierAnswer, fences
from luoxuan.data.queries import Definitions, engine
from luoxuan.data.warehouse.engine import Session
from luoxuan.data.warehouse.relation import IMPORT_BATCH, ROW_NUMBER, Relation, quoted

register_texts(TEXTS)

_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)
_MOST_OF_A_FIELD = 50


class OutlierAnswered(Refused):
    """Somebody answered this question already."""


class OutlierNeedsReason(Refused):
    """A value far from all others is called true without a reason."""


def find_outliers(*, at: datetime) -> int:
    """Ask about values far outside the history「离群值」 of datasets with new versions.

    The history is the version looked at before, for the first one the version itself. Returns how
    many questions are new.
    """
    lagging = Dataset.objects.filter(is_system=False, current_number__gt=F("outliers_number"))
    return sum(_find_in(dataset, at) for dataset in lagging.prefetch_related("fields"))


def _find_in(dataset: Dataset, at: datetime) -> int:
    number = dataset.current_number
    definitions = Definitions()
    now = definitions.relation(dataset.name, {dataset.name: number})
    history = definitions.relation(dataset.name, {dataset.name: dataset.outliers_number or number})
    n_new = 0
    with engine().session() as session, transaction.atomic():
        for field in dataset.fields.all():
            if field.type in _NUMBERS and not field.formula and field.name not in dataset.key:
                n_new += _ask(session, dataset, field, now, history, at)
        Dataset.objects.filter(pk=dataset.pk).update(outliers_number=number)
    return n_new


def _ask(
    session: Session, dataset: Dataset, field: Field, now: Relation, history: Relation,
    at: datetime,
) -> int:  # fmt: skip
    limits = _limits(session, field.name, history)
    if limits is None:
        return 0
    low, high = limits
    # Nobody is told of usual values that the field does not allow.
    if field.minimum is not None:
        low = max(low, field.minimum)
    if field.maximum is not None:
        high = min(high, field.maximum)
    name = quoted(field.name)
    places = [place for place in (dataset.subject_field, dataset.unit_field) if place]
    wanted = list(dict.fromkeys([field.name, *dataset.key, *places]))
    columns = ", ".join(f"{quoted(column)}" for column in wanted)
    rows = session.table(
        f"SELECT {columns}, {IMPORT_BATCH}, {ROW_NUMBER} FROM ({now.sql(wanted)}) "
        f"WHERE {name} < ? OR {name} > ? ORDER BY {name}, {IMPORT_BATCH}, {ROW_NUMBER} "
        f"LIMIT {_MOST_OF_A_FIELD}",
        [low, high],
    ).dicts()
    n_new = 0
    for row in rows:
        key = " · ".join(str(row[part]) for part in dataset.key)
        batch, row_number = row[IMPORT_BATCH], row[ROW_NUMBER]
        _, is_new = Outlier.objects.get_or_create(
            dataset=dataset, field=field.name, row_key=(key or f"{batch}:{row_number}")[:400],
            value=str(row[field.name])[:60],
            defaults={
                "number": dataset.current_number, "batch": batch, "row_number": row_number,
                "low": f"{low.normalize():f}"[:60], "high": f"{high.normalize():f}"[:60],
                "subject": subject_of_row(dataset, row), "at": at,
            },
        )  # fmt: skip
        n_new += is_new
    return n_new


def _limits(session: Session, field: str, history: Relation) -> tuple[Decimal, Decimal] | None:
    """Return the limits of the usual values, or None where the history is too short or flat."""
    name = f"CAST({quoted(field)} AS DECIMAL(38, 6))"
    n_values, quarter, three = session.table(
        f"SELECT count({name}), quantile_disc({name}, 0.25), quantile_disc({name}, 0.75) "
        f"FROM ({history.sql([field])})"
    ).rows[0]
    if n_values < LEAST_HISTORY or quarter == three:
        return None
    return fences(quarter, three)


@transaction.atomic
def confirm_outlier(*, outlier: Outlier, reason: str, by: User | None, at: datetime) -> None:
    """Say that an outlier is true「属实」, and why. Raises OutlierAnswered, OutlierNeedsReason."""
    if not reason.strip():
        raise OutlierNeedsReason("correction_needs_reason")
    held = locked(outlier)
    if held.answer != OutlierAnswer.OPEN:
        raise OutlierAnswered("outlier_answered")
    _answered(held, OutlierAnswer.TRUE, reason.strip(), by, at)
    outlier.refresh_from_db()


def doubt_outliers(*, correction: CorrectionRequest, by: User | None, at: datetime) -> None:
    """Answer the open questions about a value that somebody wants corrected「有误」."""
    for row in _about(correction).filter(answer=OutlierAnswer.OPEN):
        row.correction = correction
        _answered(row, OutlierAnswer.WRONG, "", by, at)


def settle_outliers(*, correction: CorrectionRequest, by: User | None, at: datetime) -> None:
    """Call true what was asked to be corrected and stayed as it is; the refusal says why."""
    if correction.state == CorrectionState.REFUSED:
        for row in correction.outliers.filter(answer=OutlierAnswer.WRONG):
            _answered(row, OutlierAnswer.TRUE, correction.answer, by, at)


def _about(correction: CorrectionRequest) -> QuerySet[Outlier]:
    return Outlier.objects.filter(
        dataset=correction.dataset_id, batch=correction.batch,
        row_number=correction.row_number, field=correction.field,
    )  # fmt: skip


def _answered(
    row: Outlier, answer: OutlierAnswer, reason: str, by: User | None, at: datetime
) -> None:
    row.answer, row.reason, row.by, row.answered_at = answer, reason[:500], by, at
    row.save(update_fields=["answer", "reason", "by", "answered_at", "correction"])
    record_audit(
        by=by, at=at, action="answer_outlier", object_kind="Outlier", object_key=str(row.pk),
        facts={"answer": str(answer), "dataset": row.dataset.name, "reason": row.reason},
    )  # fmt: skip
