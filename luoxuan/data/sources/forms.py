"""Shape of what people write about a source."""

from datetime import time
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.core.seen import SeenForm
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.models import Dataset, Source
from luoxuan.data.sources.actions import SourceValues
from luoxuan.data.sources.blocks import KINDS
from luoxuan.data.sources.rules import PullMode, SourceKind

MODES = (
    (PullMode.FULL, _("全量：每次换下现有的行")),
    (PullMode.INCREMENTAL, _("增量：只取新的和改过的行，按主键合并")),
)
_NAME = RegexValidator(r"\A[a-z][a-z0-9_]*\Z", _("只用小写字母、数字和下划线，以字母开头。"))

# Rows are there when people come; a source that nobody thinks of again would stay empty otherwise.
_EVERY_MORNING = time(6, 0)
_GROUPS = (
    (_("数据进到哪里"), ("title", "name", "dataset")),
    (_("从哪里取"), ("kind", "address", "user", "secret")),
    (_("取什么"), ("selection", "next_page", "line_pattern", "mode", "watermark_column")),
    (_("什么时候取"), ("every_minutes", "daily_at")),
    (_("限度"), ("least_share", "most_rows", "most_seconds")),
)


class SourceForm(SeenForm):
    """Where rows come from「数据源」, into which dataset, how often; the secret is never shown."""

    title = forms.CharField(label=_("名称"), max_length=200)
    name = forms.CharField(
        label=_("代码"),
        max_length=63,
        validators=[_NAME],
        help_text=_("命令和日志里用，例如 scores"),
    )
    dataset = forms.ModelChoiceField(
        label=_("进入的数据集"), queryset=Dataset.objects.filter(is_system=False), empty_label=None
    )
    kind = forms.ChoiceField(label=_("类别"), choices=list(KINDS.items()))
    address = forms.CharField(
        label=_("地址"),
        max_length=500,
        help_text=_(
            "postgresql://主机:端口/库名、sqlite:///文件名、https://…，或收件目录下的文件夹名；"
            "不要写用户名和密码"
        ),
    )
    user = forms.CharField(label=_("用户名"), max_length=200, required=False)
    secret = forms.CharField(
        label=_("密码或令牌"),
        max_length=1000,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("加密保存，不再显示；留空表示不改。改了地址或用户名须重新填写"),
    )
    selection = forms.CharField(
        label=_("表、查询、列表位置或文件名"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text=_(
            "数据库写表名或一条查询；接口写列表的 JSON 指针，如 /data，"
            "地址直接给出 CSV 文件时写 csv；目录写 *.xlsx 或 *.log"
        ),
    )
    next_page = forms.CharField(
        label=_("翻页"),
        required=False,
        max_length=200,
        help_text=_("只用于接口：下一页地址的 JSON 指针（以 / 开头），或页码参数的名称"),
    )
    line_pattern = forms.CharField(
        label=_("日志行的格式"),
        required=False,
        max_length=1000,
        strip=False,
        help_text=_(
            "只用于目录里的机器日志：RE2 正则表达式，每组的名称就是列名，"
            "例如 (?P<at>[0-9:. -]+) (?P<ip>[0-9.]+)；不符合的行跳过并计数"
        ),
    )
    mode = forms.ChoiceField(label=_("采集方式"), choices=MODES)
    watermark_column = forms.CharField(
        label=_("水位列"),
        required=False,
        max_length=200,
        help_text=_("增量采集用：只会变大的列，如更新时间"),
    )
    every_minutes = forms.IntegerField(
        label=_("每隔几分钟"), required=False, min_value=5, max_value=10_080
    )
    daily_at = forms.TimeField(
        label=_("每天几点"),
        required=False,
        initial=_EVERY_MORNING,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("两项都不填就只在手工启动时采集"),
    )
    least_share = forms.IntegerField(
        label=_("行数下限（%）"),
        min_value=0,
        max_value=100,
        initial=80,
        help_text=_("全量采集少于现行版本的这个比例时先保留，由人决定"),
    )
    most_rows = forms.IntegerField(
        label=_("最多行数"), min_value=1, max_value=1_000_000, initial=1_000_000
    )
    most_seconds = forms.IntegerField(
        label=_("最长时间（秒）"), min_value=5, max_value=3600, initial=300
    )

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields under the questions that they answer."""
        return [(str(title), [self[name] for name in names]) for title, names in _GROUPS]

    def clean(self) -> dict[str, Any]:
        """Refuse two schedules at once; a time that was only proposed gives way."""
        super().clean()
        cleaned: dict[str, Any] = dict(self.cleaned_data)
        is_proposed = self._stored is None and "daily_at" not in self.changed_data
        if cleaned.get("every_minutes") and is_proposed:
            cleaned["daily_at"] = None
        if cleaned.get("every_minutes") and cleaned.get("daily_at"):
            self.add_error("daily_at", gettext("“每隔几分钟”和“每天几点”只能填一项。"))
        return cleaned

    def values(self) -> SourceValues:
        """Return what was written, as the action takes it."""
        told = dict(self.cleaned_data)
        kind, mode = SourceKind(told.pop("kind")), PullMode(told.pop("mode"))
        return SourceValues(kind=kind, mode=mode, **told)


def initial_of(source: Source) -> dict[str, Any]:
    """Return a source as its form shows it, without its secret."""
    names = set(SourceForm.base_fields) - {"secret", "user", "next_page", "line_pattern"}
    return {**{name: getattr(source, name) for name in names}, **source.options}


class ColumnsForm(forms.Form):
    """Which column belongs to which field「列的对应」; the empty choice leaves a column out."""

    def __init__(self, *arguments: Any, source: Source, told: dict[str, str], **named: Any) -> None:
        super().__init__(*arguments, **named)
        fields = [field for field in source.dataset.fields.all() if not field.formula]
        choices = [("", gettext("不采集"))]
        choices += [(field.name, text_of(field, "title") or field.name) for field in fields]
        self._columns = list(told)
        for position, (column, field) in enumerate(told.items()):
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=column, choices=choices, initial=field, required=False
            )

    def mapping(self) -> dict[str, str]:
        """Return the field of each column."""
        return {
            column: self.cleaned_data[f"column_{position}"]
            for position, column in enumerate(self._columns)
        }
