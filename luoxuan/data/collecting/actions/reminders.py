"""Reminding whoever owes a submission: by hand, and by itself as the day comes near."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.core.actions import notify
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked
from luoxuan.core.models import User
from luoxuan.data.collecting.actions.collections import CollectionRefused, audit_collection
from luoxuan.data.collecting.queries import fillers, leaders, owed_submissions
from luoxuan.data.collecting.rules import OVERDUE, CollectionState, reminder_due
from luoxuan.data.models import Collection, Submission


@transaction.atomic
def remind(*, collection: Collection, by: User | None, at: datetime) -> int:
    """Remind「催办」 those who have not handed in, once a day each; return how many there are."""
    if collection.state != CollectionState.OPEN:
        raise CollectionRefused("collection_ended")
    on = timezone.localdate(at)
    told: set[int] = set()
    for row in owed_submissions(collection):
        for user in fillers(row, on=on):
            if user.pk not in told:
                told.add(user.pk)
                _tell(row, user, _words(row, at), step=str(on), at=at)
    audit_collection(collection, "remind_collection", by, at, n=len(told))
    return len(told)


def remind_of_collections(*, at: datetime) -> int:
    """Remind of every collection whose step of reminding has come「自动提醒」; return how many.

    Each step once, however many workers look; after the day the leader of the unit learns of it.
    A machine that was off sends the newest step only.
    """
    on = timezone.localdate(at)
    waiting = [
        row
        for row in Collection.objects.filter(state=CollectionState.OPEN)
        if _step(row, at) not in {"", row.reminded}
    ]
    return sum(_take_step(row, at) for row in waiting if row.opened_at.date() <= on)


def _step(collection: Collection, at: datetime) -> str:
    return reminder_due(
        collection.remind_days,
        due_on=collection.due_on,
        opened_on=timezone.localdate(collection.opened_at),
        on=timezone.localdate(at),
    )


@transaction.atomic
def _take_step(collection: Collection, at: datetime) -> int:
    held = locked(collection)
    step = _step(held, at)
    if held.state != CollectionState.OPEN or step in {"", held.reminded}:
        # Another worker was quicker, or somebody ended it.
        return 0
    n = sum(_tell_of(row, step, at) for row in owed_submissions(held))
    held.reminded, held.reminded_at = step, at
    held.save(update_fields=["reminded", "reminded_at"])
    audit_collection(held, "remind_collection", None, at, step=step, n=n)
    seam("data.collection.reminded")
    return 1


def _tell_of(row: Submission, step: str, at: datetime) -> int:
    """Tell whoever fills in a submission, and after its day whoever leads the unit."""
    on = timezone.localdate(at)
    heads = leaders(row, on=on) if step == OVERDUE else []
    fill = [user for user in fillers(row, on=on) if user not in heads]
    for user in fill:
        _tell(row, user, _words(row, at), step=f"{row.pk}:{step}", at=at)
    for user in heads:
        words = gettext("本部门逾期未报：%(title)s（%(name)s）")
        _tell(row, user, words, step=f"{row.pk}:{step}", at=at)
    return len(fill) + len(heads)


def _words(row: Submission, at: datetime) -> str:
    if row.collection.due_on < timezone.localdate(at):
        return gettext("逾期未报：%(title)s（%(name)s）")
    return gettext("请填报：%(title)s（%(name)s），%(day)s 截止")


def _tell(row: Submission, user: User, words: str, *, step: str, at: datetime) -> None:
    facts = {
        "title": row.collection.title,
        "name": row.subject.name,
        "day": f"{row.collection.due_on:%m-%d}",
    }
    notify(
        user=user, text=words % facts, at=at, key=f"collection:{row.collection_id}:{step}",
        url=reverse("data:submission_detail", args=[row.pk]),
    )  # fmt: skip
