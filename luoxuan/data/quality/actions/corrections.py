"""Corrections: asked for where a value is shown, decided by whom the row belongs to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.models import Subject
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.actions import notify, record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.locks import locked
from luoxuan.core.models import User
from luoxuan.data.import_blocks import finding_text
from luoxuan.data.models import CorrectionRequest, Dataset, DatasetVersion
from luoxuan.data.quality.actions.outliers import doubt_outliers, settle_outliers
from luoxuan.data.quality.actions.rewriting import (
    RowGone,
    RowNotSound,
    rewrite_row,
    row_delivery,
    row_file,
    staged_row,
    texts_of,
)
from luoxuan.data.quality.queries import deciders, owner_of, row_at, subject_of_row
from luoxuan.data.quality.rules import CorrectionState
from luoxuan.data.warehouse.intake import FileRefused, Problem, Staged
from luoxuan.data.warehouse.intake.findings import Question


class CorrectionNotPossible(Refused):
    """Nothing would change, the value is computed, or somebody asked already."""


class CorrectionDecided(Refused):
    """This request has its answer, or its value has moved on."""


class DecidesOwn(Refused):
    """Nobody decides what he asked for himself."""


def request_correction(
    *,
    dataset: Dataset,
    batch: str,
    row_number: int,
    field: str,
    after: str,
    reason: str,
    scope: Scope,
    by: User | None,
    at: datetime,
) -> CorrectionRequest:
    """Say that a value is wrong「数据有误」; the owner of its row is told.

    Raises RowGone, CorrectionNotPossible.
    """
    row = stored_row(scope, dataset, batch=batch, row_number=row_number)
    if field not in correctable(dataset):
        raise CorrectionNotPossible("correction_field_computed", field=field)
    if not reason.strip():
        raise CorrectionNotPossible("correction_needs_reason")
    before, after = texts_of(row, [field])[field], after.strip()
    if before == after:
        raise CorrectionNotPossible("correction_same_value")
    try:
        with transaction.atomic():
            request = CorrectionRequest.objects.create(
                dataset=dataset, batch=batch, row_number=row_number, field=field, before=before,
                after=after, reason=reason.strip()[:500], subject=subject_of_row(dataset, row),
                by=by, at=at,
            )  # fmt: skip
            record_audit(
                by=by, at=at, action="request_correction", object_kind="CorrectionRequest",
                object_key=str(request.pk), facts={"dataset": dataset.name, "field": field},
            )  # fmt: skip
            doubt_outliers(correction=request, by=by, at=at)
            _tell_deciders(request, at)
    except IntegrityError as error:
        raise CorrectionNotPossible("correction_open_already") from error
    return request


def report_number(
    *,
    dataset: Dataset,
    about: str,
    about_url: str,
    before: str,
    after: str,
    reason: str,
    subject: Subject | None,
    by: User | None,
    at: datetime,
) -> CorrectionRequest:
    """Say that a number is wrong「指出数字有误」 to whoever owns the dataset it was counted from.

    ``subject`` is whom the number is about: its own people answer where no unit owns the dataset.
    Raises CorrectionNotPossible.
    """
    if not reason.strip():
        raise CorrectionNotPossible("correction_needs_reason")
    try:
        with transaction.atomic():
            request = CorrectionRequest.objects.create(
                dataset=dataset, about=about[:500], about_url=about_url[:500], before=before,
                after=after.strip(), reason=reason.strip()[:500],
                subject=owner_of(dataset) or subject, by=by, at=at,
            )  # fmt: skip
            record_audit(
                by=by, at=at, action="report_number", object_kind="CorrectionRequest",
                object_key=str(request.pk), facts={"dataset": dataset.name, "url": about_url},
            )  # fmt: skip
            _tell_deciders(request, at)
    except IntegrityError as error:
        raise CorrectionNotPossible("correction_open_already") from error
    return request


@transaction.atomic
def accept_report(
    *, request: CorrectionRequest, answer: str, by: User | None, at: datetime
) -> None:
    """Agree that a number is wrong「采纳」 and say what was mended at its source.

    Raises CorrectionDecided, DecidesOwn, CorrectionNotPossible.
    """
    _answer(request, CorrectionState.ACCEPTED, answer, by, at)


def correctable(dataset: Dataset) -> list[str]:
    """Return the fields whose values files bring: the others follow from them."""
    return [field.name for field in dataset.fields.all() if not field.formula]


def stored_row(scope: Scope, dataset: Dataset, *, batch: str, row_number: int) -> Mapping[str, Any]:
    """Return a row in force that a scope may see, by field. Raises RowGone."""
    page = row_at(scope, dataset, batch=batch, row_number=row_number)
    if not page.table.rows:
        raise RowGone("correction_row_gone")
    return dict(zip(page.fields, page.table.rows[0], strict=False))


def accept_correction(
    *, request: CorrectionRequest, answer: str, by: User | None, at: datetime
) -> DatasetVersion:
    """Adopt a correction「采纳更正」: the row is written anew by a version of its own.

    Raises CorrectionDecided, DecidesOwn, RowGone, RowNotSound, VersionMoved.
    """
    _refuse_undecidable(request, by)
    dataset = request.dataset
    row = stored_row(EVERYTHING, dataset, batch=request.batch, row_number=request.row_number)
    texts = texts_of(row, correctable(dataset))
    if texts[request.field] != request.before:
        raise CorrectionDecided("correction_value_moved", value=texts[request.field])
    texts[request.field] = request.after
    staged = _sound(request, texts, at)

    def finish(version: DatasetVersion) -> None:
        held = locked(request)
        if held.state != CorrectionState.OPEN:
            raise CorrectionDecided("correction_decided")
        held.state, held.version, held.answer = CorrectionState.ACCEPTED, version, answer[:500]
        _close(held, by, at)

    version = rewrite_row(
        dataset=dataset, batch=request.batch, row_number=request.row_number, staged=staged,
        origin=f"correction:{request.pk}", by=by, at=at, finish=finish,
    )  # fmt: skip
    request.refresh_from_db()
    return version


@transaction.atomic
def refuse_correction(
    *, request: CorrectionRequest, answer: str, by: User | None, at: datetime
) -> None:
    """Leave a value as it is「不予更正」, for a reason.

    Raises CorrectionDecided, DecidesOwn, CorrectionNotPossible.
    """
    _answer(request, CorrectionState.REFUSED, answer, by, at)


def _answer(
    request: CorrectionRequest, state: CorrectionState, answer: str, by: User | None, at: datetime
) -> None:
    """Close a request by words alone."""
    if not answer.strip():
        raise CorrectionNotPossible("correction_needs_reason")
    held = locked(request)
    _refuse_undecidable(held, by)
    held.state, held.answer = state, answer.strip()[:500]
    _close(held, by, at)
    request.refresh_from_db()


def _sound(request: CorrectionRequest, texts: Mapping[str, str], at: datetime) -> Staged:
    """Return the row as the checks of an import accept it."""
    with row_file(texts) as path:
        delivery = row_delivery(request.dataset, path, period="", mark=f"correction:{request.pk}")
        try:
            staged = staged_row(delivery, on=timezone.localdate(at))
        except FileRefused as refused:
            reason = finding_text(refused.code, refused.facts)
            raise RowNotSound("correction_not_sound", reason=reason) from refused
    flaws: list[Problem | Question] = [*staged.problems, *staged.questions]
    if flaws or not staged.table.num_rows:
        reason = finding_text(flaws[0].code, flaws[0].facts) if flaws else ""
        raise RowNotSound("correction_not_sound", reason=reason)
    return staged


def _refuse_undecidable(request: CorrectionRequest, by: User | None) -> None:
    if request.state != CorrectionState.OPEN:
        raise CorrectionDecided("correction_decided")
    if by is not None and request.by_id == by.pk:
        raise DecidesOwn("correction_own")


def _close(request: CorrectionRequest, by: User | None, at: datetime) -> None:
    request.decided_by, request.decided_at = by, at
    request.save(update_fields=["state", "version", "answer", "decided_by", "decided_at"])
    record_audit(
        by=by, at=at, action="decide_correction", object_kind="CorrectionRequest",
        object_key=str(request.pk), facts={"state": str(request.state)},
    )  # fmt: skip
    settle_outliers(correction=request, by=by, at=at)
    if request.by is not None and request.by.is_active:
        is_accepted = request.state == CorrectionState.ACCEPTED
        words = (
            gettext("已采纳您的更正：%(name)s")
            if is_accepted
            else gettext("没有采纳您的更正：%(name)s")
        )
        notify(
            user=request.by, text=words % {"name": request.dataset.title}, at=at,
            url=reverse("data:correction_detail", args=[request.pk]),
            key=f"correction:{request.pk}:decided",
        )  # fmt: skip


def _tell_deciders(request: CorrectionRequest, at: datetime) -> None:
    for user in deciders(request, on=timezone.localdate(at)):
        notify(
            user=user, at=at, key=f"correction:{request.pk}",
            text=gettext("有人指出数据有误：%(name)s") % {"name": request.dataset.title},
            url=reverse("data:correction_detail", args=[request.pk]),
        )  # fmt: skip
