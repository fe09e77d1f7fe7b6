"""The page on which somebody says that a number is wrong, whatever page showed the number."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest
from luoxuan.campus.models import Subject
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.models import Dataset
from luoxuan.data.quality.actions import report_number
from luoxuan.data.quality.forms import NumberForm


@dataclass(frozen=True, slots=True)
class PointedNumber:
    """A number that somebody doubts「被指出的数字」: where it stands and what it comes from.

    ``rows_url`` is empty for whom the rows are closed.
    """

    about: str
    about_url: str
    shown: str
    datasets: list[Dataset]
    subject: Subject | None
    rows_url: str


def number_page(request: HttpRequest, number: PointedNumber) -> HttpResponse:
    """Show what leads to the rows, and take what is said about the number itself."""
    by_name = {dataset.name: dataset for dataset in number.datasets}
    choices = [(name, text_of(dataset, "title")) for name, dataset in by_name.items()]
    refused, status = "", 200
    form = NumberForm(request.POST or None, choices=choices)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                made = report_number(
                    dataset=by_name[data["dataset"]], about=number.about, before=number.shown,
                    about_url=number.about_url, after=data["after"], reason=data["reason"],
                    subject=number.subject, by=cast("ScopedRequest", request).user,
                    at=timezone.now(),
                )  # fmt: skip
            except Refused as refusal:
                refused = refusal_text(refusal.code, refusal.facts)
            else:
                messages.success(request, gettext("已提出，由数据的负责人处理，结果会通知您。"))
                return redirect("data:correction_detail", pk=made.pk)
    context: dict[str, Any] = {"number": number, "form": form, "refused": refused}
    return render(request, "data/number_form.html", context, status=status)
