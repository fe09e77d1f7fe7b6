"""The cockpit「校情驾驶舱」: counts and their lists; what misses its standard."""

from decimal import Decimal
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.models import Subject
from luoxuan.campus.rules import Action, Resource, SubjectKind
from luoxuan.core.charts.words import reading_words
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.templatetags.chips import status_words
from luoxuan.core.templatetags.words import kind_words
from luoxuan.core.workbook import Column
from luoxuan.indicators.blocks import localized
from luoxuan.indicators.models import IndicatorVersion
from luoxuan.indicators.queries import JudgedReading, indicators
from luoxuan.portal.listings import cockpit_listing
from luoxuan.portal.standing import below_standard, place_counts, tasks_of_year, unit_standings

_PAGE = 50


@guarded(Resource.COCKPIT, Action.VIEW)
def cockpit(request: HttpRequest) -> HttpResponse:
    """Show how the reader's places stand, in counts, and unit by unit in the order of the tree."""
    rights = cast("ScopedRequest", request).rights
    today = timezone.localdate()
    year = tasks_of_year(rights, on=today)
    counts, units = place_counts(rights, year, on=today), unit_standings(rights, year)
    if asked_format(request):
        return list_download(request, cockpit_listing(counts, units, on=today))
    context = {"today": today, "counts": counts, "units": units}
    return render(request, "portal/cockpit.html", context)


@guarded(Resource.SUBJECT, Action.LIST)
def below_standard_list(request: HttpRequest) -> HttpResponse:
    """Show the newest readings that miss their standard, by kind of subject."""
    scope = cast("ScopedRequest", request).scope
    today = timezone.localdate()
    every = below_standard(scope, on=today)
    present = {row.reading.kind for row in every}
    kinds = [kind for kind in SubjectKind if kind in present]
    kind = request.GET.get("kind", "")
    kind = kind if kind in present else ""
    rows = [row for row in every if not kind or row.reading.kind == kind]
    versions = {version.indicator.code: version for version in indicators()}
    if asked_format(request):
        every_name = _names(rows)
        listing = Listing(
            name="below-standard",
            title=gettext("未达标准的指标值"),
            columns=_columns(),
            n_rows=len(rows),
            rows=lambda: [_cells(row, versions, every_name) for row in rows],
            notes=[f"{gettext('类别')}：{kind_words(kind)}"],
        )
        return list_download(request, listing)
    page: Any = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    names = _names(page.object_list)
    page.object_list = [_shown(row, versions, names) for row in page.object_list]
    context = {"page_obj": page, "kind": kind, "kinds": kinds, "total": page.paginator.count}
    return render(request, "portal/below_standard.html", context)


def _names(rows: list[JudgedReading]) -> dict[tuple[str, str], str]:
    codes = {row.reading.subject for row in rows}
    kinds = {row.reading.kind for row in rows}
    found = Subject.objects.filter(kind__in=kinds, code__in=codes)
    return {(row.kind, row.code): localized(row, "name") for row in found}


def _columns() -> list[Column]:
    return [
        Column(gettext("对象"), width=30),
        Column(gettext("类别")),
        Column(gettext("指标"), width=24),
        Column(gettext("时段"), width=18),
        Column(gettext("现实值"), "decimal", decimals=4),
        Column(gettext("标准值"), "decimal", decimals=4),
        Column(gettext("状态")),
    ]


def _cells(
    row: JudgedReading,
    versions: dict[str, IndicatorVersion],
    names: dict[tuple[str, str], str],
) -> tuple[object, ...]:
    reading = row.reading
    return (
        names.get((reading.kind, reading.subject), reading.subject),
        kind_words(reading.kind),
        localized(versions[reading.indicator], "title"),
        reading.period,
        reading.value,
        row.limits.standard,
        status_words(row.state),
    )


def _words(value: Decimal | None, version: IndicatorVersion) -> str:
    return reading_words(value, unit=version.unit, decimals=version.decimals)


def _shown(
    row: JudgedReading,
    versions: dict[str, IndicatorVersion],
    names: dict[tuple[str, str], str],
) -> dict[str, Any]:
    reading, version = row.reading, versions[row.reading.indicator]
    address = reverse("indicators:indicator_detail", args=[reading.indicator])
    return {
        "subject": names.get((reading.kind, reading.subject), reading.subject),
        "kind": kind_words(reading.kind),
        "url": f"{address}?kind={reading.kind}&subject={reading.subject}&period={reading.period}",
        "indicator": localized(version, "title"),
        "period": reading.period,
        "value": _words(reading.value, version),
        "standard": _words(row.limits.standard, version),
        "state": row.state,
    }
