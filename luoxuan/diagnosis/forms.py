"""Shape of what people hand in."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from luoxuan.campus.choices import NamedChoice, name_with_code, offer
from luoxuan.campus.models import Period, Subject
from luoxuan.campus.scope import Scope
from luoxuan.diagnosis.models import LoopTemplate
from luoxuan.diagnosis.queries import (
    opening_periods,
    opening_subjects,
    proposed_subjects,
    templates,
)

_MOST_SUBJECTS = 300
_MOST_WORDS = 100


class OpenTermForm(forms.Form):
    """Which subjects run which loop in which period「开启循环」."""

    template = NamedChoice(
        LoopTemplate.objects.none(), label=_("循环模板"), to_field_name="code", empty_label=None,
        word="title",
    )  # fmt: skip
    period = NamedChoice(
        Period.objects.none(), label=_("时段"), to_field_name="code", empty_label=None
    )
    q = forms.CharField(label=_("名称或代码"), required=False)
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

    def __init__(self, data: Any, *, asked: Mapping[str, Any], scope: Scope, on: date) -> None:
        """Offer what fits the template that ``asked`` names and the words it looks for."""
        super().__init__(data)
        known = list(templates())
        code = str(asked.get("template", ""))
        self.chosen = next((row for row in known if row.code == code), known[0] if known else None)
        self.words = str(asked.get("q", "")).strip()[:_MOST_WORDS]
        self.proposed: list[Subject] = []
        offer(self, template=templates())
        if self.chosen is None:
            return
        self.initial = {"template": self.chosen.code, "q": self.words}
        offer(self, period=opening_periods(self.chosen, on=on))
        self._offer_subjects(opening_subjects(scope, self.chosen))

    def _offer_subjects(self, fitting: QuerySet[Subject]) -> None:
        """List what was looked for; whatever fits may be chosen, listed or not."""
        offer(self, subjects=fitting)
        found = fitting
        if self.words:
            named = Q(name__icontains=self.words) | Q(name_en__icontains=self.words)
            found = fitting.filter(named | Q(code__icontains=self.words))
        if not self.is_bound:
            self.proposed = proposed_subjects(found)
            self.initial["subjects"] = [row.pk for row in self.proposed]
        listed = {row.pk: row for row in (*found[:_MOST_SUBJECTS], *self.proposed)}
        field = self.fields["subjects"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.choices = [(row.pk, name_with_code(row)) for row in listed.values()]
