"""Pages of the register of indicators「指标登记册」: of all with what is missing, and of one."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.workbook import Column
from luoxuan.portal.register import (
    PART_WORDS,
    IndicatorRecord,
    RecordPart,
    RegisterPart,
    outcome_words,
    records,
)
from luoxuan.portal.register_facts import facts_of, newest_improvements

_PAGE = 50
_IMPROVEMENTS = 5


@guarded(Resource.INDICATOR, Action.LIST)
def register_list(request: HttpRequest) -> HttpResponse:
    """Show every indicator with how much its record says and what is missing."""
    reader = cast("ScopedRequest", request)
    on, query = _day(request), request.GET.get("q", "").strip()[:100]
    part = request.GET.get("part", "")
    every = records(facts_of(reader.rights, on=on))
    found = [row for row in every if _matches(row, query) and _lacks(row, part)]
    if asked_format(request):
        return list_download(request, register_listing(found, on))
    counts = {
        kind: sum(any(one.kind is kind for one in row.missing) for row in every)
        for kind in RegisterPart
    }
    context = {
        "page_obj": Paginator(found, _PAGE).get_page(request.GET.get("page")),
        "on": on,
        "query": query,
        "part": part,
        "parts": [(kind.value, words, counts[kind]) for kind, words in PART_WORDS.items()],
        "total": len(every),
        "n_complete": sum(not row.missing for row in every),
    }
    return render(request, "portal/register.html", context)


@guarded(Resource.INDICATOR, Action.VIEW)
def indicator_record(request: HttpRequest, code: str) -> HttpResponse:
    """Show the record of one indicator as of a day「指标登记表」."""
    reader = cast("ScopedRequest", request)
    on = _day(request)
    found = records(facts_of(reader.rights, on=on, code=code))
    if not found:
        raise Http404
    record = found[0]
    if asked_format(request):
        return list_download(request, record_listing(record, on))
    improvements = newest_improvements(reader.rights, code, on=on, most=_IMPROVEMENTS)
    context = {
        "record": record,
        "on": on,
        "is_past": on < timezone.localdate(),
        "improvements": [
            {
                "improvement": row,
                "url": reverse("improvement:improvement_detail", args=[row.pk]),
                "words": outcome_words(row, record.version),
            }
            for row in improvements
        ],
    }
    return render(request, "portal/indicator_record.html", context)


def register_listing(found: Sequence[IndicatorRecord], on: date) -> Listing:
    """Return the register as a list: one indicator a row, one thing to say a column."""
    return Listing(
        name="register",
        title=gettext("指标登记册"),
        columns=[
            Column(gettext("代码"), width=30),
            Column(gettext("指标"), width=24),
            *(Column(str(words), width=40) for words in PART_WORDS.values()),
            Column(gettext("缺项"), width=50),
        ],
        n_rows=len(found),
        rows=lambda: [
            (row.code, row.title, *(_words(part) for part in row.parts), _gaps(row))
            for row in found
        ],
        notes=[f"{gettext('截至')}：{on}"],
    )


def record_listing(record: IndicatorRecord, on: date) -> Listing:
    """Return the record of one indicator as a list: one line a row, what is missing included."""
    rows = [
        line
        for part in record.parts
        for line in (
            *((part.title, entry.label, entry.words) for entry in part.entries),
            *((part.title, gettext("缺项"), gap.words) for gap in part.gaps),
        )
    ]
    return Listing(
        name=f"record-{record.code}",
        title=gettext("指标登记表"),
        columns=[
            Column(gettext("登记项")), Column(gettext("条目"), width=30),
            Column(gettext("内容"), width=70),
        ],
        n_rows=len(rows),
        rows=lambda: rows,
        notes=[f"{record.title} {record.code}", f"{gettext('截至')}：{on}"],
    )  # fmt: skip


def _day(request: HttpRequest) -> date:
    """Return the day that is asked for, today for none; raises Http404 for what is no past day."""
    today = timezone.localdate()
    asked = request.GET.get("on", "")
    try:
        on = date.fromisoformat(asked) if asked else today
    except ValueError as error:
        raise Http404 from error
    # Before the year 2 a day has no moment everywhere; nothing was recorded then.
    if on > today or on.year < 1900:
        raise Http404
    return on


def _matches(row: IndicatorRecord, query: str) -> bool:
    texts = (row.code, row.version.title, row.version.title_en)
    return all(any(word in text.casefold() for text in texts) for word in query.casefold().split())


def _lacks(row: IndicatorRecord, part: str) -> bool:
    if part == "any":
        return bool(row.missing)
    return part not in set(RegisterPart) or any(one.kind == part for one in row.missing)


def _words(part: RecordPart) -> str:
    return "\n".join(f"{entry.label}：{entry.words}" for entry in part.entries)


def _gaps(row: IndicatorRecord) -> str:
    return "\n".join(f"{part.title}：{gap.words}" for part in row.missing for gap in part.gaps)
