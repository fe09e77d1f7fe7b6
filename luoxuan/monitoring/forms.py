"""Shape of the answer to an alert."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luoxuan.campus.models import Subject
from luoxuan.core.models import User
from luoxuan.improvement.blocks import cause_choices, person_choices

_THREE_WEEKS = timedelta(days=21)


class AnswerForm(forms.Form):
    """Cause and measure in two minutes「原因与措施」; the measure may be in place already."""

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
    is_in_place = forms.BooleanField(label=_("措施已落实"), required=False)

    def __init__(self, *args: Any, subject: Subject, me: User, on: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"responsible": str(me.pk), "due_on": on + _THREE_WEEKS}
        super().__init__(*args, **kwargs)
        causes, people = self.fields["cause_categories"], self.fields["responsible"]
        assert isinstance(causes, forms.MultipleChoiceField)  # noqa: S101
        assert isinstance(people, forms.ChoiceField)  # noqa: S101
        causes.choices = cause_choices(subject.kind)
        people.choices = person_choices(subject, me, on=on)

    def clean(self) -> dict[str, Any]:
        """Refuse an answer without any cause."""
        values: dict[str, Any] = super().clean() or {}
        if not values.get("cause_categories") and not values.get("cause", "").strip():
            self.add_error("cause_categories", _("请至少点选一个原因，或写明原因。"))
        return values
