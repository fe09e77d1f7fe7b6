"""The standard of all datasets, of one, and the change of its words and duties."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.workbook import Column
from luoxuan.data.models import Dataset
from luoxuan.data.queries import datasets
from luoxuan.data.standard.actions import Declared, current_table, declared_duties
from luoxuan.data.standard.blocks import (
    NAMES,
    duties_shown,
    fields_shown,
    finding_shown,
    history_shown,
    titled,
)
from luoxuan.data.standard.forms import StandardForm, standard_initial
from luoxuan.data.standard.queries import definitions_of, findings, titles_of_codes
from luoxuan.data.standard.views.places import applied, editable_or_404, may_edit
from luoxuan.data.standard_values import DUTIES
from luoxuan.data.views.places import dataset_or_404

_DEFINITIONS = 30
_FINDINGS = 50
_SHOWN = ("theme", "owner_unit", "collector", "auditor", "due_day", "sensitivity_level")


@guarded(Resource.DATASET, Action.LIST)
def standard_list(request: HttpRequest) -> HttpResponse:
    """Show the data standard「数据标准」: who answers for which dataset, and what to mend."""
    scope = cast("ScopedRequest", request).scope
    found = list(datasets(scope).order_by("theme", "name"))
    if asked_format(request):
        return list_download(request, _listing(found))
    may, titles = may_edit(request), titles_of_codes()
    told = findings() if may else []
    page: Any = Paginator([finding_shown(one) for one in told], _FINDINGS)
    context = {
        "datasets": [_row(row, titles) for row in found],
        "columns": [NAMES[name] for name in _SHOWN],
        "page_obj": page.get_page(request.GET.get("page")),
        "n_findings": len(told),
        "may_edit": may,
    }
    return render(request, "data/standard_list.html", context)


@guarded(Resource.DATASET, Action.VIEW)
def standard_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show the standard of a dataset「数据集标准」 as a sheet, with its versions."""
    dataset = dataset_or_404(cast("ScopedRequest", request).scope, name)
    may = may_edit(request)
    told = [one for one in findings() if one.dataset == dataset.name] if may else []
    context = {
        "dataset": dataset,
        "duties": duties_shown(dataset),
        "fields": fields_shown(dataset, may_edit=may),
        "history": history_shown(list(definitions_of(dataset)[:_DEFINITIONS])),
        "findings": [finding_shown(one) for one in told],
        "is_local": dataset.origin.startswith("local@"),
        "may_edit": may,
    }
    return render(request, "data/standard_detail.html", context)


@guarded(Resource.DATASET, Action.EDIT)
def standard_edit(request: HttpRequest, name: str) -> HttpResponse:
    """Change the words, the key and the duties of a dataset."""
    dataset = editable_or_404(request, name)
    if request.method == "POST":
        form = StandardForm(request.POST, theme=dataset.theme)
        if form.is_valid() and _change(request, dataset, form):
            messages.success(request, gettext("已保存，成为新的一版数据标准。"))
            return redirect("data:standard_detail", name=name)
    else:
        form = StandardForm(initial=standard_initial(dataset), theme=dataset.theme)
    context = {
        "dataset": dataset,
        "form": form,
        "heading": gettext("修改 %(title)s 的标准") % {"title": text_of(dataset, "title")},
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "data/standard_form.html", context, status=status)


def _change(request: HttpRequest, dataset: Dataset, form: StandardForm) -> bool:
    told = dict(form.cleaned_data)
    reason, number = told.pop("reason"), told.pop("number")
    duties = declared_duties({name: str(_or_empty(told.pop(name))) for name in DUTIES})
    table = {**current_table(dataset), **told, "key": told["key"].split()}
    declared = Declared(
        {dataset.name: table}, {dataset.name: duties}, numbers={dataset.name: number}
    )
    return applied(request, form, declared, reason)


def _or_empty(value: object) -> object:
    return "" if value is None else value


def _row(row: Dataset, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "dataset": row,
        "url": reverse("data:standard_detail", args=[row.name]),
        "cells": [(NAMES[name], titled(name, getattr(row, name), titles)) for name in _SHOWN],
    }


def _listing(found: list[Dataset]) -> Listing:
    headers = [gettext("数据集"), gettext("代码"), *(str(NAMES[name]) for name in _SHOWN)]
    titles = titles_of_codes()
    return Listing(
        name="standard",
        title=gettext("数据标准"),
        columns=[Column(title, width=20) for title in headers],
        n_rows=len(found),
        rows=lambda: [
            (
                text_of(row, "title"), row.name,
                *(titled(name, getattr(row, name), titles) for name in _SHOWN),
            )
            for row in found
        ],
        notes=[f"{gettext('筛选')}：{gettext('全部')}"],
    )  # fmt: skip
