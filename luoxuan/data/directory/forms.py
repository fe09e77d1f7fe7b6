"""Shape of what people write in the data directory."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.campus.choices import NamedChoice, offer
from luoxuan.campus.models import Subject
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.directory.blocks import FUNCTIONS, REQUEST_STATES
from luoxuan.data.directory.comparison import Side
from luoxuan.data.directory.rules import ANSWERS, StatisticFunction
from luoxuan.data.directory.statistics import NUMBERS, condition_sql, groupable
from luoxuan.data.formula import FormulaRefused, describe
from luoxuan.data.formula.types import FieldInfo
from luoxuan.data.models import Dataset, Statistic
from luoxuan.data.queries import Definitions


class RequestForm(forms.Form):
    """What a unit asks for「数据需求」."""

    subject = NamedChoice(label=_("提出部门"), queryset=Subject.objects.none(), empty_label=None)
    title = forms.CharField(label=_("需要什么数据"), max_length=200)
    purpose = forms.CharField(
        label=_("用来做什么"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写清用途，信息中心才能判断给什么、给到哪一级。"),
    )
    wanted = forms.CharField(
        label=_("要哪些字段、什么范围"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    needed_by = forms.DateField(
        label=_("最晚什么时候要"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *arguments: Any, units: QuerySet[Subject], **named: Any) -> None:
        super().__init__(*arguments, **named)
        offer(self, subject=units)


class AnswerForm(forms.Form):
    """What the information centre answers「答复」."""

    state = forms.ChoiceField(
        label=_("结论"), choices=[(state, REQUEST_STATES[state][1]) for state in ANSWERS]
    )
    dataset = NamedChoice(
        word="title",
        label=_("提供哪个数据集"),
        queryset=Dataset.objects.filter(is_system=False),
        required=False,
        empty_label=_("不是数据集"),
    )
    planned_on = forms.DateField(
        label=_("计划哪一天提供"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    answer = forms.CharField(
        label=_("说明或理由"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不提供须写明理由。"),
    )


class StatisticForm(forms.Form):
    """What to count of a dataset「统计表」: by which fields, under which condition."""

    group = forms.ChoiceField(label=_("按什么分组"), required=False)
    group_2 = forms.ChoiceField(label=_("再按什么分组"), required=False)
    function = forms.ChoiceField(label=_("统计什么"), choices=list(FUNCTIONS.items()))
    field = forms.ChoiceField(label=_("哪个数"), required=False)
    condition = forms.CharField(
        label=_("条件"),
        max_length=1000,
        required=False,
        help_text=_("可以不写。写法与指标公式相同，例如 【得分】 >= 60"),
    )

    def __init__(self, *arguments: Any, dataset: Dataset, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.dataset = dataset
        self.infos = Definitions().fields_of(dataset.name)
        groups = [(info.name, title_of(info)) for info in groupable(dataset, self.infos)]
        numbers = [(info.name, title_of(info)) for info in self.infos if info.type in NUMBERS]
        none = gettext("不分组")
        self._offer(group=[("", none), *groups], group_2=[("", none), *groups])
        self._offer(field=[("", gettext("不用")), *numbers])

    def _offer(self, **offered: list[tuple[str, str]]) -> None:
        for name, choices in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def clean_condition(self) -> str:
        """Refuse a condition that the formula language does not understand, with the place."""
        text = str(self.cleaned_data["condition"]).strip()
        try:
            condition_sql(text, self.infos)
        except FormulaRefused as refused:
            language = "en" if (get_language() or "").startswith("en") else "zh"
            raise forms.ValidationError(describe(refused, language)) from refused
        except Refused as refused:
            raise forms.ValidationError(refusal_text(refused.code, refused.facts)) from refused
        return text

    def statistic(self) -> Statistic:
        """Return what was written as a statistic that is not kept yet."""
        told = self.cleaned_data
        groups = [name for name in dict.fromkeys((told["group"], told["group_2"])) if name]
        needs_field = told["function"] in (StatisticFunction.SUM, StatisticFunction.MEAN)
        return Statistic(
            dataset=self.dataset, groups=groups, function=told["function"],
            field=told["field"] if needs_field else "", condition=told["condition"],
        )  # fmt: skip


class KeepForm(forms.Form):
    """Under which name a statistic is kept「保存统计表」, and whether others see it."""

    title = forms.CharField(label=_("名称"), max_length=200)
    is_shared = forms.BooleanField(label=_("让同事也能看到"), required=False)


def title_of(info: FieldInfo) -> str:
    """Return the title of a field in the reader's language, else its name."""
    if (get_language() or "").startswith("en") and len(info.titles) > 1:
        return info.titles[1]
    return (info.titles or (info.name,))[0]


class ComparisonForm(forms.Form):
    """Which two tables are compared「数据比对」, at which versions and by which key."""

    here = NamedChoice(
        word="title", label=_("这一边"), queryset=Dataset.objects.none(), to_field_name="name"
    )
    here_number = forms.IntegerField(
        label=_("第几版"), required=False, min_value=1, max_value=10**9
    )
    there = NamedChoice(
        word="title", label=_("那一边"), queryset=Dataset.objects.none(), to_field_name="name"
    )
    there_number = forms.IntegerField(
        label=_("那边第几版"), required=False, min_value=1, max_value=10**9
    )
    key = forms.CharField(
        label=_("按哪些字段对上"),
        max_length=500,
        required=False,
        help_text=_("字段代码，用逗号隔开；不写就用前者的主键"),
    )

    def __init__(self, *arguments: Any, offered: QuerySet[Dataset], **named: Any) -> None:
        super().__init__(*arguments, **named)
        offer(self, here=offered, there=offered)

    def sides(self) -> tuple[Side, Side]:
        """Return both tables; without a number the version in force."""
        told = self.cleaned_data
        here, there = told["here"], told["there"]
        return (
            Side(here, told["here_number"] or here.current_number),
            Side(there, told["there_number"] or there.current_number),
        )

    def key_fields(self) -> list[str]:
        """Return the fields by which rows find each other."""
        text = str(self.cleaned_data["key"]).replace("，", ",")
        named = [name.strip() for name in text.split(",") if name.strip()]
        return named or list(self.cleaned_data["here"].key)
