"""Pages of requests for data: a unit asks, the data centre answers."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.models import Subject
from luoxuan.campus.queries import subjects
from luoxuan.campus.rules import Action, Resource, SubjectKind
from luoxuan.campus.scope import Scope
from luoxuan.core.downloads import asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.directory.actions import answer_request, ask_for_data, withdraw_request
from luoxuan.data.directory.blocks import REQUEST_STATES, request_shown
from luoxuan.data.directory.forms import AnswerForm, RequestForm
from luoxuan.data.directory.listings import request_listing
from luoxuan.data.directory.queries import data_requests, is_waiting
from luoxuan.data.directory.rules import RequestState
from luoxuan.data.models import DataRequest

_PAGE = 50
_ASKING_KINDS = (SubjectKind.UNIT, SubjectKind.INSTITUTION)


@guarded(Resource.DATA_REQUEST, Action.LIST)
def request_list(request: HttpRequest) -> HttpResponse:
    """Show the requests for data「数据需求」 with how many stand where."""
    reader = cast("ScopedRequest", request)
    every = data_requests(reader.scope, reader.user)
    state = request.GET.get("state", "")
    state = state if state in REQUEST_STATES else ""
    found = every.filter(state=state) if state else every
    if asked_format(request):
        return list_download(request, request_listing(found, state))
    totals = every.order_by().values_list("state").annotate(n=Count("pk"))
    numbers: dict[str, int] = dict(totals)
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [request_shown(row) for row in page.object_list],
        "state": state,
        "states": [
            (name, words, numbers.get(name, 0)) for name, (_, words) in REQUEST_STATES.items()
        ],
        "total": sum(numbers.values()),
        "may_ask": reader.rights.scope(Resource.DATA_REQUEST, Action.CREATE) is not None,
    }
    return render(request, "data/request_list.html", context)


@guarded(Resource.DATA_REQUEST, Action.CREATE)
def request_new(request: HttpRequest) -> HttpResponse:
    """Ask for data「提出数据需求」."""
    reader = cast("ScopedRequest", request)
    asking = _asking_units(reader.scope)
    form = RequestForm(request.POST or None, units=asking)
    if request.method == "POST" and form.is_valid():
        row = ask_for_data(**form.cleaned_data, by=reader.user, at=timezone.now())
        messages.success(request, gettext("已提出。信息中心答复后您会收到通知。"))
        return redirect("data:request_detail", pk=row.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "data/request_form.html", {"form": form}, status=status)


@guarded(Resource.DATA_REQUEST, Action.LIST)
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request with its answer, and the form for whoever may answer it."""
    reader = cast("ScopedRequest", request)
    row = _request_or_404(reader, pk)
    return _detail_page(reader, row, AnswerForm() if _may_answer(reader, row) else None)


@guarded(Resource.DATA_REQUEST, Action.CHECK)
@require_POST
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a request「答复数据需求」."""
    reader = cast("ScopedRequest", request)
    row = _request_or_404(reader, pk)
    form = AnswerForm(request.POST)
    if form.is_valid():
        told = dict(form.cleaned_data)
        state = RequestState(told.pop("state"))
        try:
            answer_request(request=row, state=state, **told, by=reader.user, at=timezone.now())
        except Refused as refused:
            form.add_error(None, refusal_text(refused.code, refused.facts))
        else:
            messages.success(request, gettext("已答复，提出人会收到通知。"))
            return redirect("data:request_detail", pk=row.pk)
    return _detail_page(reader, row, form, status=422)


@guarded(Resource.DATA_REQUEST, Action.CREATE)
@require_POST
def request_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back「撤回」."""
    reader = cast("ScopedRequest", request)
    row = _request_or_404(reader, pk)
    try:
        withdraw_request(request=row, by=reader.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refusal_text(refused.code, refused.facts))
    else:
        messages.success(request, gettext("已撤回。"))
    return redirect("data:request_detail", pk=row.pk)


def _detail_page(
    reader: ScopedRequest, row: DataRequest, form: AnswerForm | None, *, status: int = 200
) -> HttpResponse:
    context = {
        **request_shown(row),
        "form": form,
        "may_withdraw": row.asked_by_id == reader.user.pk and is_waiting(row),
        # The dataset is opened by whom it may be shown to only.
        "dataset_is_open": reader.rights.scope(Resource.DATASET, Action.VIEW) is not None,
    }
    return render(reader, "data/request_detail.html", context, status=status)


def _may_answer(reader: ScopedRequest, row: DataRequest) -> bool:
    scope = reader.rights.scope(Resource.DATA_REQUEST, Action.CHECK)
    return scope is not None and row.asked_by_id != reader.user.pk and is_waiting(row)


def _asking_units(scope: Scope) -> QuerySet[Subject]:
    return subjects(scope).filter(kind__in=_ASKING_KINDS).order_by("kind", "code")


def _request_or_404(reader: ScopedRequest, pk: int) -> DataRequest:
    scope = reader.scope
    found = data_requests(scope, reader.user).filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found
