"""What is done to a bundle from its page; each a form that is posted."""

from collections.abc import Callable
from functools import partial
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.exchange.actions import (
    approve_bundle,
    check_bundle,
    explain_jumps,
    hand_over_bundle,
    record_receipt,
    sign_bundle,
)
from luoxuan.data.exchange.forms import HandOverForm, ReceiptForm, RejectionForm, ReturnForm
from luoxuan.data.exchange.places import bundle_or_404, bundle_page, on_disk
from luoxuan.data.exchange.returns import ask_for_correction, reject_bundle, return_bundle
from luoxuan.data.models import ExchangeBundle


@require_POST
@guarded(Resource.EXCHANGE, Action.CREATE)
def exchange_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a bundle again."""
    bundle = bundle_or_404(request, pk)
    return _done(request, bundle, partial(check_bundle, bundle=bundle), gettext("已重新校验。"))


@require_POST
@guarded(Resource.EXCHANGE, Action.CREATE)
def exchange_explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the reasons of jumps into words「说明变动」."""
    bundle = bundle_or_404(request, pk)
    texts = dict(zip(request.POST.getlist("key"), request.POST.getlist("text"), strict=False))
    act = partial(explain_jumps, bundle=bundle, texts=texts)
    return _done(request, bundle, act, gettext("已保存说明。"))


@require_POST
@guarded(Resource.EXCHANGE, Action.CREATE)
def exchange_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign as whoever built it and send it to a leader."""
    bundle = bundle_or_404(request, pk)
    return _done(
        request, bundle, partial(sign_bundle, bundle=bundle), gettext("已签字，等待签发。")
    )


@require_POST
@guarded(Resource.EXCHANGE, Action.APPROVE)
def exchange_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a second time and freeze「签发」."""
    bundle = bundle_or_404(request, pk)
    act = partial(approve_bundle, bundle=bundle)
    return _done(request, bundle, act, gettext("已签发，数据包已冻结。"))


@require_POST
@guarded(Resource.EXCHANGE, Action.APPROVE)
def exchange_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a bundle to who signed it first「退回数据包」, with a reason."""
    bundle, form = bundle_or_404(request, pk), ReturnForm(request.POST)
    if not form.is_valid():
        return bundle_page(request, bundle, return_=form)
    act = partial(return_bundle, bundle=bundle, reason=form.cleaned_data["reason"])
    return _done(request, bundle, act, gettext("已退回，送签人会收到通知。"))


@require_POST
@guarded(Resource.EXCHANGE, Action.CREATE)
def exchange_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a bundle was handed to its receiver."""
    bundle, form = bundle_or_404(request, pk), HandOverForm(request.POST)
    if not form.is_valid():
        return bundle_page(request, bundle, hand_over=form)
    act = partial(hand_over_bundle, bundle=bundle, **form.cleaned_data)
    return _done(request, bundle, act, gettext("已登记上报。"))


@require_POST
@guarded(Resource.EXCHANGE, Action.CREATE)
def exchange_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the receiver's receipt with its number."""
    bundle, form = bundle_or_404(request, pk), ReceiptForm(request.POST, request.FILES)
    if not form.is_valid():
        return bundle_page(request, bundle, receipt=form)
    file = form.cleaned_data["file"]
    with on_disk(file) as path:
        act = partial(
            record_receipt, bundle=bundle, number=form.cleaned_data["number"],
            on=form.cleaned_data["on"], path=path, file_name=file.name or "receipt",
        )  # fmt: skip
        return _done(request, bundle, act, gettext("已登记回执。"))


@require_POST
@guarded(Resource.EXCHANGE, Action.CREATE)
def exchange_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the receiver did not take a bundle「接收方退回」."""
    bundle, form = bundle_or_404(request, pk), RejectionForm(request.POST, request.FILES)
    if not form.is_valid():
        return bundle_page(request, bundle, rejection=form)
    told, file = form.cleaned_data, form.cleaned_data["file"]
    act = partial(reject_bundle, bundle=bundle, reason=told["reason"], on=told["on"])
    words = gettext("已登记。改好数据后生成更正的数据包。")
    if not file:
        return _done(request, bundle, act, words)
    with on_disk(file) as path:
        return _done(
            request, bundle, partial(act, path=path, file_name=file.name or "receipt"), words
        )


@require_POST
@guarded(Resource.EXCHANGE, Action.CREATE)
def exchange_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the bundle that corrects a rejected one「生成更正」."""
    bundle = bundle_or_404(request, pk)
    try:
        job = ask_for_correction(
            bundle=bundle, by=cast("ScopedRequest", request).user, at=timezone.now()
        )
    except Refused as refused:
        return bundle_page(request, bundle, refused=refusal_text(refused.code, refused.facts))
    return redirect("portal:job_detail", number=job.pk)


def _done(
    request: HttpRequest, bundle: ExchangeBundle, act: Callable[..., object], words: str
) -> HttpResponse:
    """Do an act and go back to the page, or show why it was refused."""
    try:
        act(by=cast("ScopedRequest", request).user, at=timezone.now())
    except Refused as refused:
        fresh = bundle_or_404(request, bundle.pk)
        return bundle_page(request, fresh, refused=refusal_text(refused.code, refused.facts))
    messages.success(request, words)
    return redirect("data:exchange_bundle", pk=bundle.pk)
