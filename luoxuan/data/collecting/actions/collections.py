"""Opening a collection, reminding of it, ending it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from luoxuan.campus.models import Subject
from luoxuan.campus.queries import periods
from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked
from luoxuan.core.models import User
from luoxuan.data.collecting.prefill import (
    Owner,
    own_field,
    owners,
    prefilled,
    stored_fields,
    with_rows,
)
from luoxuan.data.collecting.rules import (
    LONGEST_REMINDER,
    MOST_REMINDERS,
    MOST_ROWS,
    REMIND_DAYS,
    AskedKind,
    CollectionState,
    burden,
    completeness,
    fits_reminding,
)
from luoxuan.data.models import Collection, Dataset, Submission


class CollectionRefused(Refused):
    """A collection that cannot be opened or ended so「采集任务不成立」."""


@dataclass(frozen=True, slots=True)
class CollectionValues:
    """What a collection asks, of whom, until when「采集要求」."""

    dataset: Dataset
    title: str
    due_on: date
    asked_kind: AskedKind = AskedKind.UNIT
    period: str = ""
    words: str = ""
    fields: Sequence[str] = ()
    remind_days: Sequence[int] = REMIND_DAYS


@transaction.atomic
def open_collection(
    *,
    values: CollectionValues,
    subjects: Sequence[Subject],
    receipt: str,
    by: User | None,
    at: datetime,
) -> Collection:
    """Ask units or persons for rows「发起采集」: one prefilled submission each.

    No ``fields`` asks for all that may be asked for. The same ``receipt`` twice opens one
    collection. Raises CollectionRefused.
    """
    if (known := Collection.objects.filter(receipt=receipt).first()) is not None:
        return known
    known_owners = owners(values.dataset, values.asked_kind)
    asked = _checked_fields(values, known_owners)
    _check(values, subjects, at)
    made, is_new = Collection.objects.get_or_create(
        receipt=receipt,
        defaults={
            "dataset": values.dataset,
            "period": values.period,
            "title": values.title.strip(),
            "words": values.words.strip(),
            "fields": asked,
            "asked_kind": values.asked_kind,
            "due_on": values.due_on,
            "remind_days": sorted(set(values.remind_days), reverse=True),
            "opened_at": at,
            "opened_by": by,
        },
    )
    if not is_new:
        return made
    Submission.objects.bulk_create(_submissions(made, subjects, with_rows(known_owners)))
    audit_collection(made, "open_collection", by, at, n=len(subjects), dataset=values.dataset.name)
    seam("data.collection.before_commit")
    return made


def askable_fields(dataset: Dataset, kind: AskedKind) -> list[str]:
    """Return the fields that a collection may ask for: neither its own nor another dataset's."""
    fixed = {own_field(dataset, kind), dataset.period_field}
    owned = {name for owner in owners(dataset, kind) for name in owner.fields}
    return [row.name for row in stored_fields(dataset) if row.name not in fixed | owned]


def _checked_fields(values: CollectionValues, known: Sequence[Owner]) -> list[str]:
    dataset, kind = values.dataset, values.asked_kind
    if dataset.is_system:
        raise CollectionRefused("dataset_is_system", dataset=dataset.name)
    own = own_field(dataset, kind)
    if not own:
        raise CollectionRefused("collection_without_place", dataset=dataset.title)
    owned = {name: owner.dataset.title for owner in known for name in owner.fields}
    titles = {row.name: row.title for row in stored_fields(dataset)}
    # Filled in by the collection itself, or brought along: whoever asks may name them.
    allowed = askable_fields(dataset, kind)
    for name in values.fields:
        if name in owned:
            raise CollectionRefused(
                "collection_field_owned", field=titles[name], dataset=owned[name]
            )
        if name not in allowed:
            raise CollectionRefused("collection_field_unknown", field=titles.get(name, name))
    chosen = set(values.fields) or set(allowed)
    left = [
        row.title
        for row in stored_fields(dataset)
        if (row.is_required or row.name in dataset.key) and row.name in set(allowed) - chosen
    ]
    if left:
        raise CollectionRefused("collection_lacks_required", fields="、".join(left))
    return [row.name for row in stored_fields(dataset) if row.name in chosen | set(owned)]


def _check(values: CollectionValues, subjects: Sequence[Subject], at: datetime) -> None:
    if not values.title.strip():
        raise CollectionRefused("collection_needs_title")
    if not subjects:
        raise CollectionRefused("collection_asks_nobody")
    if values.due_on < timezone.localdate(at):
        raise CollectionRefused("collection_due_in_past")
    if not fits_reminding(values.remind_days):
        raise CollectionRefused(
            "collection_bad_reminders", most=MOST_REMINDERS, longest=LONGEST_REMINDER
        )
    period = periods().filter(code=values.period).first() if values.period else None
    if values.period and period is None:
        raise CollectionRefused("period_unknown", period=values.period)
    needs_period = values.dataset.period_field in {
        row.name for row in stored_fields(values.dataset)
    }
    if needs_period and not values.period:
        raise CollectionRefused("collection_needs_period")
    if needs_period and period and period.kind != values.dataset.period_kind:
        raise CollectionRefused("collection_other_period", period=period.name)


def _submissions(
    made: Collection, subjects: Sequence[Subject], known: Sequence[Owner]
) -> list[Submission]:
    required = required_fields(made)
    rows = []
    for subject in subjects:
        kind = AskedKind(made.asked_kind)
        cells = prefilled(made.dataset, kind, subject, period=made.period, known=known)
        if len(cells) > MOST_ROWS:
            raise CollectionRefused(
                "collection_too_large", name=subject.name, n=len(cells), most=MOST_ROWS
            )
        cost = burden(cells, made.fields)
        done = completeness(cells, required)
        rows.append(
            Submission(
                collection=made,
                subject=subject,
                rows=cells,
                n_asked=cost.asked,
                n_prefilled=cost.prefilled,
                n_filled=done.filled,
                n_required=done.required,
            )
        )
    return rows


def required_fields(collection: Collection) -> list[str]:
    """Return the fields asked for that must hold something."""
    key = collection.dataset.key
    return [
        row.name
        for row in stored_fields(collection.dataset)
        if row.name in collection.fields and (row.is_required or row.name in key)
    ]


@transaction.atomic
def close_collection(*, collection: Collection, by: User | None, at: datetime) -> None:
    """End a collection「结束采集」: nobody hands in any more; closing twice changes nothing."""
    _end(collection, CollectionState.CLOSED, "", by, at)


@transaction.atomic
def withdraw_collection(
    *, collection: Collection, reason: str, by: User | None, at: datetime
) -> None:
    """Take a collection back「撤回采集」 with the reason; nobody sees its submissions any more.

    Raises CollectionRefused without a reason, or when something of it was accepted.
    """
    if not reason.strip():
        raise CollectionRefused("collection_needs_reason")
    _end(collection, CollectionState.WITHDRAWN, reason.strip()[:500], by, at)


def _end(
    collection: Collection, state: CollectionState, reason: str, by: User | None, at: datetime
) -> None:
    held = locked(collection)
    if held.state == state:
        return
    if held.state == CollectionState.WITHDRAWN:
        raise CollectionRefused("collection_ended")
    if state is CollectionState.WITHDRAWN and held.submissions.exclude(batch=None).exists():
        raise CollectionRefused("collection_has_accepted")
    held.state, held.reason, held.ended_at, held.ended_by = state, reason, at, by
    held.save()
    act = "withdraw_collection" if reason else "close_collection"
    audit_collection(held, act, by, at, reason=reason)
    collection.refresh_from_db()


def audit_collection(
    collection: Collection, action: str, by: User | None, at: datetime, **facts: object
) -> None:
    """Record an act on a collection."""
    record_audit(
        by=by, at=at, action=action, object_kind="Collection", object_key=str(collection.pk),
        facts={"title": collection.title, **facts},
    )  # fmt: skip
