"""Shape of a reorganization of a unit."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.campus.models import Unit
from luoxuan.campus.queries import units
from luoxuan.campus.rules import UnitChangeKind
from luoxuan.campus.scope import Scope
from luoxuan.campus.unit_actions import close_unit, merge_units, move_unit, split_unit
from luoxuan.core.models import User
from luoxuan.core.templatetags.words import text_of

_KINDS = (
    (UnitChangeKind.MOVED, _("调整隶属：换一个上级，下面的部门和人员跟着走")),
    (UnitChangeKind.MERGED, _("并入：撤销它，人员、课程和下级部门归另一部门")),
    (UnitChangeKind.SPLIT, _("拆分：撤销它，由两个以上部门承接")),
    (UnitChangeKind.CLOSED, _("撤销：它下面已经没有部门、人员和课程")),
)
_ONE = {UnitChangeKind.MOVED, UnitChangeKind.MERGED}


class _UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit shown by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name in the language of the page."""
        return text_of(obj.subject, "name")


class _UnitChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Units shown by name and code."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name in the language of the page, with the code."""
        return f"{text_of(obj.subject, 'name')}（{obj.subject.code}）"


class UnitChangeForm(forms.Form):
    """What happens to a unit「部门变更」, from which day on, and on what grounds."""

    kind = forms.ChoiceField(label=_("怎样变更"), choices=_KINDS, widget=forms.RadioSelect)
    into = _UnitChoices(
        Unit.objects.none(),
        label=_("去处"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("新的上级，或承接的部门；拆分时选两个以上，其余人员和课程归第一个。"),
    )
    on = forms.DateField(
        label=_("生效日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("依据"), max_length=500, help_text=_("例如文号。"))

    def __init__(self, data: Any = None, *, unit: Unit, scope: Scope) -> None:
        super().__init__(data, initial={"on": timezone.localdate()})
        self.unit = unit
        others = units(scope).filter(subject__valid_to=None).exclude(pk=unit.pk)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]
        self.parts = list(units(scope).filter(parent=unit, subject__valid_to=None))
        for part in self.parts:
            field = _UnitChoice(others, required=False, empty_label=gettext("归第一个"))
            field.label = gettext("拆分时“%(unit)s”归") % {"unit": text_of(part.subject, "name")}
            self.fields[f"part_{part.pk}"] = field

    def clean(self) -> dict[str, Any]:
        """Refuse another number of places to go than the kind of change needs."""
        told = self.cleaned_data
        kind, n_into = told.get("kind"), len(told.get("into") or ())
        if kind in _ONE and n_into != 1:
            self.add_error("into", gettext("请选恰好一个去处。"))
        return told

    def act(self, *, by: User, at: datetime) -> None:
        """Carry it out; raises UnitChangeRefused."""
        told = self.cleaned_data
        into = list(told["into"])
        grounds = {"on": told["on"], "reason": told["reason"], "by": by, "at": at}
        if told["kind"] == UnitChangeKind.MOVED:
            move_unit(unit=self.unit, to=into[0], **grounds)
        elif told["kind"] == UnitChangeKind.MERGED:
            merge_units(units=[self.unit], into=into[0], **grounds)
        elif told["kind"] == UnitChangeKind.SPLIT:
            split_unit(unit=self.unit, goes=self._goes(), into=into, **grounds)
        else:
            close_unit(unit=self.unit, **grounds)

    def _goes(self) -> dict[str, Unit]:
        told = {part.subject.code: self.cleaned_data[f"part_{part.pk}"] for part in self.parts}
        return {code: heir for code, heir in told.items() if heir is not None}
