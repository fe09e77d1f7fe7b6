"""Shape of what people write about documents."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luoxuan.campus.choices import CodedChoice, NamedChoice, offer
from luoxuan.campus.models import Period, Subject
from luoxuan.campus.scope import Scope
from luoxuan.reports.queries import (
    periods_to_report,
    periods_with_something,
    subjects_to_report,
)
from luoxuan.reports.rules import DocumentKind


class DocumentForm(forms.Form):
    """What a new document is about「新建报告」."""

    subject = CodedChoice(Subject.objects.none(), label=_("对象"), empty_label=None)
    period = NamedChoice(Period.objects.none(), label=_("时段"), empty_label=None)

    def __init__(
        self, kind: DocumentKind, scope: Scope, *args: Any, on: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        subjects, found = subjects_to_report(scope, kind), periods_to_report(kind, on=on)
        if kind is DocumentKind.COURSE_TERM:
            known = periods_with_something(found, subjects)
            found = found.filter(pk__in=[row.pk for row in known])
        self.is_empty = not found.exists()
        offer(self, subject=subjects, period=found)


class TextsForm(forms.Form):
    """The author's own words「报告人文字」."""

    summary = forms.CharField(
        label=_("报告人小结"),
        help_text=_("写在自动摘要之后；院务会一页纸写作“提请会议研究”。"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )
    next_step = forms.CharField(
        label=_("下一步安排"),
        help_text=_("做什么、谁负责、什么时候完成。"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )


class ReasonForm(forms.Form):
    """Why a document is returned or withdrawn「理由」."""

    reason = forms.CharField(label=_("理由"), max_length=500)
