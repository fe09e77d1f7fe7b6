"""Pages of one indicator and of the rows behind a number."""

from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.models import Subject
from luoxuan.campus.queries import all_periods, subjects
from luoxuan.campus.rules import Action, Resource, SubjectKind
from luoxuan.campus.scope import Scope
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.messages import refusal_text
from luoxuan.data.file_queries import RowsRemoved
from luoxuan.data.formula.types import FieldType
from luoxuan.data.quality.queries import correction_urls
from luoxuan.indicators.actions import record_rows_read
from luoxuan.indicators.blocks import (
    Frame,
    ShownReading,
    indicator_url,
    localized,
    sentence_of,
    shown,
    shown_indicator,
    subject_readings,
    trend_of,
)
from luoxuan.indicators.listings import reading_listing, rows_listing
from luoxuan.indicators.models import IndicatorVersion
from luoxuan.indicators.queries import (
    Reading,
    RowsBehind,
    indicator_coded,
    inputs_of,
    judged,
    reading_at,
    readings,
    rows_of,
    runs,
)
from luoxuan.indicators.views.drawer import drawer_of, run_shown

_PAGE = 50
_NUMBERS = {FieldType.INTEGER, FieldType.DECIMAL}
_KINDS_DOWN = (
    SubjectKind.INSTITUTION,
    SubjectKind.UNIT,
    SubjectKind.PROGRAM,
    SubjectKind.COURSE,
    SubjectKind.TEACHING_CLASS,
    SubjectKind.STUDENT,
)
"""The order in which a page goes down from the whole to its parts."""


@guarded(Resource.INDICATOR, Action.VIEW)
def indicator_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Show one indicator for one subject and period: value, trend, parts, and who says so."""
    scope = cast("ScopedRequest", request).scope
    version = _version_or_404(code)
    chosen = _chosen_subject(request, version)
    rows = (
        subject_readings(
            scope,
            chosen,
            [version],
            on=timezone.localdate(),
            rows_allowed=_rows_allowed(request, chosen),
        ).get(code, [])
        if chosen
        else []
    )
    row = _chosen_reading(request, rows)
    children = _children(request, version, chosen, row) if row and chosen else None
    if asked_format(request):
        return list_download(request, _readings_listing(version, chosen, row, rows, children))
    kind = chosen.kind if chosen else ""
    subject_choices = list(_candidates(scope, kind)[:300]) if kind else []
    context = {
        "indicator": shown_indicator(version),
        "version": version.number,
        "reading": row,
        "subject": chosen,
        "period": row.period if row else None,
        "kind": kind,
        "kinds": [
            {"kind": name, "url": indicator_url(code, kind=name), "is_current": name == kind}
            for name in version.kinds
        ],
        "subject_choices": subject_choices,
        "period_choices": [choice.period for choice in rows],
        "sentence": sentence_of(row) if row else "",
        "trend": trend_of(rows),
        "children": children,
        "drawer": drawer_of(version, row),
        "rows_url": row.rows_url if row else "",
    }
    return render(request, "indicators/indicator_detail.html", context)


@guarded(Resource.READING_ROWS, Action.VIEW)
def reading_rows(request: HttpRequest, code: str) -> HttpResponse:
    """Show the rows behind one number at the version it was computed from「明细行」."""
    reader = cast("ScopedRequest", request)
    version = _version_or_404(code)
    reading = _asked_reading(request, code)
    page_number = _whole(request.GET.get("page"), 1)
    known = all_periods()
    wanted = partial(
        rows_of,
        reader.scope,
        reading,
        version=version,
        known=known,
        dataset=request.GET.get("dataset", ""),
        measure=request.GET.get("measure", ""),
    )
    try:
        behind = wanted(offset=(page_number - 1) * _PAGE, limit=_PAGE)
    except KeyError as error:
        raise Http404 from error
    except RowsRemoved as removed:
        messages.error(request, refusal_text(removed.code, removed.facts))
        return redirect("indicators:indicator_detail", code=code)
    record_rows_read(
        reading=reading, dataset=behind.dataset.name, by=reader.user, at=timezone.now()
    )
    if asked_format(request):
        listing = rows_listing(
            behind,
            lambda: wanted(limit=None).page,
            name=f"rows-{code}",
            notes=_rows_notes(request, version, behind, reading),
        )
        return list_download(request, listing)
    run = runs().get(number=reading.run)
    subject, by_code = behind.subject, {period.code: period for period in known}
    frame = Frame({code: version}, {(subject.kind, subject.code): subject}, by_code, True)
    row = shown(judged([reading], on=timezone.localdate(), versions=[version])[0], frame)
    infos = {info.name: info for info in behind.fields}
    titles = {name: (*info.titles, "", "") for name, info in infos.items()}
    cells = [
        _RowShown(values[-1], "", list(values[:-1]), None, url)
        for values, url in zip(
            behind.page.table.rows,
            correction_urls(reader.rights, behind.dataset, behind.page),
            strict=True,
        )
    ]
    # The rows are read a page at a time; the paginator only needs their number.
    paginator = Paginator(range(behind.page.n_rows), _PAGE)
    page: Any = paginator.get_page(page_number)
    page.object_list = cells
    context = {
        "reading": row,
        "dataset": behind.dataset,
        "version": behind.number,
        "run": run_shown(run),
        "datasets": _dataset_tabs(request, reading, behind),
        "total": behind.page.n_rows,
        "n_hidden": behind.page.n_hidden,
        "is_consistent": _is_consistent(request, reading, behind),
        "checked_rows": reading.rows,
        "columns": [
            {
                "name": name,
                "title": titles[name][0] or name,
                "title_en": titles[name][1],
                "is_number": infos[name].type in _NUMBERS,
            }
            for name in behind.page.fields
        ],
        "page_obj": page,
        "back_url": row.url,
        "measures": _measure_tabs(request, version, behind.measures),
    }
    return render(request, "indicators/reading_rows.html", context)


def _readings_listing(
    version: IndicatorVersion,
    subject: Subject | None,
    row: ShownReading | None,
    rows: list[ShownReading],
    children: dict[str, Any] | None,
) -> Listing:
    """Return the readings of all periods, then those of the parts in the chosen one."""
    return reading_listing(
        [*rows, *(children["items"] if children else [])],
        name=f"readings-{version.indicator.code}",
        title=localized(version, "title"),
        notes=[
            f"{gettext('对象')}：{localized(subject, 'name') if subject else ''}",
            f"{gettext('时段')}：{localized(row.period, 'name') if row else ''}",
        ],
    )


def _rows_notes(
    request: HttpRequest, version: IndicatorVersion, behind: RowsBehind, reading: Reading
) -> list[str]:
    """Return of which number the rows are, and how many the reader may not see."""
    tabs = _measure_tabs(request, version, behind.measures)
    part = next(tab["title"] for tab in tabs if tab["is_current"])
    notes = [
        f"{gettext('指标')}：{localized(version, 'title')}",
        f"{gettext('对象')}：{localized(behind.subject, 'name')}",
        f"{gettext('时段')}：{reading.period}",
        f"{gettext('数据集')}：{localized(behind.dataset, 'title')}",
        f"{gettext('行的部分')}：{part}",
    ]
    if behind.page.n_hidden:
        words = gettext("另有 %(n)s 行不在您的数据范围内，没有列出；它们仍在数值之中。")
        notes.append(words % {"n": behind.page.n_hidden})
    return notes


@dataclass(frozen=True, slots=True)
class _RowShown:
    number: int
    batch: str
    cells: list[Any]
    is_counted: bool | None
    correction_url: str = ""


def _version_or_404(code: str) -> IndicatorVersion:
    try:
        return indicator_coded(code)
    except IndicatorVersion.DoesNotExist as error:
        raise Http404 from error


def _asked_reading(request: HttpRequest, code: str) -> Reading:
    scope = cast("ScopedRequest", request).scope
    asked = {name: request.GET.get(name, "") for name in ("kind", "subject", "period")}
    run = _whole(request.GET.get("run"), 0)
    reading = reading_at(scope, code=code, run=run or None, **asked)
    if reading is None:
        raise Http404
    return reading


def _chosen_subject(request: HttpRequest, version: IndicatorVersion) -> Subject | None:
    """Return the subject asked for, else the widest one in scope that the indicator is read for."""
    scope = cast("ScopedRequest", request).scope
    kind, code = request.GET.get("kind", ""), request.GET.get("subject", "")
    if code:
        found = subjects(scope).filter(kind=kind, code=code).first()
        if found is None or kind not in version.kinds:
            raise Http404
        return found
    if kind and kind not in version.kinds:
        raise Http404
    wanted = [name for name in _KINDS_DOWN if name in version.kinds and kind in {"", name}]
    depth = Case(*(When(kind=name, then=Value(place)) for place, name in enumerate(wanted)))
    return subjects(scope).filter(kind__in=wanted).order_by(depth, "code").first()


def _candidates(scope: Scope, kind: str) -> QuerySet[Subject]:
    return subjects(scope, kind=SubjectKind(kind)).order_by("code")


def _chosen_reading(request: HttpRequest, rows: list[ShownReading]) -> ShownReading | None:
    """Return the reading of the period asked for, else the last one that has a value."""
    period = request.GET.get("period", "")
    if period:
        return next((row for row in rows if row.period.code == period), None)
    valued = [row for row in rows if row.value is not None]
    return valued[-1] if valued else rows[-1] if rows else None


def _children(
    request: HttpRequest, version: IndicatorVersion, subject: Subject, row: ShownReading
) -> dict[str, Any] | None:
    """Return the readings of a subject's parts in the same period, by code."""
    scope = cast("ScopedRequest", request).scope
    parts = list(subjects(scope).filter(parent=subject, kind__in=version.kinds).order_by("code"))
    if not parts:
        return None
    kind = min(
        (SubjectKind(part.kind) for part in parts),
        key=lambda name: _KINDS_DOWN.index(name) if name in _KINDS_DOWN else 99,
    )
    here = [part for part in parts if part.kind == kind]
    code = version.indicator.code
    found = readings(scope, indicator_codes=[code], seen=here, periods=[row.period.code])
    frame = Frame(
        {code: version},
        {(part.kind, part.code): part for part in parts},
        {row.period.code: row.period},
        bool(row.rows_url),
    )
    verdicts = judged(found, on=timezone.localdate(), versions=[version])
    items = [shown(part, frame) for part in verdicts]
    return {"kind": kind, "items": items} if items else None


def _dataset_tabs(
    request: HttpRequest, reading: Reading, behind: RowsBehind
) -> list[dict[str, Any]]:
    if len(behind.datasets) < 2:
        return []
    pinned = inputs_of(reading.run)
    return [
        {
            "title": pinned[name].dataset.title,
            "title_en": pinned[name].dataset.title_en,
            "version": pinned[name].number,
            "n_rows": pinned[name].n_rows,
            "url": _query(request, dataset=name, measure=""),
            "is_current": name == behind.dataset.name,
        }
        for name in behind.datasets
    ]


def _measure_tabs(
    request: HttpRequest, version: IndicatorVersion, codes: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Return the parts of the rows: all of them, and those that each measure counts."""
    asked = request.GET.get("measure", "")
    titles = {measure.code: measure for measure in version.measures.all()}
    tabs = [{"title": gettext("全部明细行"), "url": _query(request, measure="")}]
    tabs += [
        {
            "title": localized(titles[code], "title"),
            "url": _query(request, measure=code),
        }
        for code in codes
    ]
    chosen = ["", *codes].index(asked) if asked in codes else 0
    return [{**tab, "is_current": index == chosen} for index, tab in enumerate(tabs)]


def _query(request: HttpRequest, **changed: str) -> str:
    """Return the query of the page with some parameters changed, from the first page on."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changed.items():
        query[name] = value
        if not value:
            del query[name]
    return f"?{query.urlencode()}"


def _is_consistent(request: HttpRequest, reading: Reading, behind: RowsBehind) -> bool | None:
    """Return whether counting again gives the reading's rows; None where only a part is shown."""
    if request.GET.get("measure") or len(behind.datasets) > 1:
        return None
    return behind.page.n_rows + behind.page.n_hidden == reading.rows


def _rows_allowed(request: HttpRequest, subject: Subject) -> bool:
    """Return whether the user may see the rows behind readings of this subject."""
    reader = cast("ScopedRequest", request)
    scope = reader.rights.scope(Resource.READING_ROWS, Action.VIEW)
    if scope == reader.scope:
        return True
    return scope is not None and subjects(scope).filter(pk=subject.pk).exists()


def _whole(text: str | None, default: int) -> int:
    """Return a whole number of a query; anything else, or one out of range, is the default."""
    if text is None or not text.isdecimal() or not 1 <= int(text[:12]) <= 10**9:
        return default
    return int(text)
