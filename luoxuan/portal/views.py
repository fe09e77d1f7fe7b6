"""Pages of the portal: home, login, subjects, health; errors."""

import json
import logging
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import login as open_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.forms import AuthenticationForm
from django.core.paginator import Paginator
from django.db import DatabaseError, connection
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from luoxuan import __version__
from luoxuan.campus.guard import ScopedRequest, guarded, public
from luoxuan.campus.models import Membership, Period, Subject
from luoxuan.campus.queries import (
    Rights,
    children_of,
    periods,
    subject_at,
    subjects,
    unit_of,
)
from luoxuan.campus.rules import Action, PeriodKind, Resource, SubjectKind, may, roles
from luoxuan.campus.scope import Scope
from luoxuan.data.queries import datasets
from luoxuan.indicators.blocks import ShownReading, localized, subject_readings, trend_of
from luoxuan.indicators.queries import JudgedReading, indicators, judged, latest, readings
from luoxuan.indicators.rules import ReadingState
from luoxuan.monitoring.blocks import shown_alerts
from luoxuan.monitoring.models import Alert
from luoxuan.monitoring.queries import alerts, alerts_of, my_alerts, open_alerts_by_subject
from luoxuan.monitoring.rules import AlertState

logger = logging.getLogger("luoxuan.portal")

_PAGE = 50
_COURSE_KINDS = (SubjectKind.COURSE, SubjectKind.TEACHING_CLASS)
_BELOW = frozenset({ReadingState.BELOW_STANDARD, ReadingState.WARNING})
_NOT_JUDGED = frozenset({ReadingState.NO_DATA, ReadingState.NOT_JUDGED})
_WEEKS = {PeriodKind.RELATIVE_WEEK, PeriodKind.TEACHING_WEEK}


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer whether database and warehouse can be reached; 503 when one cannot."""
    checks = {"database": "ok", "warehouse": "ok"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("database unreachable")
        checks["database"] = "unreachable"
    if not settings.LUOXUAN_WAREHOUSE.is_dir():
        checks["warehouse"] = "missing"
    is_well = set(checks.values()) == {"ok"}
    body = {"status": "ok" if is_well else "failing", "version": __version__, **checks}
    return JsonResponse(body, status=200 if is_well else 503)


@public
@never_cache
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    """Let a user in by name and password."""
    target = request.POST.get("next", request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(_safe(request, target))
    form = AuthenticationForm(request, data=request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            open_session(request, form.get_user())
            return redirect(_safe(request, target))
        logger.info("login refused", extra={"username": request.POST.get("username", "")[:150]})
    accounts, password = _demonstration_accounts()
    context = {
        "form": form,
        "next": target,
        "demo_accounts": accounts,
        "demo_password": password,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "portal/login.html", context, status=status)


@public
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    end_session(request)
    return redirect("portal:login")


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language in a cookie."""
    response = redirect(_safe(request, request.POST.get("next", "")))
    language = request.POST.get("language", "")
    if language in {code for code, _ in settings.LANGUAGES}:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


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


@guarded(Resource.SUBJECT, Action.LIST)
def subject_list(request: HttpRequest) -> HttpResponse:
    """Show the subjects「诊改对象」 in scope, by kind and text."""
    scope = cast("ScopedRequest", request).scope
    query, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    present = set(subjects(scope).order_by().values_list("kind", flat=True).distinct())
    kinds = [name for name in SubjectKind if name in present]
    kind = kind if kind in present else ""
    found = subjects(scope).select_related("parent")
    if kind:
        found = found.filter(kind=kind)
    elif not query:
        # Thousands of students would hide everything else; they are found by kind or by text.
        found = found.exclude(kind=SubjectKind.STUDENT)
    if query:
        found = found.filter(Q(code__icontains=query) | Q(name__icontains=query))
    found = found.order_by(_in_order_of_kinds(), "code")
    page: Any = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    alert_counts = _open_alerts(request, rows)
    names = _unit_names(rows)
    # A parent outside the reader's scope is not named: its page would answer 404.
    above = subjects(scope).filter(pk__in={row.parent_id for row in rows if row.parent_id})
    named = set(above.exclude(kind=SubjectKind.UNIT).values_list("pk", flat=True))
    page.object_list = [
        {
            "subject": row,
            "unit_name": names.get(row.unit_path, ""),
            "parent": row.parent if row.parent_id in named else None,
            "n_open_alerts": alert_counts.get(row.pk, 0),
        }
        for row in rows
    ]
    context = {
        "page_obj": page,
        "query": query,
        "kind": kind,
        "kinds": kinds,
        "total": page.paginator.count,
    }
    return render(request, "portal/subject_list.html", context)


@guarded(Resource.SUBJECT, Action.VIEW)
def subject_detail(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Show one subject: the newest reading of each indicator, weekly lines, alerts, parts."""
    reader = cast("ScopedRequest", request)
    today = timezone.localdate()
    try:
        subject = subject_at(reader.scope, kind=kind, code=code)
    except Subject.DoesNotExist as error:
        raise Http404 from error
    versions = [version for version in indicators() if kind in version.kinds]
    by_code = subject_readings(
        reader.scope,
        subject,
        versions,
        on=today,
        rows_allowed=_may_see_rows(reader.rights, subject),
    )
    plain = {name: rows for name, rows in by_code.items() if rows[0].period.kind not in _WEEKS}
    weekly = [rows for rows in by_code.values() if rows[0].period.kind in _WEEKS]
    known = _periods_of(plain)
    period = _chosen_period(request, known)
    parts = children_of(reader.scope, subject).order_by("kind", "code")
    shown_parts = list(parts[:60])
    alert_counts = _open_alerts(request, shown_parts)
    alert_scope = reader.rights.scope(Resource.ALERT, Action.LIST)
    unit = unit_of(subject)
    context = {
        "subject": subject,
        "parent": _visible_parent(reader.scope, subject),
        "unit_name": localized(unit.subject, "name") if unit else "",
        "period": period,
        "periods": [
            {
                "period": item,
                "url": f"{request.path}?period={item.code}",
                "is_current": period is not None and item.code == period.code,
            }
            for item in known
        ],
        "n_members": Membership.objects.filter(group=subject, valid_to=None).count() or None,
        "readings": _of_period(plain, period) + [rows[-1] for rows in weekly],
        "weekly": [
            {"indicator": rows[-1].indicator, "trend": trend_of(_last_run_of_weeks(rows))}
            for rows in weekly
        ],
        "alerts": shown_alerts(alerts_of(alert_scope, subject)[:20]) if alert_scope else [],
        "children": [
            {"subject": part, "n_open_alerts": alert_counts.get(part.pk, 0)} for part in shown_parts
        ],
        "children_total": parts.count(),
        "breadcrumbs": _breadcrumbs(reader.scope, subject),
    }
    return render(request, "portal/subject_detail.html", context)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 with one page for what does not exist and what may not be seen."""
    return render(request, "404.html", status=404)


def _safe(request: HttpRequest, target: str) -> str:
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if target and is_ours else reverse("portal:home")


def _demonstration_accounts() -> tuple[list[dict[str, str]], str]:
    """Return the accounts that the demonstration wrote beside its data, and their password."""
    path = settings.LUOXUAN_HOME / "demonstration-accounts.json"
    if not path.is_file():
        return [], ""
    known = json.loads(path.read_text(encoding="utf-8"))
    accounts = [
        {
            "username": row["username"],
            "role": localized(roles()[row["role"]], "title"),
            "note": row["name"],
        }
        for row in known["accounts"]
    ]
    return accounts, known["password"]


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


def _open_alerts(request: HttpRequest, rows: list[Subject]) -> dict[int, int]:
    scope = cast("ScopedRequest", request).rights.scope(Resource.ALERT, Action.LIST)
    return dict(open_alerts_by_subject(scope, [row.pk for row in rows])) if scope else {}


def _in_order_of_kinds() -> Case:
    """Return the sort key from the institution down to the student."""
    whens = [When(kind=kind, then=Value(place)) for place, kind in enumerate(SubjectKind)]
    return Case(*whens, output_field=IntegerField())


def _unit_names(rows: list[Subject]) -> dict[str, str]:
    paths = {row.unit_path for row in rows}
    units = Subject.objects.filter(unit__unit_path__in=paths).select_related("unit")
    return {row.unit.unit_path: localized(row, "name") for row in units}


def _may_see_rows(rights: Rights, subject: Subject) -> bool:
    scope = rights.scope(Resource.READING_ROWS, Action.VIEW)
    return scope is not None and subjects(scope).filter(pk=subject.pk).exists()


def _visible_parent(scope: Scope, subject: Subject) -> Subject | None:
    return subjects(scope).filter(pk=subject.parent_id).first() if subject.parent_id else None


def _breadcrumbs(scope: Scope, subject: Subject) -> list[dict[str, str]]:
    above: list[dict[str, str]] = []
    here = _visible_parent(scope, subject)
    while here is not None and len(above) < 4:
        address = reverse("portal:subject_detail", args=[here.kind, here.code])
        above.insert(0, {"name": localized(here, "name"), "url": address})
        here = _visible_parent(scope, here)
    return above


def _periods_of(by_code: dict[str, list[ShownReading]]) -> list[Period]:
    known = {row.period.code: row.period for rows in by_code.values() for row in rows}
    return sorted(known.values(), key=lambda item: (item.position or 0, item.code))


def _chosen_period(request: HttpRequest, known: list[Period]) -> Period | None:
    asked = request.GET.get("period", "")
    return next((item for item in known if item.code == asked), known[-1] if known else None)


def _of_period(by_code: dict[str, list[ShownReading]], period: Period | None) -> list[ShownReading]:
    if period is None:
        return []
    return [row for rows in by_code.values() for row in rows if row.period.code == period.code]


def _last_run_of_weeks(rows: list[ShownReading]) -> list[ShownReading]:
    """Return the weeks of the last offering or term only: weeks of several would overlap."""
    last = rows[-1].period
    if last.within_id is None:
        return rows[-20:]
    return [row for row in rows if row.period.within_id == last.within_id]
