"""Shape of the answer to an alert."""

from django import forms
from django.utils.translation import gettext_lazy as _

from luoxuan.improvement.forms import PlanForm


class AnswerForm(PlanForm):
    """Cause and measure in two minutes「原因与措施」; the measure may be in place already."""

    is_in_place = forms.BooleanField(label=_("措施已落实"), required=False)
