"""Pages of corrections: asking, the list, the decision."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.models import Dataset, Field
from luoxuan.data.quality.actions import (
    RowGone,
    accept_correction,
    accept_report,
    refuse_correction,
    request_correction,
)
from luoxuan.data.quality.actions.corrections import correctable, stored_row
from luoxuan.data.quality.blocks import correction_shown
from luoxuan.data.quality.forms import CorrectionForm
from luoxuan.data.quality.listings import correction_listing
from luoxuan.data.quality.queries import corrections, may_decide
from luoxuan.data.quality.rules import CorrectionState

_PAGE = 50


@guarded(Resource.CORRECTION, Action.LIST)
def correction_list(request: HttpRequest) -> HttpResponse:
    """Show the requests「数据更正」 one made and those one may decide."""
    reader = cast("ScopedRequest", request)
    scope = reader.rights.scope(Resource.CORRECTION, Action.CHECK)
    found = corrections(scope, reader.user)
    if asked_format(request):
        return list_download(request, correction_listing(list(found)))
    page: Any = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    fields = {
        (field.dataset_id, field.name): field
        for field in Field.objects.filter(dataset__in={row.dataset_id for row in page.object_list})
    }
    page.object_list = [
        correction_shown(row, fields.get((row.dataset_id, row.field))) for row in page.object_list
    ]
    return render(request, "data/correction_list.html", {"page_obj": page})


@guarded(Resource.CORRECTION, Action.CREATE)
def correction_new(request: HttpRequest) -> HttpResponse:
    """Say that a value of a row is wrong「数据有误」."""
    reader = cast("ScopedRequest", request)
    dataset, batch, number = _asked_row(request)
    try:
        row = stored_row(reader.scope, dataset, batch=batch, row_number=number)
    except RowGone as error:
        raise Http404 from error
    fields = {field.name: field for field in dataset.fields.all()}
    names = correctable(dataset)
    choices = [(name, f"{text_of(fields[name], 'title')}：{_shown(row[name])}") for name in names]
    refused, status = "", 200
    form = CorrectionForm(
        request.POST or None, choices=choices, initial={"field": request.GET.get("field", "")}
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = request_correction(
                    dataset=dataset, batch=batch, row_number=number, scope=reader.scope,
                    by=reader.user, at=timezone.now(), **form.cleaned_data,
                )  # fmt: skip
            except Refused as refusal:
                refused = refusal_text(refusal.code, refusal.facts)
            else:
                messages.success(request, gettext("已提出，由数据的负责人处理，结果会通知您。"))
                return redirect("data:correction_detail", pk=made.pk)
    context: dict[str, Any] = {
        "dataset": dataset, "form": form, "refused": refused, "number": number,
    }  # fmt: skip
    return render(request, "data/correction_form.html", context, status=status)


@guarded(Resource.CORRECTION, Action.LIST, unsafe_action=Action.CHECK)
def correction_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a request and decide it: accept, or refuse with a reason."""
    reader = cast("ScopedRequest", request)
    scope = reader.rights.scope(Resource.CORRECTION, Action.CHECK)
    found = corrections(scope, reader.user).filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    refused, answer, status = "", request.POST.get("answer", "").strip(), 200
    if request.method == "POST":
        if not may_decide(reader.rights, found):
            raise Http404
        act: Callable[..., object] = refuse_correction
        if "accept" in request.POST:
            act = accept_report if found.is_about_number else accept_correction
        try:
            act(request=found, answer=answer, by=reader.user, at=timezone.now())
        except Refused as refusal:
            refused, status = refusal_text(refusal.code, refusal.facts), 422
        else:
            messages.success(request, gettext("已处理，提出的人会收到通知。"))
            return redirect("data:correction_detail", pk=pk)
    field = found.dataset.fields.filter(name=found.field).first() if found.field else None
    is_open = found.state == CorrectionState.OPEN
    context: dict[str, Any] = {
        **correction_shown(found, field), "refused": refused, "answer": answer,
        "may_decide": is_open and may_decide(reader.rights, found),
        "answer_words": found.answer,
    }  # fmt: skip
    context["correction"] = context.pop("request")
    return render(request, "data/correction_detail.html", context, status=status)


def _shown(value: object) -> str:
    return gettext("（空）") if value is None else str(value)


def _asked_row(request: HttpRequest) -> tuple[Dataset, str, int]:
    """Return dataset, file and number of the row that is asked for, or answer 404.

    Whether the reader may see the row is asked of the row itself.
    """
    batch, number = request.GET.get("batch", ""), request.GET.get("row", "")
    dataset = Dataset.objects.filter(name=request.GET.get("dataset", ""), is_system=False).first()
    if dataset is None or not dataset.current_number or not number.isdecimal() or len(number) > 15:
        raise Http404
    return dataset, batch, int(number)
