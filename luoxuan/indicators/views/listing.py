"""The catalogue of the indicators as a page and as a file."""

from collections import defaultdict
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.models import Subject
from luoxuan.campus.queries import all_periods, subjects
from luoxuan.campus.rules import Action, Resource, SubjectKind
from luoxuan.campus.scope import Scope
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.templatetags.chips import status_words
from luoxuan.core.workbook import Column
from luoxuan.data.formula import explain
from luoxuan.data.queries import Definitions
from luoxuan.indicators.blocks import (
    Frame,
    ShownReading,
    localized,
    newest,
    shown,
    shown_indicator,
)
from luoxuan.indicators.models import IndicatorVersion
from luoxuan.indicators.queries import Reading, formulas_of, indicators, judged, readings
from luoxuan.indicators.views.drawer import language


@guarded(Resource.INDICATOR, Action.LIST)
def indicator_list(request: HttpRequest) -> HttpResponse:
    """Show the catalogue「指标目录」 with the newest value of the institution."""
    scope = cast("ScopedRequest", request).scope
    query = request.GET.get("q", "").strip()
    versions = [version for version in indicators() if _matches(version, query)]
    known = {period.code: period for period in all_periods()}
    codes = [version.indicator.code for version in versions]
    found = readings(scope, indicator_codes=codes, kind=SubjectKind.INSTITUTION)
    frame = Frame(
        {version.indicator.code: version for version in versions},
        _by_key(scope, newest(found, known)),
        known,
    )
    rows = {
        row.reading.indicator: shown(row, frame)
        for row in judged(newest(found, known), on=timezone.localdate(), versions=versions)
    }
    if asked_format(request):
        listing = Listing(
            name="indicators",
            title=gettext("指标目录"),
            columns=_columns(),
            n_rows=len(versions),
            rows=lambda: [_cells(row, rows.get(row.indicator.code)) for row in versions],
            notes=[f"{gettext('名称、代码或口径')}：{query}"],
        )
        return list_download(request, listing)
    groups = defaultdict(list)
    definitions = Definitions()
    for version in versions:
        formula, _ = formulas_of(version, definitions=definitions, language=language())
        groups[_group_of(version)].append(
            {
                "indicator": shown_indicator(version),
                "formula_words": explain(formula, language=language()),
                "reading": rows.get(version.indicator.code),
            }
        )
    context = {
        "query": query,
        "groups": [{"title": title, "items": items} for title, items in groups.items()],
        "total": len(versions),
    }
    return render(request, "indicators/indicator_list.html", context)


def _columns() -> list[Column]:
    return [
        Column(gettext("指标"), width=24), Column(gettext("代码"), width=30),
        Column(gettext("口径"), width=50), Column(gettext("时段"), width=24),
        Column(gettext("最近值"), "decimal", decimals=4), Column(gettext("状态")),
    ]  # fmt: skip


def _cells(version: IndicatorVersion, row: ShownReading | None) -> tuple[object, ...]:
    period = localized(row.period, "name") if row else ""
    value, state = (row.value, row.status) if row else (None, None)
    names = localized(version, "title"), version.indicator.code, localized(version, "about")
    return (*names, period, value, status_words(state))


def _by_key(scope: Scope, found: list[Reading]) -> dict[tuple[str, str], Subject]:
    codes = {row.subject for row in found}
    rows = subjects(scope).filter(kind__in={row.kind for row in found}, code__in=codes)
    return {(row.kind, row.code): row for row in rows}


def _matches(version: IndicatorVersion, query: str) -> bool:
    texts = (version.indicator.code, version.title, version.title_en, version.about)
    return not query or any(query.casefold() in text.casefold() for text in texts)


def _group_of(version: IndicatorVersion) -> str:
    groups = {
        "course": gettext("课程层面"),
        "program": gettext("专业层面"),
        "teacher": gettext("教师层面"),
        "student": gettext("学生层面"),
        "institution": gettext("学校层面"),
    }
    prefix = version.indicator.code.partition(".")[0]
    return groups.get(prefix, gettext("其他指标"))
