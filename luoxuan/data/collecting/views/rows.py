"""Rows of a dataset: reading them, entering one by hand, and how one came to stand so."""

import json
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.collecting.actions import RowRefused, RowValues, record_row
from luoxuan.data.collecting.blocks import dataset_form, problem_words
from luoxuan.data.collecting.prefill import stored_fields
from luoxuan.data.collecting.row_queries import row_history as history_of_row
from luoxuan.data.collecting.row_queries import row_of
from luoxuan.data.form_blocks import FormRow
from luoxuan.data.models import Dataset
from luoxuan.data.quality.queries import correction_urls
from luoxuan.data.queries import dataset_rows
from luoxuan.data.views.places import dataset_or_404

_AT_ONCE = 50


@guarded(Resource.DATASET, Action.VIEW)
@require_safe
def row_list(request: HttpRequest, name: str) -> HttpResponse:
    """Show the rows of a dataset that the reader may see, fifty at a time."""
    reader = cast("ScopedRequest", request)
    dataset = dataset_or_404(reader.scope, name)
    text = request.GET.get("page", "1")
    # Nine digits reach beyond every dataset; more would be beyond the engine's numbers.
    page = max(1, int(text[:9])) if text.isdecimal() else 1
    found = dataset_rows(reader.scope, dataset, offset=(page - 1) * _AT_ONCE, limit=_AT_ONCE)
    editable = _may_edit(request) and bool(dataset.key)
    titles = {row.name: row for row in dataset.fields.all()}
    rows = [dict(zip(found.fields, row, strict=False)) for row in found.table.rows]
    context = {
        "dataset": dataset,
        "columns": [titles.get(name, name) for name in found.fields],
        "rows": [
            {
                "cells": list(row.values()),
                "key": _key_query(dataset, row) if editable else "",
                "number": values[-1],
                "correction_url": url,
            }
            for row, values, url in zip(
                rows, found.table.rows, correction_urls(reader.rights, dataset, found), strict=True
            )
        ],
        "n_rows": found.n_rows,
        "page": page,
        "has_next": page * _AT_ONCE < found.n_rows,
        "editable": editable,
    }
    return render(request, "data/row_list.html", context)


@guarded(Resource.DATASET, Action.EDIT)
def row_new(request: HttpRequest, name: str) -> HttpResponse:
    """Enter one row by hand「手工录入」."""
    dataset = _whole_dataset_or_404(request, name)
    return _form(request, dataset, None)


@guarded(Resource.DATASET, Action.EDIT)
def row_edit(request: HttpRequest, name: str) -> HttpResponse:
    """Change or remove one row by hand; its key stands in the address."""
    dataset = _whole_dataset_or_404(request, name)
    return _form(request, dataset, _held_or_404(request, dataset))


@guarded(Resource.DATASET, Action.EDIT)
@require_safe
def row_history(request: HttpRequest, name: str) -> HttpResponse:
    """Show who changed a row, when, and what stood there before「行历史」."""
    dataset = _whole_dataset_or_404(request, name)
    changes = history_of_row(dataset, _key(request, dataset))
    if not changes:
        raise Http404
    fields = stored_fields(dataset)
    context = {
        "dataset": dataset,
        "changes": [
            {
                "change": change,
                "cells": [
                    {
                        "field": field,
                        "before": (change.before or {}).get(field.name, ""),
                        "after": (change.after or {}).get(field.name, ""),
                    }
                    for field in fields
                    if (change.before or {}).get(field.name) != (change.after or {}).get(field.name)
                ],
            }
            for change in changes
        ],
    }
    return render(request, "data/row_history.html", context)


def _form(request: HttpRequest, dataset: Dataset, held: dict[str, str] | None) -> HttpResponse:
    form = dataset_form(dataset)
    typed = {
        field.name: str(request.POST.get(field.name, "")).strip().replace("\0", "")
        for field in form
    }
    refused: RowRefused | Refused | None = None
    if request.method == "POST":
        try:
            return _record(request, dataset, held, typed)
        except Refused as refusal:
            refused = refusal
    problems = {row.field: problem_words(row) for row in getattr(refused, "problems", ())}
    values = typed if request.method == "POST" else held or {}
    context = {
        "dataset": dataset,
        "held": held,
        "before": json.dumps(held, ensure_ascii=False) if held else "",
        "rows": [
            FormRow(field, values.get(field.name, ""), problems.pop(field.name, ""))
            for field in form
        ],
        "reason": request.POST.get("reason", ""),
        "refused": refusal_text(refused.code, refused.facts) if refused else "",
        "loose": list(problems.values()),
    }
    return render(request, "data/row_form.html", context, status=422 if refused else 200)


def _record(
    request: HttpRequest, dataset: Dataset, held: dict[str, str] | None, typed: dict[str, str]
) -> HttpResponse:
    is_removal = request.POST.get("act") == "remove"
    values = RowValues(
        dataset=dataset,
        cells=None if is_removal and held else typed,
        reason=request.POST.get("reason", ""),
        key={name: held[name] for name in dataset.key} if held else None,
        before=_seen(request.POST.get("before", "")) if held else None,
    )
    version = record_row(values=values, by=cast("ScopedRequest", request).user, at=timezone.now())
    words = gettext("已写入，现在是第 %(number)s 版。") % {"number": version.number}
    messages.success(request, words)
    return redirect("data:row_list", dataset.name)


def _seen(text: str) -> dict[str, str]:
    """Return the row as the page showed it; what is not readable equals no row."""
    try:
        seen = json.loads(text)
    except ValueError:
        return {}
    return seen if isinstance(seen, dict) else {}


def _whole_dataset_or_404(request: HttpRequest, name: str) -> Dataset:
    scope = cast("ScopedRequest", request).scope
    if not scope.whole_institution:
        raise Http404
    return dataset_or_404(scope, name)


def _key(request: HttpRequest, dataset: Dataset) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in dataset.key}


def _held_or_404(request: HttpRequest, dataset: Dataset) -> dict[str, str]:
    held = row_of(dataset, _key(request, dataset))
    if held is None:
        raise Http404
    return held


def _may_edit(request: HttpRequest) -> bool:
    scope = cast("ScopedRequest", request).rights.scope(Resource.DATASET, Action.EDIT)
    return scope is not None and scope.whole_institution


def _key_query(dataset: Dataset, row: dict[str, Any]) -> str:
    key = {name: "" if row[name] is None else str(row[name]) for name in dataset.key}
    return urlencode(key)
