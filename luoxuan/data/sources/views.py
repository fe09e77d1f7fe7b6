"""Pages of the sources: for whoever may import into the whole institution."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.connectors import Sample
from luoxuan.data.models import Source
from luoxuan.data.sources.actions import (
    ask_for_pull,
    ask_to_accept,
    decline_pull,
    map_columns,
    save_source,
    switch_source,
    try_source,
)
from luoxuan.data.sources.blocks import (
    STATES,
    accept_url,
    decline_url,
    mapping_shown,
    pull_shown,
    source_shown,
)
from luoxuan.data.sources.forms import ColumnsForm, SourceForm, initial_of
from luoxuan.data.sources.listings import pull_listing, source_listing
from luoxuan.data.sources.queries import (
    can_accept,
    is_of_day,
    newest_pulls,
    pulls_of,
    sources,
    troubles,
)
from luoxuan.data.sources.rules import SourceKind

_PULLS_SHOWN = 20


@guarded(Resource.IMPORT, Action.CREATE)
def source_list(request: HttpRequest) -> HttpResponse:
    """Show the sources「数据源」 and what each brought last."""
    _whole_or_404(request)
    scope, at = cast("ScopedRequest", request).scope, timezone.now()
    newest, found = newest_pulls(scope), list(sources(scope))
    # The pull that troubles is shown, although a later one of another file went well.
    troubling = {pull.source_id: pull for pull in troubles(scope, at=at)}
    state = request.GET.get("state", "")
    chosen = {
        "": {source.pk for source in found},
        "trouble": set(troubling),
        "today": {
            pk for pk, (_, good) in newest.items() if good and is_of_day(good, timezone.localdate())
        },
    }  # fmt: skip
    state = state if state in chosen else ""
    shown = [
        source_shown(source, troubling.get(source.pk) or newest[source.pk][0],
                     newest[source.pk][1], at=at)
        for source in found
        if source.pk in chosen[state]
    ]  # fmt: skip
    if asked_format(request):
        return list_download(request, source_listing(shown, str(STATES[state])))
    tabs = [(name, words, len(chosen[name])) for name, words in STATES.items()]
    context = {"sources": shown, "tabs": tabs if found else [], "state": state}
    return render(request, "data/source_list.html", context)


@guarded(Resource.IMPORT, Action.CREATE)
def source_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one source with its last pulls, and why they failed."""
    source = _source_or_404(request, pk)
    if asked_format(request):
        return list_download(request, pull_listing(source, pulls_of(source)))
    pulls, at = list(pulls_of(source)[:_PULLS_SHOWN]), timezone.now()
    good = newest_pulls(cast("ScopedRequest", request).scope)[source.pk][1]
    context = {
        **source_shown(source, pulls[0] if pulls else None, good, at=at),
        "pulls": [pull_shown(pull) for pull in pulls],
        "accept_url": accept_url(source, pulls[0] if pulls else None),
        "decline_url": decline_url(source, pulls[0] if pulls else None),
        "can_run": source.kind == SourceKind.FOLDER or any(source.mapping.values()),
        "mapping": mapping_shown(source),
    }
    return render(request, "data/source_detail.html", context)


@guarded(Resource.IMPORT, Action.CREATE)
def source_new(request: HttpRequest) -> HttpResponse:
    """Connect another system「连接业务系统」: the first step."""
    _whole_or_404(request)
    return _form_page(request, None)


@guarded(Resource.IMPORT, Action.CREATE)
def source_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a source."""
    return _form_page(request, _source_or_404(request, pk))


@guarded(Resource.IMPORT, Action.CREATE)
def source_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Test the connection「测试连接」, show the first rows and map the columns."""
    source = _source_or_404(request, pk)
    if source.kind == SourceKind.FOLDER:
        # Files are matched by their headers, as in the import wizard.
        raise Http404
    told, refused, found = dict(source.mapping), "", None
    if request.method == "POST" and request.POST.get("step") == "test":
        try:
            found, proposed = try_source(source)
            told = {column: told.get(column, field) for column, field in proposed.items()}
        except Refused as refusal:
            refused = refusal_text(refusal.code, refusal.facts)
    elif request.method == "POST":
        told = dict(zip(request.POST.getlist("name"), request.POST.getlist("name"), strict=True))
        form = ColumnsForm(request.POST, source=source, told=told)
        if form.is_valid():
            try:
                _map(request, source, form)
            except Refused as refusal:
                refused = refusal_text(refusal.code, refusal.facts)
            else:
                messages.success(request, gettext("已保存列的对应。"))
                return redirect("data:source_detail", pk=pk)
        return _columns_page(request, source, form, None, refused)
    return _columns_page(request, source, ColumnsForm(source=source, told=told), found, refused)


@guarded(Resource.IMPORT, Action.CREATE)
@require_POST
def source_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a pull now「立即采集」."""
    source = _source_or_404(request, pk)
    user = cast("ScopedRequest", request).user
    try:
        ask_for_pull(source=source, by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal_text(refusal.code, refusal.facts))
    else:
        messages.success(request, gettext("已经开始采集，结果会出现在采集记录里。"))
    return redirect("data:source_detail", pk=pk)


@guarded(Resource.IMPORT, Action.CREATE)
@require_POST
def source_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Start or pause the schedule of a source."""
    source = _source_or_404(request, pk)
    is_enabled = request.POST.get("state") == "on"
    user = cast("ScopedRequest", request).user
    try:
        switch_source(source=source, is_enabled=is_enabled, by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal_text(refusal.code, refusal.facts))
    else:
        words = gettext("已启用。") if is_enabled else gettext("已暂停。")
        messages.success(request, words)
    return redirect("data:source_detail", pk=pk)


@guarded(Resource.IMPORT, Action.CREATE)
@require_POST
def pull_accept(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Adopt a held pull「仍然采用」."""
    source = _source_or_404(request, pk)
    pull = pulls_of(source).filter(pk=number).first() if number < 2**63 else None
    if pull is None:
        raise Http404
    if can_accept(pull):
        ask_to_accept(pull=pull, by=cast("ScopedRequest", request).user, at=timezone.now())
        messages.success(request, gettext("已经开始采用，结果会出现在采集记录里。"))
    else:
        messages.error(request, refusal_text("pull_not_acceptable", {}))
    return redirect("data:source_detail", pk=pk)


@guarded(Resource.IMPORT, Action.CREATE)
@require_POST
def pull_decline(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Leave a held pull out「不采用」, for a reason."""
    source = _source_or_404(request, pk)
    pull = pulls_of(source).filter(pk=number).first() if number < 2**63 else None
    if pull is None:
        raise Http404
    by, reason = cast("ScopedRequest", request).user, request.POST.get("reason", "")
    try:
        decline_pull(pull=pull, reason=reason, by=by, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal_text(refusal.code, refusal.facts))
    else:
        messages.success(request, gettext("已记下：这次采集不采用。"))
    return redirect("data:source_detail", pk=pk)


def _form_page(request: HttpRequest, source: Source | None) -> HttpResponse:
    refused, status = "", 200
    stored = initial_of(source) if source else None
    if request.method == "POST":
        form = SourceForm(request.POST, stored=stored)
        status = 422
        if form.is_valid():
            user = cast("ScopedRequest", request).user
            try:
                saved = save_source(source=source, values=form.values(), by=user, at=timezone.now())
            except Refused as refusal:
                refused = refusal_text(refusal.code, refusal.facts)
            else:
                is_folder = saved.kind == SourceKind.FOLDER
                return redirect(
                    "data:source_detail" if is_folder else "data:source_columns", pk=saved.pk
                )
    else:
        form = SourceForm(stored=stored)
    context = {"source": source, "form": form, "refused": refused}
    return render(request, "data/source_form.html", context, status=status)


def _columns_page(
    request: HttpRequest, source: Source, form: ColumnsForm, found: Sample | None, refused: str
) -> HttpResponse:
    context: dict[str, Any] = {
        "source": source, "form": form, "sample": found, "refused": refused,
    }  # fmt: skip
    return render(request, "data/source_columns.html", context, status=422 if refused else 200)


def _map(request: HttpRequest, source: Source, form: ColumnsForm) -> None:
    user = cast("ScopedRequest", request).user
    map_columns(source=source, mapping=form.mapping(), by=user, at=timezone.now())


def _whole_or_404(request: HttpRequest) -> None:
    if not cast("ScopedRequest", request).scope.whole_institution:
        raise Http404


def _source_or_404(request: HttpRequest, pk: int) -> Source:
    found = sources(cast("ScopedRequest", request).scope).filter(pk=pk) if pk < 2**63 else None
    source = found.first() if found is not None else None
    if source is None:
        raise Http404
    return source
