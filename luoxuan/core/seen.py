"""Forms of two people at once「同时编辑」: nobody overwrites what he was not shown."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext


def mark_of(stored: Mapping[str, Any]) -> str:
    """Return a mark of what a form was opened with."""
    text = json.dumps(sorted((name, str(value)) for name, value in stored.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class SeenForm(forms.Form):
    """A form that remembers what its writer was shown「已读标记」.

    ``stored`` is what stands there now by field, None for something new. If it is not what the
    writer was shown, each differing field says what the other wrote; sent once more, it is taken.
    """

    def __init__(
        self, *arguments: Any, stored: Mapping[str, Any] | None = None, **named: Any
    ) -> None:
        if stored is not None:
            named["initial"] = {**stored, "seen": mark_of(stored)}
        super().__init__(*arguments, **named)
        self._stored = stored
        if stored is not None:
            self.fields["seen"] = forms.CharField(required=False, widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        """Compare what was seen with what stands there now."""
        super().clean()
        seen = self.cleaned_data.pop("seen", None)
        if self._stored is not None and seen != mark_of(self._stored):
            self._tell(self._stored)
        return dict(self.cleaned_data)

    def _tell(self, stored: Mapping[str, Any]) -> None:
        theirs = [
            name
            for name, value in stored.items()
            if name in self.fields and self.fields[name].has_changed(value, self[name].data)
        ]
        for name in theirs:
            text = gettext("这期间别人已改为“%(value)s”；仍要用您写的，请再保存一次。")
            shown = dict(getattr(self.fields[name], "choices", ())).get(stored[name], stored[name])
            self.add_error(name, text % {"value": "" if shown is None else str(shown)})
        # Sent once more, it was seen.
        told = QueryDict(mutable=True)
        told.update(self.data)
        told.setlist(self.add_prefix("seen"), [mark_of(stored)])
        self.data = told
