"""Improvements and what they are compared with. The only door to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.models import Grant, Period, Subject
from luoxuan.campus.queries import Rights, periods
from luoxuan.campus.rules import LEVEL_OF, Action, Resource, SubjectKind, may, roles
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import User
from luoxuan.core.todo import MOST_TODOS, TodoItem
from luoxuan.improvement.models import Improvement, ImprovementEvent
from luoxuan.improvement.rules import (
    OPEN_STATES,
    DatedPeriod,
    ImprovementState,
    period_before,
    year_before,
)
from luoxuan.indicators.queries import Reading, latest, readings

_TO_PUT_IN_PLACE = (ImprovementState.TO_PLAN, ImprovementState.UNDER_WAY)


def improvements(scope: Scope) -> QuerySet[Improvement]:
    """Return the improvements「改进」 about subjects in scope, newest first."""
    found = Improvement.objects.filter(scope.q(Improvement))
    return found.select_related("subject", "responsible", "verified_by", "evidence")


def improvement_at(scope: Scope, pk: int) -> Improvement:
    """Return one improvement in scope; raises Improvement.DoesNotExist for hidden and absent."""
    return improvements(scope).get(pk=pk)


def improvements_of(
    scope: Scope, subject: Subject, *, since: date | None = None, until: date | None = None
) -> QuerySet[Improvement]:
    """Return the improvements about a subject and its parts, in the order they were opened.

    Only those that were open at some time of the half-open stretch ``since`` to ``until``.
    """
    found = improvements(scope).filter(Q(subject=subject) | Q(subject__parent=subject))
    if until is not None:
        found = found.filter(opened_at__date__lt=until)
    if since is not None:
        found = found.filter(Q(closed_at=None) | Q(closed_at__date__gte=since))
    return found.order_by("opened_at", "id")


def late(found: QuerySet[Improvement], *, on: date) -> QuerySet[Improvement]:
    """Return those whose measure is not in place although its day has passed."""
    return found.filter(state__in=_TO_PUT_IN_PLACE, due_on__lt=on)


def events_of(improvement: Improvement) -> QuerySet[ImprovementEvent]:
    """Return the steps of an improvement「改进记录」 in their order."""
    return ImprovementEvent.objects.filter(improvement=improvement).select_related("by")


@dataclass(frozen=True, slots=True)
class ReadingsBeside:
    """What a reading is compared with「同期对照」: the period before, and the same a year ago."""

    last: Reading | None
    year_before: Reading | None


def readings_beside(
    scope: Scope,
    *,
    indicator: str,
    subject: Subject,
    period: str,
    known: Sequence[DatedPeriod] | None = None,
) -> ReadingsBeside:
    """Return the readings to compare one with; None where there is none with a value.

    ``known`` are all periods, for a caller that has them at hand.
    """
    known = dated_periods() if known is None else known
    found = readings(scope, indicator_codes=[indicator], seen=[subject])
    by_period = {row.period: row for row in found if row.value is not None}
    return ReadingsBeside(
        by_period.get(period_before(period, known)), by_period.get(year_before(period, known))
    )


def newest_readings(indicator: str, subjects: Sequence[Subject]) -> dict[int, Reading]:
    """Return the reading of the last period that has a value, by the subject's key."""
    keys = {(row.kind, row.code): row.pk for row in subjects}
    found = readings(
        EVERYTHING,
        indicator_codes=[indicator],
        kinds=sorted({kind for kind, _ in keys}),
        subject_codes=sorted({code for _, code in keys}),
    )
    positions = {row.code: row.position for row in periods()}
    newest = latest([row for row in found if row.value is not None], positions)
    return {
        keys[kind, code]: row for (_, kind, code), row in newest.items() if (kind, code) in keys
    }


def dated_periods(known: Iterable[Period] | None = None) -> list[DatedPeriod]:
    """Return every period with its place in the order and the day it begins."""
    rows = periods() if known is None else known
    return [DatedPeriod(row.code, row.kind, row.position, row.start_on) for row in rows]


def grants_in_force(held: Iterable[str], *, on: date) -> list[Grant]:
    """Return the grants「授权」 of some roles on a day, with users, units and subjects."""
    begun = Q(valid_from=None) | Q(valid_from__lte=on)
    going = Q(valid_to=None) | Q(valid_to__gt=on)
    found = Grant.objects.filter(begun, going, role__in=set(held), user__is_active=True)
    return list(found.select_related("user", "unit").order_by("user__name", "id"))


def covers(grant: Grant, subject: Subject) -> bool:
    """Return whether a grant holds for a subject, without asking the database again.

    ``subject`` brings its ``parent`` along: a grant on a course holds for its teaching classes.
    """
    if grant.unit is not None:
        return bool(subject.unit_path.startswith(grant.unit.unit_path))
    if grant.subject_id is not None:
        return grant.subject_id in {subject.pk, subject.parent_id}
    return grant.is_whole_institution or grant.level == LEVEL_OF[SubjectKind(subject.kind)]


def people_for(subject: Subject, *, on: date) -> list[User]:
    """Return who may be responsible「责任人」 for a measure about a subject, by name."""
    able = [role for role in roles() if may(role, Resource.IMPROVEMENT, Action.EDIT)]
    held = grants_in_force(able, on=on)
    return list(dict.fromkeys(grant.user for grant in held if covers(grant, subject)))


def todos(rights: Rights, *, on: date) -> list[TodoItem]:
    """Return what the user has to plan, to put in place and to verify「待办」, soonest first."""
    mine = Q(responsible=rights.user, state__in=_TO_PUT_IN_PLACE)
    wanted = mine
    scope = rights.scope(Resource.IMPROVEMENT, Action.CHECK)
    if scope is not None:
        waiting = Q(state=ImprovementState.AWAITING_REMEASUREMENT, indicator="")
        others = Q(responsible=None) | ~Q(responsible=rights.user)
        wanted |= waiting & others & scope.q(Improvement)
    is_other = Case(When(mine, then=Value(0)), default=Value(1))
    found = Improvement.objects.filter(wanted).select_related("subject")
    items = [
        _todo(row, on=on)
        if row.state in _TO_PUT_IN_PLACE
        else _item(row, gettext("查证：%(problem)s"), on=None)
        for row in found.order_by(is_other, "-opened_at", "-id")[: 2 * MOST_TODOS]
    ]
    return sorted(items, key=lambda item: (item.due_on is None, item.due_on or date.max))


def is_open(improvement: Improvement) -> bool:
    """Return whether something is still to be done or to be measured."""
    return improvement.state in OPEN_STATES


def is_late(improvement: Improvement, *, on: date) -> bool:
    """Return whether the day for the measure has passed before it was in place."""
    is_waiting = improvement.state in _TO_PUT_IN_PLACE
    return is_waiting and improvement.due_on is not None and improvement.due_on < on


def open_counts(scope: Scope, *, on: date | None = None) -> dict[str, int]:
    """Return counts of what is open in scope: all, late, awaiting the next reading."""
    day = on or timezone.localdate()
    is_late = Q(state__in=_TO_PUT_IN_PLACE, due_on__lt=day)
    is_waiting = Q(state=ImprovementState.AWAITING_REMEASUREMENT)
    found = improvements(scope).filter(state__in=OPEN_STATES).order_by()
    return found.aggregate(
        open=Count("pk"),
        late=Count("pk", filter=is_late),
        awaiting=Count("pk", filter=is_waiting),
    )


def _todo(row: Improvement, *, on: date) -> TodoItem:
    is_to_plan = row.state == ImprovementState.TO_PLAN
    words = gettext("制定措施：%(problem)s") if is_to_plan else gettext("落实措施：%(problem)s")
    return _item(row, words, on=on)


def _item(row: Improvement, words: str, *, on: date | None) -> TodoItem:
    return TodoItem(
        title=words % {"problem": row.problem[:80]},
        url=reverse("improvement:improvement_detail", args=[row.pk]),
        kind=gettext("改进"),
        due_on=row.due_on if on else None,
        is_late=bool(on and row.due_on and row.due_on < on),
    )
