"""Subjects: their list, and one with its readings, alerts and parts."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.models import Membership, Period, Subject
from luoxuan.campus.queries import (
    Rights,
    children_of,
    subject_at,
    subjects,
    subjects_found,
    unit_of,
)
from luoxuan.campus.rules import Action, PeriodKind, Resource, SubjectKind
from luoxuan.campus.scope import Scope
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.templatetags.words import kind_words
from luoxuan.core.workbook import Column
from luoxuan.indicators.blocks import ShownReading, localized, subject_readings, trend_of
from luoxuan.indicators.listings import reading_listing
from luoxuan.indicators.queries import indicators
from luoxuan.monitoring.blocks import shown_alerts
from luoxuan.monitoring.queries import alerts_of, open_alerts_by_subject

_PAGE = 50
_CELLS = ("name", "kind", "code", "unit", "parent", "n_alerts")
_WEEKS = {PeriodKind.RELATIVE_WEEK, PeriodKind.TEACHING_WEEK}


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
        found = found.filter(pk__in=subjects_found(scope, query).order_by().values("pk"))
    found = found.order_by(_in_order_of_kinds(), "code")
    if asked_format(request):
        listing = Listing(
            name="subjects",
            title=gettext("诊改对象"),
            columns=_columns(),
            n_rows=found.count(),
            rows=lambda: [
                tuple(row[name] for name in _CELLS) for row in _shown(request, scope, list(found))
            ],
            notes=[f"{gettext('类别')}：{kind_words(kind)}", f"{gettext('名称或代码')}：{query}"],
        )
        return list_download(request, listing)
    page: Any = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    page.object_list = _shown(request, scope, list(page.object_list))
    context = {
        "page_obj": page,
        "query": query,
        "kind": kind,
        "kinds": kinds,
        "total": page.paginator.count,
    }
    return render(request, "portal/subject_list.html", context)


def _columns() -> list[Column]:
    return [
        Column(gettext("名称"), width=30),
        Column(gettext("类别")),
        Column(gettext("代码"), width=24),
        Column(gettext("部门"), width=24),
        Column(gettext("所属"), width=24),
        Column(gettext("未恢复的预警"), "integer"),
    ]


def _shown(request: HttpRequest, scope: Scope, rows: list[Subject]) -> list[dict[str, Any]]:
    """Return the cells of some subjects, with the addresses of their pages."""
    alert_counts = _open_alerts(request, rows)
    names = _unit_names(rows)
    # A parent outside the reader's scope is not named: its page would answer 404.
    above = subjects(scope).filter(pk__in={row.parent_id for row in rows if row.parent_id})
    named = set(above.exclude(kind=SubjectKind.UNIT).values_list("pk", flat=True))
    return [
        {
            "name": localized(row, "name"),
            "url": _address(row),
            "kind": kind_words(row.kind),
            "code": row.code,
            "unit": names.get(row.unit_path, "—"),
            "parent": localized(row.parent, "name") if row.parent_id in named else "",
            "parent_url": _address(row.parent) if row.parent_id in named else "",
            "n_alerts": alert_counts.get(row.pk, 0),
        }
        for row in rows
    ]


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
    if asked_format(request):
        weeks = [row for rows in weekly for row in _last_run_of_weeks(rows)]
        listing = reading_listing(
            [*_of_period(plain, period), *weeks],
            name=f"{kind}-{code}",
            title=localized(subject, "name"),
            notes=[f"{gettext('时段')}：{localized(period, 'name') if period else ''}"],
        )
        return list_download(request, listing)
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


def _address(subject: Any) -> str:
    return reverse("portal:subject_detail", args=[subject.kind, subject.code])


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
        above.insert(0, {"name": localized(here, "name"), "url": _address(here)})
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
