"""Shape of what people write about checks, rows and corrections."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from luoxuan.core.seen import SeenForm
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.models import Check, Dataset, Field
from luoxuan.data.quality.actions import CheckValues
from luoxuan.data.quality.blocks import DIMENSIONS, KINDS, MEASURES, SEVERITIES
from luoxuan.data.quality.rules import CheckKind, QualityDimension, Severity

_CODE = RegexValidator(r"\A[a-z][a-z0-9_.]*\Z", _("只用小写字母、数字、点和下划线，以字母开头。"))


class CheckForm(SeenForm):
    """A rule「校验规则」; which boxes matter follows from its kind."""

    title = forms.CharField(label=_("名称"), max_length=200)
    code = forms.CharField(label=_("代码"), max_length=100, validators=[_CODE])
    dataset = forms.ModelChoiceField(
        label=_("数据集"),
        queryset=Dataset.objects.filter(is_system=False),
        to_field_name="name",
        empty_label=None,
    )
    kind = forms.ChoiceField(label=_("类别"), choices=list(KINDS.items()))
    severity = forms.ChoiceField(
        label=_("严重程度"), choices=list(SEVERITIES.items()), initial=Severity.WARNING
    )
    dimension = forms.ChoiceField(
        label=_("计入"),
        choices=[("", _("按类别")), *DIMENSIONS.items()],
        required=False,
    )
    fields_text = forms.CharField(
        label=_("字段"), required=False, help_text=_("字段代码，多个用分号隔开，如 score;result")
    )
    condition = forms.CharField(
        label=_("条件（有效类）"), required=False, max_length=2000,
        help_text=_("合格的行满足的公式，如 成绩 >= 0 且 成绩 <= 100"),
    )  # fmt: skip
    applies = forms.CharField(
        label=_("只检查"), required=False, max_length=2000,
        help_text=_("可不填；只检查满足这个公式的行"),
    )  # fmt: skip
    reference = forms.ModelChoiceField(
        label=_("另一数据集（引用、一致类）"),
        queryset=Dataset.objects.filter(is_system=False),
        to_field_name="name",
        required=False,
    )
    matches_text = forms.CharField(
        label=_("对应字段"), required=False,
        help_text=_("本数据集的字段=另一数据集的字段，多个用分号隔开，如 course_code=class_code"),
    )  # fmt: skip
    other_field = forms.CharField(label=_("另一数据集的字段（一致类）"), required=False)
    measured = forms.ChoiceField(
        label=_("比较的量（一致、漂移类）"),
        choices=[("", "—"), *MEASURES.items()],
        required=False,
    )
    value = forms.CharField(label=_("编码（漂移类的比例）"), required=False, max_length=200)
    days = forms.IntegerField(
        label=_("时段结束后几天（及时类）"), required=False, min_value=0, max_value=3660
    )
    most_change = forms.DecimalField(
        label=_("最多变化 %（漂移类）"), required=False, min_value=0, max_digits=7,
        decimal_places=2,
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def clean_matches_text(self) -> str:
        """Refuse pairs without their sign."""
        text = str(self.cleaned_data["matches_text"])
        if any("=" not in pair for pair in text.split(";") if pair.strip()):
            raise forms.ValidationError(_("每一对须写成 字段=字段。"))
        return text

    def values(self) -> CheckValues:
        """Return what was written."""
        data = self.cleaned_data
        pairs = [pair.partition("=") for pair in data["matches_text"].split(";") if pair.strip()]
        return CheckValues(
            code=data["code"],
            dataset=data["dataset"],
            kind=CheckKind(data["kind"]),
            title=data["title"],
            severity=Severity(data["severity"]),
            dimension=QualityDimension(data["dimension"]) if data["dimension"] else None,
            fields=[name.strip() for name in data["fields_text"].split(";") if name.strip()],
            condition=data["condition"],
            applies=data["applies"],
            reference=data["reference"],
            matches={mine.strip(): theirs.strip() for mine, _, theirs in pairs},
            other_field=data["other_field"].strip(),
            measured=data["measured"],
            value=data["value"],
            days=data["days"] or 0,
            most_change=data["most_change"],
            is_active=data["is_active"],
        )


def initial_of(check: Check) -> dict[str, Any]:
    """Return what the form shows of a rule."""
    names = (
        "title", "code", "kind", "severity", "dimension", "condition", "applies", "other_field",
        "measured", "value", "days", "most_change", "is_active",
    )  # fmt: skip
    return {
        **{name: getattr(check, name) for name in names},
        "dataset": check.dataset.name,
        "reference": check.reference.name if check.reference else None,
        "fields_text": ";".join(check.fields),
        "matches_text": ";".join(f"{mine}={theirs}" for mine, theirs in check.matches.items()),
    }


class CorrectionForm(forms.Form):
    """Which value is wrong, what it should be and why「数据有误」."""

    field = forms.ChoiceField(label=_("哪一项有误"))
    after = forms.CharField(
        label=_("应为"), max_length=1000, required=False, help_text=_("留空表示应当没有值")
    )
    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["field"] = forms.ChoiceField(label=_("哪一项有误"), choices=choices)


class NumberForm(forms.Form):
    """Which number is wrong「数字有误」: the data it comes from, what it should be and why."""

    dataset = forms.ChoiceField(label=_("问题可能出在"))
    after = forms.CharField(
        label=_("应为"), max_length=200, required=False, help_text=_("不知道可以不填")
    )
    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["dataset"] = forms.ChoiceField(label=_("问题可能出在"), choices=choices)


class RowForm(forms.Form):
    """One rejected row「待改正行」, a box for each field with its reason beside it."""

    def __init__(self, *args: Any, columns: Sequence[Field], **named: Any) -> None:
        super().__init__(*args, **named)
        for column in columns:
            self.fields[column.name] = forms.CharField(
                label=text_of(column, "title"), max_length=5000, required=False, strip=False
            )

    def texts(self) -> dict[str, str]:
        """Return the texts by field."""
        return {name: str(text) for name, text in self.cleaned_data.items()}
