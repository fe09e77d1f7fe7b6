"""The workbench「工作台」: what is mine to do and to know."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.models import Subject
from luoxuan.campus.queries import Rights, subjects
from luoxuan.campus.rules import Action, Resource, SubjectKind, may, roles
from luoxuan.campus.scope import Scope
from luoxuan.core.downloads import asked_format, list_download
from luoxuan.data.queries import datasets
from luoxuan.diagnosis.queries import cycles, standing
from luoxuan.indicators.blocks import localized
from luoxuan.indicators.queries import JudgedReading
from luoxuan.indicators.rules import ReadingState
from luoxuan.monitoring.blocks import shown_alerts
from luoxuan.monitoring.models import Alert
from luoxuan.monitoring.queries import mine_open, n_open, open_first_mine
from luoxuan.portal.listings import todo_listing
from luoxuan.portal.standing import newest_readings, tasks_of_year, work_counts
from luoxuan.portal.todo import todos_of

_PAGE = 50
_TODOS_AT_HOME = 6
_LOOPS_AT_HOME = 3
_ALERTS_AT_HOME = 8
_COURSE_KINDS = (SubjectKind.COURSE, SubjectKind.TEACHING_CLASS)


@guarded(Resource.HOME, Action.VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """Show what is mine to do first, then counts with their base, my alerts, my subjects."""
    rights = cast("ScopedRequest", request).rights
    today = timezone.localdate()
    held = list(dict.fromkeys(grant.role for grant in rights.grants if grant.role in roles()))
    subject_scope = rights.scope(Resource.SUBJECT, Action.LIST)
    cards, total = _my_subjects(subject_scope, rights)
    # Whoever leads a course sees his course; counts are for those who look over many.
    counts = [] if cards else work_counts(rights, tasks_of_year(rights, on=today), on=today)
    # After the counts, which bring the number of open alerts along.
    listed, alerts_total = _alerts_first_mine(rights)
    todos = todos_of(rights, on=today)
    context = {
        "greeting_name": rights.user.name,
        "role_names": [localized(roles()[role], "title") for role in held],
        "today": today,
        "todos": todos[:_TODOS_AT_HOME],
        "todos_total": len(todos),
        "loops": _my_loops(rights),
        "counts": counts,
        "alerts": shown_alerts(listed),
        "alerts_total": alerts_total,
        "subjects": cards,
        "subjects_total": total,
        # Where there is an alert, there are data.
        "next_action": None if listed else _next_action(rights),
    }
    return render(request, "portal/home.html", context)


@guarded(Resource.HOME, Action.VIEW)
def todo_list(request: HttpRequest) -> HttpResponse:
    """Show everything that I have to do「我的待办」, late things first."""
    rights = cast("ScopedRequest", request).rights
    every = todos_of(rights, on=timezone.localdate())
    kinds = list(dict.fromkeys(item.kind for item in every))
    kind = request.GET.get("kind", "")
    chosen = [item for item in every if kind not in kinds or item.kind == kind]
    if asked_format(request):
        return list_download(request, todo_listing(chosen, kind if kind in kinds else ""))
    page = Paginator(chosen, _PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "kinds": [(name, sum(item.kind == name for item in every)) for name in kinds],
        "kind": kind if kind in kinds else "",
        "total": len(every),
        "n_late": sum(item.is_late for item in every),
    }
    return render(request, "portal/todo_list.html", context)


def _alerts_first_mine(rights: Rights) -> tuple[list[Alert], int]:
    """Return the newest open alerts that go to the user, and how many they are.

    When there are none, those that he may see.
    """
    scope = rights.scope(Resource.ALERT, Action.LIST)
    if scope is None:
        return [], 0
    if mine := mine_open(rights):
        return mine[:_ALERTS_AT_HOME], len(mine)
    return open_first_mine(rights)[:_ALERTS_AT_HOME], n_open(scope)


def _my_loops(rights: Rights) -> list[dict[str, Any]]:
    """Return the newest loops of the subjects that are granted to me, with where they stand."""
    scope = rights.scope(Resource.CYCLE, Action.LIST)
    own = {grant.subject_id for grant in rights.grants if grant.subject_id}
    if scope is None or not own:
        return []
    today = timezone.localdate()
    found = cycles(scope).filter(subject_id__in=own).prefetch_related("stages")
    loops = []
    for cycle in found.order_by("-period__start_on", "-pk")[:_LOOPS_AT_HOME]:
        here = standing(cycle, on=today)
        loops.append(
            {
                "cycle": cycle,
                "step": here.steps[here.current],
                "n_done": here.n_done,
                "n_stages": len(here.stages),
                "is_late": here.is_late,
            }
        )
    return loops


def _my_subjects(scope: Scope | None, rights: Rights) -> tuple[list[dict[str, Any]], int]:
    """Return my subjects with their worst state: those granted to me, none for wider rights."""
    own = frozenset(
        grant.subject_id
        for grant in rights.grants
        if grant.subject_id and may(grant.role, Resource.SUBJECT, Action.LIST)
    )
    if scope is None or not own:
        return [], 0
    # The scope of a grant on a subject holds its parts as well; both are mine.
    mine = Scope(subject_ids=scope.subject_ids)
    found = subjects(mine).filter(kind__in=_COURSE_KINDS).order_by("kind", "code")
    newest = newest_readings(mine, on=timezone.localdate(), kinds=_COURSE_KINDS)
    cards = [_card(subject, newest) for subject in found[:12]]
    return cards, found.count()


def _card(subject: Subject, newest: list[JudgedReading]) -> dict[str, Any]:
    place = (subject.kind, subject.code)
    here = [row.state for row in newest if (row.reading.kind, row.reading.subject) == place]
    return {
        "subject": subject,
        "worst_status": _worst(here),
        "n_warning": here.count(ReadingState.WARNING),
        "n_readings": len(here),
    }


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
