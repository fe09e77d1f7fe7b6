"""Reading collections and submissions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.models import Grant, Subject
from luoxuan.campus.queries import Rights, subjects, units
from luoxuan.campus.rules import Action, Resource, SubjectKind, UnitKind
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import AuditEntry, User
from luoxuan.core.queries import settings_in_force
from luoxuan.core.todo import MOST_TODOS, TodoItem
from luoxuan.data.collecting.retention import DRAFT_DAYS
from luoxuan.data.collecting.rules import (
    EDITABLE,
    LEADERS,
    AskedKind,
    CollectionState,
    SubmissionState,
    is_overdue,
    last_night,
)
from luoxuan.data.models import Collection, ImportDraft, Submission
from luoxuan.data.rules import CHANGEABLE, DraftState

_TODO = (SubmissionState.DRAFT, SubmissionState.RETURNED)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a collection is「采集进度」, in counts."""

    asked: int
    handed_in: int
    accepted: int
    returned: int
    overdue: int


def collections(scope: Scope) -> QuerySet[Collection]:
    """Return the collections「采集任务」, newest first; the whole institution's scope sees them."""
    if not scope.whole_institution:
        return Collection.objects.none()
    return Collection.objects.select_related("dataset", "opened_by")


def submissions(scope: Scope, user: User | None) -> QuerySet[Submission]:
    """Return the submissions「填报单」 of units in scope, and those asked of the user himself.

    What is asked of a person is nobody's else, whatever unit he belongs to; only the scope of the
    whole institution, which checks them, sees all.
    """
    found = Submission.objects.select_related(
        "collection__dataset", "subject", "submitted_by", "checked_by", "saved_by", "batch"
    ).exclude(collection__state=CollectionState.WITHDRAWN)
    if scope.whole_institution:
        return found
    of_units = Q(collection__asked_kind=AskedKind.UNIT) & scope.q(Submission)
    return found.filter(of_units | _personal(scope, user))


def _personal(scope: Scope, user: User | None) -> Q:
    """Return what is asked of the user himself: he is that person, or holds a role for him."""
    if user is None:
        return Q(pk__in=[])
    granted = Q(subject_id__in=sorted(scope.subject_ids), subject__grants__user=user)
    asked = Q(collection__asked_kind=AskedKind.PERSON)
    return Q(pk__in=Submission.objects.filter(asked, Q(subject__person__user=user) | granted))


def own_submissions(scope: Scope, user: User) -> QuerySet[Submission]:
    """Return what a user is asked himself「我的填报」: helping out everywhere is not his work."""
    narrow = replace(scope, whole_institution=False, levels=frozenset())
    return submissions(narrow, user)


def may_fill(scope: Scope | None, user: User, submission: Submission) -> bool:
    """Tell whether a user may write a submission, by the scope of handing in."""
    return scope is not None and submissions(scope, user).filter(pk=submission.pk).exists()


def progress_of(rows: Sequence[Submission], due_on: date, *, on: date) -> Progress:
    """Return how far a collection is."""
    states = Counter(SubmissionState(row.state) for row in rows)
    return Progress(
        asked=len(rows),
        handed_in=states[SubmissionState.SUBMITTED] + states[SubmissionState.ACCEPTED],
        accepted=states[SubmissionState.ACCEPTED],
        returned=states[SubmissionState.RETURNED],
        overdue=sum(is_overdue(SubmissionState(row.state), due_on=due_on, on=on) for row in rows),
    )


def candidates(kind: AskedKind, *, on: date) -> QuerySet[Subject]:
    """Return whom a collection may ask: units below the institution, or teachers with a login."""
    in_force = Q(valid_to=None) | Q(valid_to__gt=on)
    if kind is AskedKind.UNIT:
        codes = units(EVERYTHING).exclude(kind=UnitKind.INSTITUTION).values("subject_id")
        return subjects(EVERYTHING, kind=SubjectKind.UNIT).filter(in_force, pk__in=codes)
    return subjects(EVERYTHING, kind=SubjectKind.TEACHER).filter(in_force)


def colleges(*, on: date) -> QuerySet[Subject]:
    """Return the secondary colleges, which most collections ask."""
    codes = units(EVERYTHING).filter(kind=UnitKind.SECONDARY_COLLEGE).values("subject_id")
    return candidates(AskedKind.UNIT, on=on).filter(pk__in=codes)


def fillers(submission: Submission, *, on: date) -> list[User]:
    """Return the users whose work a submission is: the person, or who fills in for the unit."""
    if submission.collection.asked_kind == AskedKind.PERSON:
        own = Q(person__subject=submission.subject) | Q(grants__subject=submission.subject)
        return list(User.objects.filter(own, is_active=True).distinct().order_by("pk"))
    # Of the unit itself; who may act everywhere helps out, and is not reminded.
    started = Q(grants__valid_from__lte=on)
    in_force = started & (Q(grants__valid_to=None) | Q(grants__valid_to__gt=on))
    holders = User.objects.filter(
        in_force, is_active=True, grants__unit__subject=submission.subject
    ).distinct()
    return [
        user
        for user in holders.order_by("pk")
        if may_fill(
            _narrow(Rights(user, on=on).scope(Resource.SUBMISSION, Action.SUBMIT)), user, submission
        )
    ]


def leaders(submission: Submission, *, on: date) -> list[User]:
    """Return who answers for the unit of a submission「部门负责人」: of it, else the next above."""
    in_force = Q(valid_to=None) | Q(valid_to__gt=on)
    held = Grant.objects.filter(
        in_force, role__in=LEADERS, valid_from__lte=on, user__is_active=True, unit__isnull=False
    ).select_related("unit", "user")
    path = str(submission.subject.unit_path)
    above = [grant for grant in held if grant.unit and path.startswith(str(grant.unit.unit_path))]
    nearest = max((len(str(grant.unit.unit_path)) for grant in above if grant.unit), default=0)
    found = {
        grant.user.pk: grant.user
        for grant in above
        if grant.unit and len(str(grant.unit.unit_path)) == nearest
    }
    return list(found.values())


def owed_submissions(collection: Collection) -> QuerySet[Submission]:
    """Return what is still with whoever is asked."""
    rows = collection.submissions.filter(state__in=EDITABLE)
    return rows.select_related("subject", "collection")


def _draft_limit(at: datetime) -> datetime | None:
    """Return before when a draft must have been left to be cleared; None keeps all for ever."""
    days = int(settings_in_force()[DRAFT_DAYS.name])
    return last_night(timezone.localtime(at)) - timedelta(days=days) if days else None


def stale_submissions(*, at: datetime) -> QuerySet[Submission]:
    """Return the drafts of ended collections whose time is over; never one once handed in."""
    limit = _draft_limit(at)
    if limit is None:
        return Submission.objects.none()
    ended = Submission.objects.exclude(collection__state=CollectionState.OPEN).filter(
        collection__ended_at__lt=limit, expired_at=None
    )
    unsent = ended.filter(state=SubmissionState.DRAFT, submitted_at=None)
    return unsent.select_related("subject").order_by("pk")


def stale_drafts(*, at: datetime) -> QuerySet[ImportDraft]:
    """Return the import drafts that were never written and whose time is over."""
    limit = _draft_limit(at)
    if limit is None:
        return ImportDraft.objects.none()
    ends = [*CHANGEABLE, DraftState.DISCARDED]
    rows = ImportDraft.objects.filter(state__in=ends, batch=None, at__lt=limit)
    return rows.select_related("dataset").order_by("pk")


def _narrow(scope: Scope | None) -> Scope | None:
    return replace(scope, whole_institution=False, levels=frozenset()) if scope else None


def history_of(submission: Submission) -> QuerySet[AuditEntry]:
    """Return what was done with a submission「填报历史」, oldest first."""
    found = AuditEntry.objects.filter(object_kind="Submission", object_key=str(submission.pk))
    return found.select_related("by").order_by("sequence")


def todos(rights: Rights, *, on: date) -> list[TodoItem]:
    """Return what a user has to fill in「待办」, and what he has to check."""
    return [*_to_fill(rights, on), *_to_check(rights)]


def _to_fill(rights: Rights, on: date) -> list[TodoItem]:
    scope = rights.scope(Resource.SUBMISSION, Action.SUBMIT)
    if scope is None:
        return []
    found = own_submissions(scope, rights.user).filter(
        state__in=_TODO, collection__state=CollectionState.OPEN
    )
    items = []
    for row in found.order_by("collection__due_on")[:MOST_TODOS]:
        facts = {"title": row.collection.title, "name": row.subject.name}
        is_back = row.state == SubmissionState.RETURNED
        words = (
            gettext("%(title)s（%(name)s）被退回，请改正")
            if is_back
            else gettext("填报 %(title)s（%(name)s）")
        )
        items.append(
            TodoItem(
                title=words % facts,
                url=reverse("data:submission_detail", args=[row.pk]),
                kind=gettext("数据填报"),
                due_on=row.collection.due_on,
                is_late=row.collection.due_on < on,
            )
        )
    return items


def _to_check(rights: Rights) -> list[TodoItem]:
    scope = rights.scope(Resource.SUBMISSION, Action.CHECK)
    if scope is None:
        return []
    waiting = Q(submissions__state=SubmissionState.SUBMITTED)
    waiting &= ~Q(submissions__submitted_by=rights.user)
    found = collections(scope).annotate(n=Count("submissions", filter=waiting)).filter(n__gt=0)
    return [
        TodoItem(
            title=gettext("审核 %(title)s 的 %(n)s 份填报") % {"title": row.title, "n": row.n},
            url=reverse("data:collection_detail", args=[row.pk]),
            kind=gettext("填报审核"),
        )
        for row in found[:MOST_TODOS]
    ]
