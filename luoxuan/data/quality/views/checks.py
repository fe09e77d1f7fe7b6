"""Pages of the checks: a list that leaves as a file, the form with its preview, the rows hit."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.workbook import Column
from luoxuan.data.formula import FormulaRefused
from luoxuan.data.formula.types import FieldType
from luoxuan.data.models import Check
from luoxuan.data.quality.actions import save_check
from luoxuan.data.quality.actions.checks import CheckValues, fill_check
from luoxuan.data.quality.actions.running import judged
from luoxuan.data.quality.blocks import check_shown
from luoxuan.data.quality.forms import CheckForm, initial_of
from luoxuan.data.quality.queries import (
    checks,
    correction_urls,
    current_results,
    rows_hit,
    tallies_of,
    unit_codes,
)
from luoxuan.data.quality.views.scores import may_edit
from luoxuan.data.queries import field_infos
from luoxuan.data.workbooks import plain_rows, row_columns

_PAGE = 50


@guarded(Resource.DATA_CHECK, Action.LIST)
def check_list(request: HttpRequest) -> HttpResponse:
    """Show the rules「校验规则」 and what each found."""
    scope = cast("ScopedRequest", request).scope
    allowed = unit_codes(scope)
    found = list(checks(scope))
    results = current_results(found)
    shown = []
    for check in found:
        result = results.get(check.pk)
        seen = list(tallies_of(result, allowed).values()) if result else []
        n_bad, n_rows = sum(row.n_bad for row in seen), sum(row.n_rows for row in seen)
        shown.append(check_shown(check, result, n_bad, n_rows))
    if asked_format(request):
        return list_download(request, _listing(shown))
    context = {"rules": shown, "may_edit": may_edit(request)}
    return render(request, "data/check_list.html", context)


def _listing(shown: list[dict[str, Any]]) -> Listing:
    heads = (
        gettext("规则"), gettext("代码"), gettext("数据集"), gettext("类别"), gettext("严重程度"),
        gettext("结果"),
    )  # fmt: skip
    return Listing(
        name="checks",
        title=gettext("校验规则"),
        columns=[Column(head, width=24) for head in heads],
        n_rows=len(shown),
        notes=[f"{gettext('筛选')}：{gettext('全部')}"],
        rows=lambda: [
            (
                text_of(row["check"], "title"), row["check"].code,
                text_of(row["check"].dataset, "title"), str(row["kind"]), str(row["severity"]),
                row["words"],
            )
            for row in shown
        ],
    )  # fmt: skip


@guarded(Resource.DATA_CHECK, Action.EDIT)
def check_new(request: HttpRequest) -> HttpResponse:
    """Write a new rule."""
    if not may_edit(request):
        raise Http404
    return _form_page(request, None)


@guarded(Resource.DATA_CHECK, Action.EDIT)
def check_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a rule."""
    check = checks(cast("ScopedRequest", request).scope).filter(code=code).first()
    if check is None or not may_edit(request):
        raise Http404
    return _form_page(request, check)


def _form_page(request: HttpRequest, check: Check | None) -> HttpResponse:
    refused, preview, status = "", None, 200
    initial = {"dataset": request.GET.get("dataset", "")}
    stored = initial_of(check) if check else None
    form = CheckForm(request.POST or None, initial=initial, stored=stored)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if "preview" in request.POST:
                    preview, status = _preview(form.values()), 200
                else:
                    saved = save_check(
                        check=check, values=form.values(), at=timezone.now(),
                        by=cast("ScopedRequest", request).user,
                    )  # fmt: skip
                    messages.success(request, gettext("已保存，几分钟内按新规则检查。"))
                    return redirect("data:quality_detail", name=saved.dataset.name)
            except Refused as refusal:
                refused, status = refusal_text(refusal.code, refusal.facts), 422
    context = {"check": check, "form": form, "refused": refused, "preview": preview}
    return render(request, "data/check_form.html", context, status=status)


def _preview(values: CheckValues) -> dict[str, int]:
    """Return how many rows a rule would look at and hit, without keeping it."""
    check = Check(code=values.code)
    fill_check(check, values)
    shares = judged(check, on=timezone.localdate())
    return {"n_rows": sum(row[2] for row in shares), "n_bad": sum(row[3] for row in shares)}


@guarded(Resource.DATA_CHECK, Action.VIEW)
def check_rows(request: HttpRequest, code: str) -> HttpResponse:
    """Show the rows that a rule hits「不合格的行」, within the reader's scope."""
    reader = cast("ScopedRequest", request)
    check = checks(reader.scope).filter(code=code).first()
    if check is None:
        raise Http404
    asked = request.GET.get("page", "1")
    number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 9 else 1
    try:
        page = rows_hit(reader.scope, check, offset=(number - 1) * _PAGE, limit=_PAGE)
    except (KeyError, FormulaRefused) as error:
        raise Http404 from error
    if asked_format(request):
        listing = Listing(
            name=check.code,
            title=text_of(check, "title"),
            columns=row_columns(check.dataset, page.fields),
            n_rows=page.n_rows,
            notes=[f"{gettext('规则')}：{text_of(check, 'title')}"],
            rows=lambda: plain_rows(rows_hit(reader.scope, check, limit=None)),
        )
        return list_download(request, listing)
    shown: Any = Paginator(range(page.n_rows), _PAGE).get_page(number)
    urls = correction_urls(reader.rights, check.dataset, page)
    shown.object_list = [
        {"number": row[-1], "cells": row[:-1], "correction_url": url}
        for row, url in zip(page.table.rows, urls, strict=True)
    ]
    infos = {info.name: info for info in field_infos(check.dataset)}
    columns = [
        {
            "title": (*infos[name].titles, name)[0],
            "title_en": (*infos[name].titles, "", "")[1],
            "is_number": infos[name].type in (FieldType.INTEGER, FieldType.DECIMAL),
        }
        for name in page.fields
    ]
    context = {"check": check, "page_obj": shown, "columns": columns, "n_hidden": page.n_hidden}
    return render(request, "data/check_rows.html", context)
