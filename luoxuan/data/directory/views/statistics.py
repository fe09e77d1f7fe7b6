"""Pages of statistics: counting without code, keeping under a name, opening the rows."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.directory.actions import (
    keep_statistic,
    record_rows_opened,
    remove_statistic,
)
from luoxuan.data.directory.blocks import FUNCTIONS, group_words, statistic_words, value_words
from luoxuan.data.directory.forms import KeepForm, StatisticForm, title_of
from luoxuan.data.directory.listings import counts_listing, statistics_listing
from luoxuan.data.directory.queries import countable, statistics_of
from luoxuan.data.directory.statistics import (
    Figure,
    count,
    own_scope,
    rows_sql,
    statistic_scope,
)
from luoxuan.data.formula import FormulaRefused
from luoxuan.data.models import Dataset, Statistic
from luoxuan.data.quality.queries import correction_urls
from luoxuan.data.quality.views import PointedNumber, number_page
from luoxuan.data.queries import Definitions, dataset_rows
from luoxuan.data.workbooks import plain_rows, row_columns

_PAGE = 50


@guarded(Resource.HOME, Action.VIEW)
def statistic_list(request: HttpRequest) -> HttpResponse:
    """Show the statistics「统计报表」 that the reader may open, his own and shared ones."""
    reader = cast("ScopedRequest", request)
    found = list(statistics_of(reader.rights))
    if asked_format(request):
        return list_download(request, statistics_listing(found))
    context = {
        "statistics": [
            {"statistic": row, "what": FUNCTIONS[row.function],
             "url": reverse("data:statistic_detail", args=[row.pk])}
            for row in found
        ],
        "may_count": countable(reader.rights).exists(),
    }  # fmt: skip
    return render(request, "data/statistic_list.html", context)


@guarded(Resource.HOME, Action.VIEW)
def statistic_new(request: HttpRequest) -> HttpResponse:
    """Build a statistic「新建统计表」; what is asked for stands in the address, to be sent on."""
    reader = cast("ScopedRequest", request)
    offered = countable(reader.rights).order_by("title")
    asked = request.GET.get("dataset", "")
    dataset = offered.filter(name=asked).first() if asked else None
    if asked and dataset is None:
        raise Http404
    if dataset is None:
        return render(request, "data/statistic_new.html", {"datasets": list(offered)})
    form = StatisticForm(request.GET if "function" in request.GET else None, dataset=dataset)
    keep = KeepForm(request.POST or None)
    context: dict[str, Any] = {"dataset": dataset, "form": form, "keep": keep}
    status = 200
    if form.is_bound and form.is_valid():
        statistic = form.statistic()
        try:
            if request.method == "POST" and keep.is_valid():
                statistic.title = keep.cleaned_data["title"]
                statistic.is_shared = keep.cleaned_data["is_shared"]
                kept = keep_statistic(statistic=statistic, by=reader.user, at=timezone.now())
                messages.success(request, gettext("已保存。"))
                return redirect("data:statistic_detail", pk=kept.pk)
            context |= _counted(reader, statistic)
        except Refused as refused:
            form.add_error(None, refusal_text(refused.code, refused.facts))
    if asked_format(request):
        return list_download(request, _listing_or_404(context))
    if request.method == "POST" or (form.is_bound and form.errors):
        status = 422
    return render(request, "data/statistic_new.html", context, status=status)


@guarded(Resource.HOME, Action.VIEW)
def statistic_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one statistic with the numbers of the reader's own scope."""
    reader = cast("ScopedRequest", request)
    row = _statistic_or_404(reader, pk)
    context: dict[str, Any] = {
        "statistic": row,
        "is_own": row.owner_id == reader.user.pk,
        "builder_url": f"{reverse('data:statistic_new')}?{_question(row)}",
    }
    try:
        context |= _counted(reader, row)
    except Refused as refused:
        context["problem"] = refusal_text(refused.code, refused.facts)
    except FormulaRefused:
        context["problem"] = gettext("数据集改过以后，这张表的条件不再有效，请以它为起点另建一张。")
    if asked_format(request):
        return list_download(request, _listing_or_404(context))
    return render(request, "data/statistic_detail.html", context)


@guarded(Resource.HOME, Action.VIEW)
def statistic_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rows behind one figure of a statistic, within the reader's scope."""
    reader = cast("ScopedRequest", request)
    row = _statistic_or_404(reader, pk)
    asked = request.GET.getlist("g")
    if asked and len(asked) != len(row.groups):
        raise Http404
    groups = [_value_asked(text) for text in asked]
    try:
        condition = rows_sql(row, groups)
    except (Refused, FormulaRefused) as refused:
        raise Http404 from refused
    scope = statistic_scope(reader.rights)
    if scope is None:
        raise Http404
    n_rows = dataset_rows(scope, row.dataset, limit=0, condition=condition).n_rows
    paginator = Paginator(range(n_rows), _PAGE)
    page_obj = paginator.get_page(request.GET.get("page"))
    page = dataset_rows(
        scope, row.dataset, offset=page_obj.start_index() - 1 if n_rows else 0, limit=_PAGE,
        condition=condition,
    )  # fmt: skip
    record_rows_opened(statistic=row, by=reader.user, at=timezone.now())
    if asked_format(request):
        listing = Listing(
            name="statistic_rows", title=row.title, notes=[row.title], n_rows=n_rows,
            columns=row_columns(row.dataset, page.fields),
            rows=lambda: plain_rows(
                dataset_rows(scope, row.dataset, limit=None, condition=condition)
            ),
        )  # fmt: skip
        return list_download(request, listing)
    titles = _titles(row.dataset)
    context = {
        "statistic": row,
        "page_obj": page_obj,
        "titles": [titles[name] for name in page.fields],
        "rows": [
            {
                "cells": [
                    (titles[name], cell) for name, cell in zip(page.fields, line[:-1], strict=True)
                ],
                "number": line[-1],
                "correction_url": url,
            }
            for line, url in zip(
                page.table.rows, correction_urls(reader.rights, row.dataset, page), strict=True
            )
        ],
        "groups": [
            (titles[name], group_words(row.dataset, row.groups).of(name, value))
            for name, value in zip(row.groups, groups, strict=False)
        ],
    }
    return render(request, "data/statistic_rows.html", context)


@guarded(Resource.HOME, Action.VIEW)
def statistic_doubt(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a figure of a statistic is wrong「数据有误」."""
    reader = cast("ScopedRequest", request)
    row = _statistic_or_404(reader, pk)
    try:
        lines = _counted(reader, row)["lines"]
    except (Refused, FormulaRefused) as refused:
        raise Http404 from refused
    asked = request.GET.urlencode()
    line = next((one for one in lines if one["doubt_url"].endswith(f"?{asked}")), None)
    if line is None:
        raise Http404
    words = [words for _, words in line["groups"]]
    person = getattr(reader.user, "person", None)
    return number_page(
        request,
        PointedNumber(
            about=" · ".join([row.title, *words]),
            about_url=f"{reverse('data:statistic_detail', args=[pk])}?{asked}",
            shown=line["value"],
            datasets=[row.dataset],
            subject=person.subject if person else None,
            rows_url=line["rows_url"],
        ),
    )


@guarded(Resource.HOME, Action.VIEW)
@require_POST
def statistic_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one's own statistic."""
    reader = cast("ScopedRequest", request)
    row = _statistic_or_404(reader, pk)
    if row.owner_id != reader.user.pk:
        raise Http404
    remove_statistic(statistic=row, by=reader.user, at=timezone.now())
    messages.success(request, gettext("已删除。"))
    return redirect("data:statistic_list")


def _counted(reader: ScopedRequest, statistic: Statistic) -> dict[str, Any]:
    """Return a statistic as counted for the reader, ready to be shown and to leave as a file."""
    scope = statistic_scope(reader.rights)
    if scope is None:
        raise Http404
    counts = count(scope, statistic, is_own=scope == own_scope(reader.rights))
    titles = _titles(statistic.dataset)
    words = group_words(statistic.dataset, statistic.groups)
    columns = [(name, titles.get(name, name)) for name in statistic.groups]
    return {
        "what": statistic_words(statistic, titles),
        "value_title": FUNCTIONS[statistic.function],
        "columns": [title for _, title in columns],
        "lines": [
            {
                "groups": [
                    (title, words.of(name, value))
                    for (name, title), value in zip(columns, one.groups, strict=True)
                ],
                "value": value_words(one.value),
                "n_rows": one.n_rows,
                "is_hidden": one.is_hidden,
                "rows_url": _line_url("data:statistic_rows", statistic, one),
                "doubt_url": _line_url("data:statistic_doubt", statistic, one),
            }
            for one in counts.figures
        ],
        "total": counts.total and value_words(counts.total.value),
        "total_rows": counts.total and counts.total.n_rows,
        "number": counts.number,
        "listing": counts_listing(statistic, counts, titles=titles, words=words),
    }


def _line_url(name: str, statistic: Statistic, one: Figure) -> str:
    """Return a page about a line; one of an unkept or hidden line is nowhere."""
    if statistic.pk is None or one.is_hidden:
        return ""
    asked = [("g", "" if value is None else f"={value}") for value in one.groups]
    return f"{reverse(name, args=[statistic.pk])}?{urlencode(asked)}"


def _value_asked(text: str) -> str | None:
    """Return the value of a group as the address has it: nothing for a missing one."""
    return text[1:] if text.startswith("=") else None


def _question(row: Statistic) -> str:
    """Return a statistic as the builder is asked for it."""
    group, group_2 = [*row.groups, "", ""][:2]
    asked = {
        "dataset": row.dataset.name, "group": group, "group_2": group_2, "function": row.function,
        "field": row.field, "condition": row.condition,
    }  # fmt: skip
    return urlencode(asked)


def _titles(dataset: Dataset) -> dict[str, str]:
    return {info.name: title_of(info) for info in Definitions().fields_of(dataset.name)}


def _listing_or_404(context: dict[str, Any]) -> Listing:
    listing = context.get("listing")
    if not isinstance(listing, Listing):
        raise Http404
    return listing


def _statistic_or_404(reader: ScopedRequest, pk: int) -> Statistic:
    found = statistics_of(reader.rights).filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found
