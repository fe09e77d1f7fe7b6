"""Shapes of what an institution sets for itself, and of a new access token."""

from typing import Any

from django import forms
from django.utils.translation import gettext

from luoxuan.core.institution import SettingRefused, declared_settings, fitting
from luoxuan.core.messages import refusal_text
from luoxuan.core.queries import settings_in_force


class SettingsForm(forms.Form):
    """Every declared setting「院校设置」 as a field; the value in force stands in it."""

    def __init__(self, data: dict[str, str] | None = None) -> None:
        super().__init__(data, initial=settings_in_force())
        for setting in declared_settings():
            self.fields[setting.name] = forms.CharField(
                label=gettext(setting.title), help_text=gettext(setting.about), max_length=100
            )

    def clean(self) -> dict[str, str]:
        """Return the values that fit; what does not is refused at its field."""
        values: dict[str, str] = {}
        for name, value in list(self.cleaned_data.items()):
            try:
                values[name] = fitting(name, value)
            except SettingRefused as refused:
                self.add_error(name, refusal_text(refused.code, refused.facts))
        return values


class TokenForm(forms.Form):
    """A new access token「访问令牌」: what for, for how long, and whether it may write."""

    name = forms.CharField(max_length=100)
    days = forms.TypedChoiceField(coerce=int)
    is_read_only = forms.BooleanField(required=False)
    receipt = forms.CharField(max_length=64, min_length=32, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, initial: dict[str, object] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["name"].label = gettext("用途")
        self.fields["name"].help_text = gettext("哪个系统用它，如“教务系统每日推送”。")
        self.fields["days"].label = gettext("有效期")
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (days, gettext("%(days)s 天") % {"days": days}) for days in (30, 90, 365)
        ]
        self.fields["is_read_only"].label = gettext("只能读取")
