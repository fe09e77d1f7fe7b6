"""Shapes of what an institution sets for itself, and of a new access token."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext, gettext_lazy

from luoxuan.core.institution import SettingRefused, declared_settings, fitting
from luoxuan.core.messages import refusal_text
from luoxuan.core.queries import settings_in_force


class LoginForm(AuthenticationForm):
    """User name and password「登录」; what is wrong of the two is not told."""

    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": gettext_lazy("用户名或密码不对，请注意大小写。")
    }


class SettingsForm(forms.Form):
    """Every declared setting「院校设置」 as a field; the value in force stands in it.

    The page sends along what it showed: another's change of the meantime is not written over.
    """

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
        return {name: value for name, value in values.items() if not self._is_moved(name, value)}

    @property
    def shown(self) -> dict[str, str]:
        """Return what is in force by the name of the hidden field that remembers it."""
        return {f"seen-{name}": value for name, value in settings_in_force().items()}

    def _is_moved(self, name: str, value: str) -> bool:
        """Return whether another has changed the setting; refuse to change it once more unseen."""
        held, seen = settings_in_force()[name], self.data.get(f"seen-{name}")
        if seen is None or held == seen:
            return False
        if value not in {held, seen}:
            text = gettext("您打开本页以后，这一项已改为“%(held)s”。请核对，再保存一次。")
            self.add_error(name, text % {"held": held})
        return True


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
