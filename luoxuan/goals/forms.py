"""Shape of what people hand in about tasks."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from luoxuan.campus.choices import NamedChoice, NamedChoices, offer
from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import periods, subjects
from luoxuan.campus.rules import PeriodKind, SubjectKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.goals.actions import SheetEntry, TaskValues
from luoxuan.goals.blocks import ATTRIBUTE_WORDS, CAUSE_WORDS, KIND_WORDS, SOURCE_WORDS
from luoxuan.goals.models import Task
from luoxuan.goals.queries import SheetLine
from luoxuan.goals.rules import (
    ProgressState,
    TaskAttribute,
    TaskKind,
    TaskSource,
)

_AREA = {"rows": 2}
_MOST = 2000


def _area(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=_MOST,
        widget=forms.Textarea(attrs=_AREA),
    )  # fmt: skip


class TaskForm(forms.Form):
    """A task「任务」 as it is written by hand: class, source and attribute are three fields."""

    year = NamedChoice(label=_("年度"), queryset=Period.objects.none(), empty_label=None)
    title = forms.CharField(label=_("工作任务"), max_length=300)
    kind = forms.ChoiceField(label=_("类别"), choices=tuple(KIND_WORDS.items()))
    source = forms.ChoiceField(label=_("来源"), choices=tuple(SOURCE_WORDS.items()))
    attribute = forms.ChoiceField(label=_("属性"), choices=tuple(ATTRIBUTE_WORDS.items()))
    basis = forms.CharField(
        label=_("依据"), max_length=300, required=False,
        help_text=_("A 类写规划目标，B 类写要点条目，C 类写岗位职责，例如“规划 2.1”。"),
    )  # fmt: skip
    responsible_unit = NamedChoice(
        label=_("责任部门"), queryset=Subject.objects.none(), empty_label=None
    )
    lead_unit = NamedChoice(
        label=_("牵头部门"), queryset=Subject.objects.none(), required=False, empty_label="—"
    )
    partner_units = NamedChoices(
        label=_("协助部门"), queryset=Subject.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    responsible_leader = forms.CharField(label=_("责任领导"), max_length=100, required=False)
    person_name = forms.CharField(label=_("责任人"), max_length=100, required=False)
    deadline_on = forms.DateField(
        label=_("完成时限"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("写定以后，只有批准的时限调整才能改它。"),
    )  # fmt: skip
    work_cycle = forms.CharField(label=_("工作周期"), max_length=100, required=False)
    reports_every = forms.ChoiceField(
        label=_("报送周期"), choices=((1, _("每月")), (2, _("每两月")), (3, _("每季度")))
    )
    measure_and_goal = _area(_("措施及目标"))
    expected_result = _area(_("预期成果与成效"))
    standard_time = _area(_("考核标准：时间"))
    standard_quality = _area(_("考核标准：质量"))
    standard_benefit = _area(_("考核标准：效益"))

    def __init__(self, sent: QueryDict | None, *, units: QuerySet[Subject], task: Task | None):
        self._task = task
        super().__init__(sent, initial=_initial(task) if task else None)
        every = subjects(EVERYTHING).filter(unit__isnull=False).order_by("code")
        years = periods(kind=PeriodKind.NATURAL_YEAR)
        offer(self, year=years, responsible_unit=units, lead_unit=every, partner_units=every)
        if task is not None and task.deadline_on is not None:
            self.fields["deadline_on"].disabled = True

    def values(self) -> TaskValues:
        """Return the task that the form describes; a name of exactly one teacher is that person."""
        data = dict(self.cleaned_data)
        name = data["person_name"].strip()
        known = subjects(EVERYTHING, kind=SubjectKind.TEACHER)
        found = list(known.filter(name=name)[:2]) if name else []
        data |= {
            "kind": TaskKind(data["kind"]),
            "source": TaskSource(data["source"]),
            "attribute": TaskAttribute(data["attribute"]),
            "reports_every": int(data["reports_every"]),
            "partner_units": list(data["partner_units"]),
            "person": found[0] if len(found) == 1 else None,
        }
        return TaskValues(
            **data,
            source_text=self._task.source_text if self._task else data["basis"],
            deadline_text=self._task.deadline_text if self._task else "",
        )


def _initial(task: Task) -> dict[str, object]:
    names = [name for name in TaskForm.base_fields if name != "partner_units"]
    return {name: getattr(task, name) for name in names} | {
        "partner_units": list(task.partner_units.all())
    }


class LineForm(forms.Form):
    """One line of the monthly sheet「报送行」; a silent task may stay without a state."""

    state = forms.ChoiceField(
        choices=((one, one) for one in ("ON_TRACK", "DONE", "LATE")), required=False
    )
    text = forms.CharField(max_length=_MOST, required=False)
    cause_categories = forms.MultipleChoiceField(choices=tuple(CAUSE_WORDS.items()), required=False)
    cause = forms.CharField(max_length=_MOST, required=False)
    measure = forms.CharField(max_length=_MOST, required=False)
    asked_on = forms.DateField(required=False)
    seen = forms.CharField(max_length=64, required=False)

    def __init__(self, sent: QueryDict | None = None, *, line: SheetLine):
        self.line = line
        super().__init__(sent, prefix=f"task-{line.task.pk}", initial=_shown(line))

    def clean(self) -> dict[str, Any]:
        """Ask for cause and measure where a task is late; the action asks again."""
        data = super().clean() or self.cleaned_data
        if data.get("state") == ProgressState.LATE:
            if not data.get("cause", "").strip():
                self.add_error("cause", _("请用一句话说明为什么滞后。"))
            if not data.get("measure", "").strip():
                self.add_error("measure", _("请写明怎么补救。"))
        return data

    @property
    def shown(self) -> dict[str, Any]:
        """Return what the page shows in each field: what was sent, else what is known."""
        return {name: self[name].value() or "" for name in self.fields}

    def entry(self) -> SheetEntry | None:
        """Return what was said, or None where nothing was."""
        data = self.cleaned_data
        if not data["state"]:
            return None
        is_told = self.add_prefix("seen") in self.data
        seen = data["seen"] if is_told else None
        if self.add_prefix("text") not in self.data and self.line.now:
            # The page has no field for it; words that came another way stay.
            data = {**data, "text": self.line.now.text}
        return SheetEntry(**{**data, "state": ProgressState(data["state"]), "seen": seen})


def _shown(line: SheetLine) -> dict[str, object]:
    """Return what a line starts with: this month's report; for a late task last month's words."""
    known = line.now or line.before
    if known is None:
        return {}
    names = ("text", "cause_categories", "cause", "measure")
    values: dict[str, object] = {name: getattr(known, name) for name in names}
    change = line.change
    if line.now is not None:
        values["state"] = line.now.state
        if change is not None and change.state == "ASKED":
            values["asked_on"] = change.asked_on.isoformat()
    else:
        values["text"] = ""
    return values


class AskForm(forms.Form):
    """The wish for another date「时限调整申请」."""

    asked_on = forms.DateField(
        label=_("新时限"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(label=_("原因"), max_length=_MOST, widget=forms.Textarea(attrs=_AREA))
