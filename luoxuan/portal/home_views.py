"""The workbench「工作台」: what is mine to do and to know."""

from typing import Any, cast

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.queries import (
    Rights,
    periods,
    subjects,
)
from luoxuan.campus.rules import Action, Resource, SubjectKind, may, roles
from luoxuan.campus.scope import Scope
from luoxuan.data.queries import datasets
from luoxuan.indicators.blocks import localized
from luoxuan.indicators.queries import JudgedReading, indicators, judged, latest, readings
from luoxuan.indicators.rules import ReadingState
from luoxuan.monitoring.blocks import shown_alerts
from luoxuan.monitoring.models import Alert
from luoxuan.monitoring.queries import alerts, my_alerts
from luoxuan.monitoring.rules import AlertState

_COURSE_KINDS = (SubjectKind.COURSE, SubjectKind.TEACHING_CLASS)
_BELOW = frozenset({ReadingState.BELOW_STANDARD, ReadingState.WARNING})
_NOT_JUDGED = frozenset({ReadingState.NO_DATA, ReadingState.NOT_JUDGED})


@guarded(Resource.HOME, Action.VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """Show what is mine to look at first: counts with their base, my alerts, my subjects."""
    rights = cast("ScopedRequest", request).rights
    held = list(dict.fromkeys(grant.role for grant in rights.grants if grant.role in roles()))
    alert_scope = rights.scope(Resource.ALERT, Action.LIST)
    subject_scope = rights.scope(Resource.SUBJECT, Action.LIST)
    listed = _alerts_first_mine(rights, alert_scope)
    newest = _newest_readings(subject_scope) if subject_scope else []
    cards, total = _my_subjects(subject_scope, rights, newest)
    context = {
        "greeting_name": rights.user.name,
        "role_names": [localized(roles()[role], "title") for role in held],
        "today": timezone.localdate(),
        "counts": _counts(rights, alert_scope, subject_scope, newest),
        "alerts": shown_alerts(listed[:8]),
        "alerts_total": len(listed),
        "subjects": cards,
        "subjects_total": total,
        "next_action": _next_action(rights),
    }
    return render(request, "portal/home.html", context)


def _alerts_first_mine(rights: Rights, scope: Scope | None) -> list[Alert]:
    """Return the open alerts that go to the user; when there are none, those that he may see."""
    if scope is None:
        return []
    return list(my_alerts(scope, rights)) or list(alerts(scope, state=AlertState.OPEN))


def _counts(
    rights: Rights,
    alert_scope: Scope | None,
    subject_scope: Scope | None,
    newest: list[JudgedReading],
) -> list[dict[str, Any]]:
    """Return the counts of the home page, each with its base; no score."""
    counts: list[dict[str, Any]] = []
    if alert_scope is not None:
        found = alerts(alert_scope).aggregate(
            n_open=Count("pk", filter=Q(recovered_at=None)), n_all=Count("pk")
        )
        counts.append(
            {
                "title": gettext("未恢复的预警"),
                "icon": "alert-triangle",
                "value": found["n_open"],
                "base": found["n_all"],
                "note": gettext("全部预警"),
                "url": reverse("monitoring:alert_list"),
            }
        )
    if subject_scope is not None:
        states = [row.state for row in newest]
        counts.append(
            {
                "title": gettext("未达标准的指标值"),
                "icon": "ruler-measure",
                "value": sum(state in _BELOW for state in states),
                "base": sum(state not in _NOT_JUDGED for state in states),
                "note": gettext("最近一期、有标准值的教学班和课程指标值"),
                "url": reverse("indicators:indicator_list"),
            }
        )
    data_scope = rights.scope(Resource.DATASET, Action.LIST)
    if data_scope is not None:
        held = datasets(data_scope).aggregate(
            n_filled=Count("pk", filter=Q(current_number__gt=0)), n_all=Count("pk")
        )
        counts.append(
            {
                "title": gettext("有数据的数据集"),
                "icon": "database",
                "value": held["n_filled"],
                "base": held["n_all"],
                "note": gettext("已定义的数据集"),
                "url": reverse("data:dataset_list"),
            }
        )
    return counts


def _newest_readings(scope: Scope) -> list[JudgedReading]:
    """Return the newest reading of each indicator for the courses and classes in scope."""
    codes = list(indicators().values_list("indicator__code", flat=True))
    positions = {period.code: period.position for period in periods()}
    found = readings(scope, indicator_codes=codes, kinds=_COURSE_KINDS)
    return judged(list(latest(found, positions).values()), on=timezone.localdate())


def _my_subjects(
    scope: Scope | None, rights: Rights, newest: list[JudgedReading]
) -> tuple[list[dict[str, Any]], int]:
    """Return my subjects with their worst state: those granted to me, else the widest ones."""
    if scope is None:
        return [], 0
    own = frozenset(
        grant.subject_id
        for grant in rights.grants
        if grant.subject_id and may(grant.role, Resource.SUBJECT, Action.LIST)
    )
    # The scope of a grant on a subject holds its parts as well; both are mine.
    mine = Scope(subject_ids=scope.subject_ids) if own else scope
    found = subjects(mine).filter(kind__in=_COURSE_KINDS).order_by("kind", "code")
    states: dict[tuple[str, str], list[ReadingState]] = {}
    for row in newest:
        states.setdefault((row.reading.kind, row.reading.subject), []).append(row.state)
    cards = []
    for subject in found[:12]:
        here = states.get((subject.kind, subject.code), [])
        cards.append(
            {
                "subject": subject,
                "worst_status": _worst(here),
                "n_warning": here.count(ReadingState.WARNING),
                "n_readings": len(here),
            }
        )
    return cards, found.count()


def _worst(states: list[ReadingState]) -> ReadingState:
    order = (
        ReadingState.WARNING,
        ReadingState.BELOW_STANDARD,
        ReadingState.MET,
        ReadingState.NOT_JUDGED,
    )
    return next((state for state in order if state in states), ReadingState.NO_DATA)


def _next_action(rights: Rights) -> dict[str, str] | None:
    """Return the first thing to do on an empty installation, for whoever may import."""
    scope = rights.scope(Resource.IMPORT, Action.CREATE)
    if scope is None or not scope.whole_institution:
        return None
    if datasets(scope).filter(current_number__gt=0).exists():
        return None
    return {
        "title": gettext("导入第一份数据"),
        "note": gettext("一个 CSV 文件就够了：导入后马上有指标值，每个数都能点开到明细行。"),
        "url": reverse("data:dataset_list"),
        "button": gettext("选择数据集"),
    }
