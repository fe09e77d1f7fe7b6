"""Asking for another deadline, and deciding on it."""

from datetime import date, datetime

from django.db import transaction

from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked
from luoxuan.core.models import User
from luoxuan.goals.models import DeadlineChange, Task
from luoxuan.goals.rules import DateDecision


class DateNotNew(Refused):
    """The date that is asked for is the one in force, or lies before it."""


class ChangeAlreadyAsked(Refused):
    """Another date is asked for already and not yet decided."""


class ChangeAlreadyDecided(Refused):
    """Somebody has decided in the meantime."""


class AskerMayNotDecide(Refused):
    """Nobody decides on his own wish."""


class NoteMissing(Refused):
    """A refusal says why."""


@transaction.atomic
def ask_deadline_change(
    *, task: Task, asked_on: date, reason: str, by: User | None, at: datetime
) -> DeadlineChange:
    """Ask for another deadline「时限调整」; the old one stays in force.

    Asking for the same date again while it is open changes nothing. Raises DateNotNew,
    ChangeAlreadyAsked and NoteMissing.
    """
    here = locked(task)
    if not reason.strip():
        raise NoteMissing("change_needs_reason", task=task.title)
    if here.deadline_on is not None and asked_on <= here.deadline_on:
        raise DateNotNew("date_not_new", task=task.title, day=asked_on.isoformat())
    held = DeadlineChange.objects.filter(task=here, state=DateDecision.ASKED).first()
    if held is not None:
        if held.asked_on == asked_on:
            return held
        raise ChangeAlreadyAsked("change_already_asked", task=task.title)
    change = DeadlineChange.objects.create(
        task=here,
        old_on=here.deadline_on,
        asked_on=asked_on,
        reason=reason.strip(),
        asked_at=at,
        asked_by=by,
    )
    _audit(change, "ask_deadline_change", by, at)
    return change


@transaction.atomic
def decide_deadline_change(
    *, change: DeadlineChange, is_approved: bool, note: str, by: User, at: datetime
) -> DeadlineChange:
    """Approve or refuse another deadline; only an approved one moves the deadline.

    Raises AskerMayNotDecide, ChangeAlreadyDecided, and NoteMissing for a refusal without reason.
    """
    here = locked(change)
    if here.asked_by_id == by.pk:
        raise AskerMayNotDecide("asker_may_not_decide", task=change.task.title)
    wanted = DateDecision.APPROVED if is_approved else DateDecision.REFUSED
    if here.state != DateDecision.ASKED:
        if (here.state, here.decided_by_id) == (wanted, by.pk):
            return here
        raise ChangeAlreadyDecided("change_already_decided", task=change.task.title)
    if not is_approved and not note.strip():
        raise NoteMissing("refusal_needs_note", task=change.task.title)
    here.state, here.note = wanted, note.strip()
    here.decided_at, here.decided_by = at, by
    here.save()
    if is_approved:
        Task.objects.filter(pk=here.task_id).update(deadline_on=here.asked_on, changed_at=at)
    _audit(here, "decide_deadline_change", by, at)
    seam("goals.deadline.before_commit")
    return here


def _audit(change: DeadlineChange, action: str, by: User | None, at: datetime) -> None:
    facts: dict[str, object] = {
        "task": change.task_id,
        "old_on": change.old_on.isoformat() if change.old_on else "",
        "asked_on": change.asked_on.isoformat(),
        "state": change.state,
    }
    record_audit(
        by=by, at=at, action=action, object_kind="DeadlineChange", object_key=str(change.pk),
        facts=facts,
    )  # fmt: skip
