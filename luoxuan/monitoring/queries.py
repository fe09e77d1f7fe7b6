"""Watches and alerts. The only door to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import Rights, children_of
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import Scope
from luoxuan.core.models import User
from luoxuan.core.once import once
from luoxuan.core.todo import MOST_TODOS, TodoItem
from luoxuan.improvement.queries import covers, grants_in_force
from luoxuan.indicators.queries import Reading, readings, rows_against
from luoxuan.monitoring.models import Alert, Watch
from luoxuan.monitoring.rules import AlertState

MOST_NAMES = 5000
"""How many rows a reading may have for the names behind it to stand on the page."""


def watches(*, indicator_codes: list[str] | None = None) -> QuerySet[Watch]:
    """Return the watches「监测」 that are on, of some indicators or of all."""
    found = Watch.objects.filter(is_on=True).select_related("indicator")
    return found if indicator_codes is None else found.filter(indicator__code__in=indicator_codes)


def alerts(scope: Scope, *, state: AlertState | None = None) -> QuerySet[Alert]:
    """Return the alerts「预警」 about subjects in scope, newest first."""
    found = Alert.objects.filter(scope.q(Alert)).select_related(
        "watch__indicator", "subject__parent", "indicator_version__indicator"
    )
    return found.filter(state=state) if state else found


def alert_at(scope: Scope, pk: int) -> Alert:
    """Return one alert in scope; raises Alert.DoesNotExist for hidden and absent alike."""
    found = alerts(scope).select_related("improvement__subject", "improvement__responsible")
    return found.get(pk=pk)


def n_open(scope: Scope) -> int:
    """Return how many alerts in scope are open, counted once while a request is answered."""
    return once(_open_in(scope), lambda: alerts(scope, state=AlertState.OPEN).count())


def alert_counts(scope: Scope) -> tuple[int, int]:
    """Return how many alerts in scope are open, and how many there ever were."""
    found = alerts(scope).aggregate(
        n_open=Count("pk", filter=Q(recovered_at=None)), n_all=Count("pk")
    )
    return once(_open_in(scope), lambda: int(found["n_open"])), int(found["n_all"])


def _open_in(scope: Scope) -> str:
    return f"open alerts in {scope}"


def alerts_of(scope: Scope, subject: Subject) -> QuerySet[Alert]:
    """Return the alerts in scope about one subject, open ones first."""
    return alerts(scope).filter(subject=subject).order_by("state", "-opened_at")


def my_alerts(scope: Scope, rights: Rights) -> QuerySet[Alert]:
    """Return the open alerts that go to the user: those of a watch whose role he holds there."""
    return alerts(scope, state=AlertState.OPEN).filter(_goes_to(rights))


def _goes_to(rights: Rights) -> Q:
    """Return the condition of alerts of a watch whose role the user holds there."""
    mine = Q(pk__in=[])
    for role, where in rights.scopes_by_role().items():
        mine |= Q(watch__role=role) & where.q(Alert)
    return mine


def open_first_mine(rights: Rights) -> list[Alert]:
    """Return open alerts that the user may see, those that go to him first, then the newest.

    All of his own, and of the others as many as a page may want. ``is_mine`` and ``may_answer``
    tell of each whether it goes to him and whether he may answer it. Read once in a request.
    """
    scope = rights.scope(Resource.ALERT, Action.LIST)
    if scope is None:
        return []
    return once(f"open alerts of {rights.user.pk}", lambda: _open_first_mine(scope, rights))


def _open_first_mine(scope: Scope, rights: Rights) -> list[Alert]:
    answering = rights.scope(Resource.ALERT, Action.EDIT) or Scope()
    found: QuerySet[Any] = alerts(scope, state=AlertState.OPEN).annotate(
        is_mine=_whether(_goes_to(rights)), may_answer=_whether(answering.q(Alert))
    )
    found = found.order_by("-is_mine", "-opened_at", "-id")
    first = list(found[: MOST_TODOS + 1])
    # Rarely a user has so many of his own; then all of them are read.
    return first if not first or not _is_mine(first[-1]) else list(found.filter(is_mine=True))


def mine_open(rights: Rights) -> list[Alert]:
    """Return the open alerts that go to the user, newest first."""
    return [alert for alert in open_first_mine(rights) if _is_mine(alert)]


def _is_mine(alert: Alert) -> bool:
    return bool(alert.is_mine)  # type: ignore[attr-defined]


def _whether(condition: Q) -> Case:
    # A condition of everything is empty, and none may stand alone here.
    here = Q(pk__isnull=False) & condition
    return Case(When(here, then=Value(value=True)), default=Value(value=False))


def open_alerts_by_subject(scope: Scope, subject_ids: list[int]) -> Mapping[int, int]:
    """Return how many alerts in scope are open by subject key; zero ones are left out."""
    found = alerts(scope, state=AlertState.OPEN).filter(subject_id__in=subject_ids)
    counts: dict[int, int] = {}
    for key in found.values_list("subject_id", flat=True):
        counts[key] = counts.get(key, 0) + 1
    return counts


def recipients(found: Iterable[Alert], *, on: date) -> dict[int, list[User]]:
    """Return who receives each alert「推送对象」: the holders of its watch's role there."""
    rows = list(found)
    held = grants_in_force({alert.watch.role for alert in rows}, on=on)
    return {
        alert.pk: list(
            dict.fromkeys(
                grant.user
                for grant in held
                if grant.role == alert.watch.role and covers(grant, alert.subject)
            )
        )
        for alert in rows
    }


def todos(rights: Rights, *, on: date) -> list[TodoItem]:
    """Return the alerts that the user is to answer「待办」, soonest first."""
    waiting = [
        alert
        for alert in mine_open(rights)
        if alert.may_answer and alert.improvement_id is None  # type: ignore[attr-defined]
    ]
    waiting.sort(key=lambda alert: (alert.answer_due_on or date.max, alert.pk))
    return [
        TodoItem(
            title=gettext("答复预警：%(subject)s %(watch)s")
            % {"subject": alert.subject.name, "watch": alert.watch.title},
            url=reverse("monitoring:alert_detail", args=[alert.pk]),
            kind=gettext("预警"),
            due_on=alert.answer_due_on,
            is_late=alert.answer_due_on is not None and alert.answer_due_on < on,
        )
        for alert in waiting[:MOST_TODOS]
    ]


@dataclass(frozen=True, slots=True)
class AlertReadings:
    """What an alert stands on「预警数值」: its reading and those of its subject's parts by code.

    ``own`` is None where the run it stands for has no such reading any more.
    """

    own: Reading | None
    parts: list[tuple[Subject, Reading]]


def readings_of(scope: Scope, alert: Alert) -> AlertReadings:
    """Return the readings of an alert's subject and of what that subject is made of."""
    subject = alert.subject
    children = {(row.kind, row.code): row for row in children_of(scope, subject).order_by("code")}
    found = {
        (row.kind, row.subject): row
        for row in readings(
            scope,
            indicator_codes=[alert.indicator_version.indicator.code],
            periods=[alert.period],
            run=alert.run,
            seen=[subject, *children.values()],
        )
    }
    parts = [(children[key], row) for key, row in found.items() if key in children]
    return AlertReadings(found.get((subject.kind, subject.code)), parts)


@dataclass(frozen=True, slots=True)
class NamesBehind:
    """The rows that keep a reading from being good「名单」, cut down to the fields to be shown.

    ``rows`` are (code of the part, name, other values); ``n_hidden`` lie outside the scope.
    """

    rows: list[tuple[str, str, tuple[Any, ...]]]
    part_kind: str
    n_hidden: int


def names_behind(
    scope: Scope, alert: Alert, reading: Reading | None, *, known: Iterable[Period] | None = None
) -> NamesBehind | None:
    """Return the names behind an alert's reading, or None where the watch declares none.

    None as well where the alert's subject is not in scope. ``known`` are all periods if at hand.
    """
    fields: Sequence[str] = alert.watch.names
    if not fields or reading is None or reading.rows > MOST_NAMES:
        return None
    try:
        left = rows_against(scope, reading, version=alert.indicator_version, known=known)
    except Subject.DoesNotExist:
        return None
    columns = (*left.page.fields, "row_number")
    dataset = left.dataset
    has_parts = dataset.subject_kind not in {"", alert.subject.kind}
    rows = []
    for values in left.page.table.rows:
        row = dict(zip(columns, values, strict=True))
        name = row.get(fields[0]) or row.get(dataset.key[0] if dataset.key else "") or ""
        part = str(row.get(dataset.subject_field) or "") if has_parts else ""
        rows.append((part, str(name), tuple(row.get(field) for field in fields[1:])))
    return NamesBehind(rows, dataset.subject_kind if has_parts else "", left.page.n_hidden)
