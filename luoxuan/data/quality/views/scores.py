"""Pages of the scores, with what is behind them."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.queries import units
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.models import CheckResult, Dataset
from luoxuan.data.quality.actions import confirm_outlier
from luoxuan.data.quality.blocks import (
    check_shown,
    dataset_shown,
    outlier_shown,
    places_shown,
    score_shown,
)
from luoxuan.data.quality.listings import detail_listing, score_listing
from luoxuan.data.quality.queries import (
    answered_outliers,
    checks,
    current_results,
    dataset_tallies,
    n_held_of,
    outliers,
    results_by_version,
    tallies_of,
    unit_codes,
)
from luoxuan.data.queries import dataset_named, datasets

_OUTLIERS_SHOWN = 50


@guarded(Resource.DATA_CHECK, Action.LIST)
def quality_list(request: HttpRequest) -> HttpResponse:
    """Show datasets by dimensions「数据质量」."""
    scope = cast("ScopedRequest", request).scope
    found = list(checks(scope).filter(is_active=True))
    results = current_results(found)
    by_dataset: dict[int, list[CheckResult]] = {}
    for check in found:
        if check.pk in results:
            by_dataset.setdefault(check.dataset_id, []).append(results[check.pk])
    allowed = unit_codes(scope)
    shown = [
        dataset_shown(dataset, by_dataset.get(dataset.pk, []), allowed)
        for dataset in datasets(scope).filter(current_number__gt=0)
    ]
    if asked_format(request):
        return list_download(request, score_listing(shown))
    context = {
        "datasets": shown,
        "n_outliers": outliers(scope).count(),
        "may_edit": may_edit(request),
        "is_own": not scope.whole_institution,
    }
    return render(request, "data/quality_list.html", context)


@guarded(Resource.DATA_CHECK, Action.VIEW)
def quality_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show the quality of one dataset: rules, units, periods, versions, questions."""
    scope = cast("ScopedRequest", request).scope
    try:
        dataset = dataset_named(scope, name)
    except Dataset.DoesNotExist as error:
        raise Http404 from error
    allowed = unit_codes(scope)
    found = list(checks(scope, dataset=dataset).filter(is_active=True))
    results = current_results(found)
    tallies = dataset_tallies(results.values(), allowed)
    names = {row.subject.code: text_of(row.subject, "name") for row in units(scope)}
    titles = {field.name: text_of(field, "title") for field in dataset.fields.all()}
    rules = []
    for check in found:
        result = results.get(check.pk)
        seen = list(tallies_of(result, allowed).values()) if result else []
        n_bad, n_rows = sum(row.n_bad for row in seen), sum(row.n_rows for row in seen)
        rules.append(check_shown(check, result, n_bad, n_rows))
    context: dict[str, Any] = {
        "dataset": dataset,
        **score_shown(tallies.every),
        **places_shown(tallies, names),
        "rules": rules,
        "versions": [
            {"name": number, **score_shown(dataset_tallies(rows, allowed).every)}
            for number, rows in results_by_version(dataset).items()
        ],
        "outliers": [
            outlier_shown(row, titles) for row in outliers(scope, dataset=dataset)[:_OUTLIERS_SHOWN]
        ],
        "answered": [outlier_shown(row, titles) for row in answered_outliers(scope, dataset)],
        "n_held": n_held_of(dataset) if scope.whole_institution else 0,
        "may_edit": may_edit(request),
    }
    if asked_format(request):
        groups = {
            gettext("部门"): context["units"],
            gettext("时段"): context["periods"],
            gettext("版本"): context["versions"],
        }
        return list_download(request, detail_listing(dataset, groups))
    return render(request, "data/quality_detail.html", context)


@guarded(Resource.DATA_CHECK, Action.VIEW)
@require_POST
def outlier_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an outlier is true and why「属实」; a wrong one is corrected like any value."""
    reader = cast("ScopedRequest", request)
    outlier = outliers(reader.scope).filter(pk=pk).first() if pk < 2**63 else None
    if outlier is None:
        raise Http404
    reason = request.POST.get("reason", "")
    try:
        confirm_outlier(outlier=outlier, reason=reason, by=reader.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal_text(refusal.code, refusal.facts))
    else:
        messages.success(request, gettext("已记下核对结论。"))
    return redirect("data:quality_detail", name=outlier.dataset.name)


def may_edit(request: HttpRequest) -> bool:
    """Return whether the reader may write rules: for the whole institution only."""
    scope = cast("ScopedRequest", request).rights.scope(Resource.DATA_CHECK, Action.EDIT)
    return scope is not None and scope.whole_institution
