"""Shape of evidence that people hand in."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class EvidenceForm(forms.Form):
    """A file with whose, about what, from which day「佐证材料」."""

    file = forms.FileField(
        label=_("文件"), help_text=_("PDF、PNG、JPEG、DOCX、XLSX、CSV 或纯文本，不超过 50 MB")
    )
    title = forms.CharField(label=_("名称"), max_length=200)
    subject = forms.CharField(
        label=_("诊改对象"), max_length=130, help_text=_("类别:代码，例如 COURSE:MATH")
    )
    dated_on = forms.DateField(
        label=_("材料日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    document_number = forms.CharField(label=_("文号"), max_length=100, required=False)
    back = forms.CharField(widget=forms.HiddenInput, max_length=300, required=False)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"dated_on": on, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class WithdrawForm(forms.Form):
    """Why evidence is withdrawn「撤回」."""

    reason = forms.CharField(label=_("理由"), max_length=500)
