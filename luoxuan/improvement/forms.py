"""Shape of what people say about an improvement."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luoxuan.campus.models import Subject
from luoxuan.core.models import User
from luoxuan.data.models import Evidence
from luoxuan.improvement.blocks import cause_choices, person_choices

_THREE_WEEKS = timedelta(days=21)


class PlanForm(forms.Form):
    """Cause, measure, who and until when「原因与措施」."""

    cause_categories = forms.MultipleChoiceField(
        label=_("原因（点一下，可多选）"), widget=forms.CheckboxSelectMultiple, required=False
    )
    cause = forms.CharField(label=_("原因补充说明"), max_length=1000, required=False)
    measure = forms.CharField(
        label=_("措施：谁，做什么，到哪天"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    responsible = forms.ChoiceField(label=_("责任人"))
    due_on = forms.DateField(
        label=_("完成日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, subject: Subject, me: User, on: date, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "responsible": str(me.pk), "due_on": on + _THREE_WEEKS, **kwargs.get("initial", {}),
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        causes, people = self.fields["cause_categories"], self.fields["responsible"]
        assert isinstance(causes, forms.MultipleChoiceField)  # noqa: S101
        assert isinstance(people, forms.ChoiceField)  # noqa: S101
        causes.choices = cause_choices(subject.kind)
        people.choices = person_choices(subject, me, on=on)

    def clean(self) -> dict[str, Any]:
        """Refuse a plan without any cause."""
        values: dict[str, Any] = super().clean() or {}
        if not values.get("cause_categories") and not values.get("cause", "").strip():
            self.add_error("cause_categories", _("请至少点选一个原因，或写明原因。"))
        return values


class OpenForm(forms.Form):
    """A problem that somebody found「提出问题」."""

    subject = forms.CharField(
        label=_("诊改对象"), max_length=130, help_text=_("类别:代码，例如 COURSE:MATH")
    )
    problem = forms.CharField(
        label=_("存在的问题"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class NoteForm(forms.Form):
    """Words for the record."""

    text = forms.CharField(
        label=_("说明"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class VerifyForm(forms.Form):
    """Evidence, or what the checking person saw「查证」."""

    evidence = forms.ModelChoiceField(
        label=_("佐证材料"), queryset=Evidence.objects.none(), required=False, empty_label=_("不选")
    )
    note = forms.CharField(
        label=_("查证情况"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
