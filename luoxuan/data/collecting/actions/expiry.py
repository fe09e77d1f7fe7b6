"""Clearing drafts that nobody went on with; never anything that was handed in."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from luoxuan.core.actions import enqueue, record_audit
from luoxuan.core.faults import seam
from luoxuan.core.models import User
from luoxuan.data.collecting.queries import stale_drafts, stale_submissions
from luoxuan.data.models import ImportDraft, Submission
from luoxuan.data.rules import CHANGEABLE, DraftState

JOB = "data.expire_drafts"
_AT_ONCE = 200


def ask_for_expiry(*, at: datetime) -> bool:
    """Ask for the clearing of drafts whose time is over「草稿清理」; one job at a time."""
    is_due = stale_submissions(at=at).exists() or stale_drafts(at=at).exists()
    if is_due:
        enqueue(
            name=JOB, arguments={}, by=None, at=at, title=gettext("清理过期草稿"), unique_key=JOB,
            url=reverse("data:upkeep"),
        )  # fmt: skip
    return is_due


def expire_drafts(*, by: User | None, at: datetime) -> int:
    """Clear the drafts whose time is over; return how many. Each one commits by itself.

    A submission stays as the proof that nobody handed in, its cells go. An import draft goes whole,
    and with it the name of its original, which the upkeep then sweeps.
    """
    n = 0
    while keys := list(stale_submissions(at=at).values_list("pk", flat=True)[:_AT_ONCE]):
        n += sum(_empty(key, by, at) for key in keys)
    while keys := list(stale_drafts(at=at).values_list("pk", flat=True)[:_AT_ONCE]):
        n += sum(_drop(key, by, at) for key in keys)
    return n


@transaction.atomic
def _empty(key: int, by: User | None, at: datetime) -> int:
    held = stale_submissions(at=at).select_for_update(of=("self",), no_key=True)
    row = held.filter(pk=key).first()
    if row is None:
        return 0
    n_rows = len(row.rows)
    Submission.objects.filter(pk=key).update(
        rows=[], revision=row.revision + 1, expired_at=at, n_asked=0, n_prefilled=0,
        n_changed=0, n_filled=0, n_required=0,
    )  # fmt: skip
    record_audit(
        by=by, at=at, action="expire_submission", object_kind="Submission", object_key=str(key),
        facts={"collection": row.collection_id, "subject": row.subject.code, "rows": n_rows},
    )  # fmt: skip
    seam("data.expiry.before_commit")
    return 1


@transaction.atomic
def _drop(key: int, by: User | None, at: datetime) -> int:
    row = stale_drafts(at=at).select_for_update(of=("self",)).filter(pk=key).first()
    if row is None:
        return 0
    # Whoever answers a question at this moment waits, and finds it gone.
    gone = ImportDraft.objects.filter(pk=key, state__in=[*CHANGEABLE, DraftState.DISCARDED])
    n, _ = gone.delete()
    record_audit(
        by=by, at=at, action="expire_draft", object_kind="ImportDraft", object_key=str(key),
        facts={"dataset": row.dataset.name, "file": row.file_name, "sha256": row.sha256},
    )  # fmt: skip
    seam("data.expiry.before_commit")
    return n
