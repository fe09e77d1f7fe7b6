"""Watches and alerts. The only door to them."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from luoxuan.campus.models import Subject
from luoxuan.campus.queries import Rights
from luoxuan.campus.scope import Scope
from luoxuan.monitoring.models import Alert, Watch
from luoxuan.monitoring.rules import AlertState


def watches(*, indicator_codes: list[str] | None = None) -> QuerySet[Watch]:
    """Return the watches「监测」 that are on, of some indicators or of all."""
    found = Watch.objects.filter(is_on=True).select_related("indicator")
    return found if indicator_codes is None else found.filter(indicator__code__in=indicator_codes)


def alerts(scope: Scope, *, state: AlertState | None = None) -> QuerySet[Alert]:
    """Return the alerts「预警」 about subjects in scope, newest first."""
    found = Alert.objects.filter(scope.q(Alert)).select_related(
        "watch__indicator", "subject", "indicator_version__indicator"
    )
    return found.filter(state=state) if state else found


def alerts_of(scope: Scope, subject: Subject) -> QuerySet[Alert]:
    """Return the alerts in scope about one subject, open ones first."""
    return alerts(scope).filter(subject=subject).order_by("state", "-opened_at")


def my_alerts(scope: Scope, rights: Rights) -> QuerySet[Alert]:
    """Return the open alerts that go to the user: those of a watch whose role he holds there."""
    mine = Q(pk__in=[])
    for role, where in rights.scopes_by_role().items():
        mine |= Q(watch__role=role) & where.q(Alert)
    return alerts(scope, state=AlertState.OPEN).filter(mine)


def open_alerts_by_subject(scope: Scope, subject_ids: list[int]) -> Mapping[int, int]:
    """Return how many alerts in scope are open by subject key; zero ones are left out."""
    found = alerts(scope, state=AlertState.OPEN).filter(subject_id__in=subject_ids)
    counts: dict[int, int] = {}
    for key in found.values_list("subject_id", flat=True):
        counts[key] = counts.get(key, 0) + 1
    return counts
