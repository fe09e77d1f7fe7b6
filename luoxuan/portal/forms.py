"""Shape of what an institution sets for itself."""

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
