"""Filling in, handing in, returning, accepting, unlocking one submission."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.core.actions import notify, record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked
from luoxuan.core.models import User
from luoxuan.data.actions.imports import store_delivery
from luoxuan.data.collecting.actions.collections import required_fields
from luoxuan.data.collecting.delivering import read_rows, submission_delivery
from luoxuan.data.collecting.queries import history_of
from luoxuan.data.collecting.rules import (
    EDITABLE,
    MOST_ROWS,
    CellProblem,
    CollectionState,
    SubmissionState,
    burden,
    completeness,
    differing_cells,
    merged_rows,
    worked_seconds,
)
from luoxuan.data.models import ImportBatch, Submission
from luoxuan.data.queries import store

Sent = Sequence[tuple[str, Mapping[str, str]]]
"""Rows as they were sent: id and cells by field."""


class SubmissionRefused(Refused):
    """What cannot be done with a submission as it stands「填报单状态不符」."""


class SubmissionMoved(Refused):
    """Somebody else saved meanwhile; ``theirs`` is what stands there by row and field."""

    def __init__(self, submission: Submission, rows: list[dict[str, Any]], asked: list[str]):
        super().__init__("submission_moved")
        self.revision = submission.revision
        self.theirs = differing_cells(submission.rows, rows, asked)
        sent = {row["id"] for row in rows}
        # Nothing of either side is lost: rows that only the other one has come along.
        self.rows = [*rows, *(row for row in submission.rows if row["id"] not in sent)]


class SubmissionUnsound(Refused):
    """Rows that the dataset does not take; ``problems`` say which cells and why."""

    def __init__(self, problems: Sequence[CellProblem]):
        super().__init__("submission_unsound", n=len(problems))
        self.problems = list(problems)


@transaction.atomic
def save_submission(
    *,
    submission: Submission,
    sent: Sent,
    revision: int,
    by: User | None,
    at: datetime,
    opened_at: datetime | None = None,
) -> Submission:
    """Save「暂存」 what was filled in so far; the same content again changes nothing.

    ``opened_at`` is when the page was made that was sent: it tells how long people sat at it.
    Raises SubmissionRefused when it is handed in or its collection ended, SubmissionMoved when
    somebody else saved since ``revision``.
    """
    held = _editable(submission)
    asked = list(held.collection.fields)
    if len(sent) > MOST_ROWS:
        raise SubmissionRefused("submission_too_many_rows", most=MOST_ROWS)
    rows = merged_rows(held.rows, sent, asked=asked, unlocked=held.unlocked)
    if rows == held.rows:
        return held
    if revision != held.revision:
        raise SubmissionMoved(held, rows, asked)
    held.rows, held.revision = rows, held.revision + 1
    _count_time(held, opened_at, at)
    held.first_saved_at = held.first_saved_at or at
    held.saved_at, held.saved_by = at, by
    _count(held)
    held.save()
    # Each pause in typing saves; the history names whoever wrote, not every pause.
    last = _last_act(held)
    if last is None or last != ("save_submission", by.pk if by else None):
        _audit(held, "save_submission", by, at)
    return held


@transaction.atomic
def submit_submission(
    *, submission: Submission, by: User | None, at: datetime, opened_at: datetime | None = None
) -> Submission:
    """Hand in「提交」 a submission; handing it in twice changes nothing.

    Raises SubmissionUnsound while a cell is wrong or missing, SubmissionRefused when it cannot be
    handed in.
    """
    held = locked(submission)
    if held.state in {SubmissionState.SUBMITTED, SubmissionState.ACCEPTED}:
        return held
    held = _editable(submission)
    if problems := problems_of(held, on=timezone.localdate(at)):
        raise SubmissionUnsound(problems)
    held.state, held.submitted_at, held.submitted_by = SubmissionState.SUBMITTED, at, by
    held.remarks, held.reason, held.unlocked = [], "", []
    held.checked_at, held.checked_by = None, None
    _count_time(held, opened_at, at)
    held.first_saved_at, held.saved_at = held.first_saved_at or at, held.saved_at or at
    _count(held)
    held.save()
    _audit(held, "submit_submission", by, at)
    seam("data.submission.before_commit")
    return held


def problems_of(submission: Submission, *, on: date) -> list[CellProblem]:
    """Return everything that the dataset would not take「填报检查」, as for an imported file."""
    if not submission.rows:
        return []
    keys = [row["id"] for row in submission.rows]
    with submission_delivery(submission) as delivery:
        return read_rows(delivery, keys, on=on)[1]


@transaction.atomic
def return_submission(
    *,
    submission: Submission,
    remarks: Sequence[Mapping[str, str]],
    reason: str,
    by: User,
    at: datetime,
) -> Submission:
    """Return「退回」 a submission with reasons on its cells, or on the whole.

    A remark has row, field and text. Raises SubmissionRefused without any reason.
    """
    held = _handed_in(submission, by)
    known = {row["id"] for row in held.rows}
    kept = [
        {"row": entry["row"], "field": entry["field"], "text": entry["text"].strip()[:500]}
        for entry in remarks
        if entry["text"].strip() and entry["row"] in known
        and entry["field"] in held.collection.fields
    ]  # fmt: skip
    if not kept and not reason.strip():
        raise SubmissionRefused("submission_return_needs_reason")
    words = reason.strip() or gettext("有 %(n)s 格需要改正") % {"n": len(kept)}
    held.state, held.remarks, held.reason = SubmissionState.RETURNED, kept, words[:2000]
    held.checked_at, held.checked_by = at, by
    held.save()
    _audit(held, "return_submission", by, at, reason=held.reason, remarks=kept)
    _tell_submitter(held, gettext("填报被退回：%(title)s"), at)
    return held


def accept_submission(*, submission: Submission, by: User, at: datetime) -> Submission:
    """Accept「通过」 a submission: its rows become a version of the dataset, once.

    Only the rows of its unit or person, in its period, give way; all others stay. Raises
    SubmissionRefused, SubmissionUnsound when the dataset takes them no longer, VersionMoved.
    """
    # The submission is locked before the audit chain: there is one order of locks.
    with transaction.atomic():
        held = _handed_in(submission, by, done=SubmissionState.ACCEPTED)
        if held.state == SubmissionState.ACCEPTED:
            return held
        keys = [row["id"] for row in held.rows]
        with submission_delivery(held) as delivery:
            staged, problems = read_rows(delivery, keys, on=timezone.localdate(at))
            if problems or staged is None:
                raise SubmissionUnsound(problems)
            store().keep_original(delivery.path, staged.sha256)
            version, batch, sound = store_delivery(delivery, staged, by=by, at=at)
        if sound.n_problems:
            raise SubmissionUnsound([])
        if batch is None and version is not None:
            batch = ImportBatch.objects.filter(version=version).order_by("-id").first()
        held.state, held.batch = SubmissionState.ACCEPTED, batch
        held.checked_at, held.checked_by = at, by
        held.save()
        _audit(held, "accept_submission", by, at, version=version.number if version else None)
        seam("data.submission.before_commit")
    return held


@transaction.atomic
def unlock_submission(
    *, submission: Submission, fields: Sequence[str], reason: str, by: User, at: datetime
) -> Submission:
    """Open chosen fields「解锁」 of an accepted submission again, with the reason.

    What was accepted stays in force until it is accepted anew. Raises SubmissionRefused.
    """
    held = locked(submission)
    chosen = [name for name in held.collection.fields if name in set(fields)]
    if not chosen or not reason.strip():
        raise SubmissionRefused("unlock_needs_fields_and_reason")
    if held.state != SubmissionState.ACCEPTED:
        raise SubmissionRefused("submission_not_accepted")
    if held.collection.state != CollectionState.OPEN:
        raise SubmissionRefused("collection_ended")
    held.state, held.reason, held.unlocked = SubmissionState.RETURNED, reason.strip(), chosen
    held.checked_at, held.checked_by, held.remarks = at, by, []
    held.save()
    _audit(held, "unlock_submission", by, at, fields=chosen, reason=held.reason)
    _tell_submitter(held, gettext("填报已解锁，请改正：%(title)s"), at)
    return held


def _editable(submission: Submission) -> Submission:
    held = locked(submission)
    if held.collection.state != CollectionState.OPEN:
        raise SubmissionRefused("collection_ended")
    if held.state not in EDITABLE:
        raise SubmissionRefused("submission_handed_in")
    return held


def _handed_in(
    submission: Submission, by: User, *, done: SubmissionState | None = None
) -> Submission:
    held = locked(submission)
    if held.state != SubmissionState.SUBMITTED and held.state != done:
        raise SubmissionRefused("submission_not_handed_in")
    if held.collection.state == CollectionState.WITHDRAWN:
        raise SubmissionRefused("collection_ended")
    if held.submitted_by_id == by.pk:
        raise SubmissionRefused("submitter_may_not_check")
    return held


def _count(held: Submission) -> None:
    cost = burden(held.rows, held.collection.fields)
    done = completeness(held.rows, required_fields(held.collection))
    held.n_asked, held.n_prefilled, held.n_changed = cost.asked, cost.prefilled, cost.changed
    held.n_filled, held.n_required = done.filled, done.required


def _count_time(held: Submission, opened_at: datetime | None, at: datetime) -> None:
    held.worked_seconds = worked_seconds(
        held.worked_seconds, opened=opened_at, saved=held.saved_at, at=at
    )


def _last_act(held: Submission) -> tuple[str, int | None] | None:
    entry = history_of(held).last()
    return (entry.action, entry.by_id) if entry else None


def _tell_submitter(held: Submission, words: str, at: datetime) -> None:
    user = held.submitted_by
    if user is not None and user.is_active:
        notify(
            user=user, text=words % {"title": held.collection.title}, at=at,
            key=f"submission:{held.pk}:{at.isoformat()}",
            url=reverse("data:submission_detail", args=[held.pk]),
        )  # fmt: skip


def _audit(held: Submission, action: str, by: User | None, at: datetime, **facts: object) -> None:
    record_audit(
        by=by, at=at, action=action, object_kind="Submission", object_key=str(held.pk),
        facts={"collection": held.collection_id, "subject": held.subject.code, **facts},
    )  # fmt: skip
