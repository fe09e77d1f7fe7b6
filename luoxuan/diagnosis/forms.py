"""Shape of what people hand in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import periods, subjects
from luoxuan.campus.scope import Scope
from luoxuan.core.templatetags.words import text_of
from luoxuan.diagnosis.models import LoopTemplate
from luoxuan.diagnosis.queries import templates

_MOST_SUBJECTS = 300


class OpenTermForm(forms.Form):
    """Which subjects run which loop in which period「开启循环」."""

    template = forms.ModelChoiceField(
        LoopTemplate.objects.none(), label=_("循环模板"), to_field_name="code", empty_label=None
    )
    period = forms.ModelChoiceField(
        Period.objects.none(), label=_("时段"), to_field_name="code", empty_label=None
    )
    q = forms.CharField(label=_("名称或代码"), required=False, max_length=100)
    subjects = forms.ModelMultipleChoiceField(
        Subject.objects.none(),
        label=_("对象"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一个对象。")},
    )
    is_trial = forms.BooleanField(
        label=_("试运行"),
        required=False,
        initial=True,
        help_text=_("不用于考核，不计入统计；每个页面都标明。"),
    )

    def __init__(self, data: Any, *, scope: Scope) -> None:
        super().__init__(data)
        known = list(templates())
        asked = str((data or {}).get("template", ""))
        self.chosen = next((row for row in known if row.code == asked), known[0] if known else None)
        fields = self.fields
        fields["template"].queryset = templates()  # type: ignore[attr-defined]
        fields["template"].label_from_instance = _title  # type: ignore[attr-defined]
        if self.chosen is None:
            return
        self.fields["template"].initial = self.chosen.code
        fitting = periods().filter(kind=self.chosen.period_kind).order_by("-position")
        fields["period"].queryset = fitting  # type: ignore[attr-defined]
        fields["period"].label_from_instance = _name  # type: ignore[attr-defined]
        fields["subjects"].label_from_instance = _name  # type: ignore[attr-defined]
        fields["subjects"].queryset = _candidates(scope, self.chosen, data)  # type: ignore[attr-defined]


def _name(row: Subject | Period) -> str:
    name = text_of(row, "name")
    return f"{name} ({row.code})" if isinstance(row, Subject) else name


def _candidates(scope: Scope, template: LoopTemplate, data: Any) -> Any:
    found = subjects(scope).filter(kind__in=template.kinds)
    words = str((data or {}).get("q", "")).strip()[:100]
    if words:
        found = found.filter(name__icontains=words) | found.filter(code__icontains=words)
    keys = list(found.order_by("kind", "code").values_list("pk", flat=True)[:_MOST_SUBJECTS])
    return Subject.objects.filter(pk__in=keys)


def _title(template: LoopTemplate) -> str:
    return text_of(template, "title")
