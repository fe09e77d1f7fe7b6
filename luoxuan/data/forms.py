"""Shape of what people hand in."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.campus.queries import periods
from luoxuan.campus.rules import PeriodKind
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.models import Dataset
from luoxuan.data.rules import ImportMode

MODES = (
    (ImportMode.REPLACE, _("替换：用这个文件换下现有的行")),
    (ImportMode.APPEND, _("追加：保留现有的行")),
    (ImportMode.MERGE, _("合并：主键相同的行以这个文件为准")),
)
ENCODINGS = (
    ("", _("自动识别")),
    ("utf-8", "UTF-8"),
    ("gb18030", "GB18030 / GBK"),
    ("utf-16", "UTF-16"),
)


class FileForm(forms.Form):
    """A file by itself: a corrected copy of one that was handed in before."""

    file = forms.FileField(
        label=_("文件"),
        help_text=_("Excel（.xlsx）、CSV 或 Parquet"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv,.parquet"}),
    )
    receipt = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean_file(self) -> "UploadedFile[Any]":
        """Refuse what is larger than the limit before it is kept."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        most = settings.LUOXUAN_UPLOAD_BYTES
        if (file.size or 0) > most:
            raise forms.ValidationError(
                gettext("文件有 %(found)s MB，超过上限 %(limit)s MB。请分成几个文件。")
                % {"found": (file.size or 0) // 1024**2 + 1, "limit": most // 1024**2}
            )
        return file


class ImportForm(FileForm):
    """A file for a dataset「数据导入」: what it replaces and how it is read."""

    mode = forms.ChoiceField(label=_("导入方式"), choices=MODES, initial=ImportMode.REPLACE)
    period = forms.ChoiceField(label=_("时段"), required=False)
    encoding = forms.ChoiceField(label=_("编码"), choices=ENCODINGS, required=False)
    corrects = forms.CharField(widget=forms.HiddenInput, required=False, max_length=30)

    field_order = ("file", "mode", "period", "encoding")

    def __init__(self, *arguments: Any, dataset: Dataset, **named: Any) -> None:
        super().__init__(*arguments, **named)
        kinds = {dataset.period_kind, *dataset.date_kinds} - {""}
        known = [period for period in periods() if period.kind in kinds - {PeriodKind.FREE}]
        choices = [("", gettext("整个数据集"))]
        choices += [(period.code, text_of(period, "name") or period.code) for period in known]
        self._choices("period", choices)
        if not dataset.key:
            self._choices("mode", [choice for choice in MODES if choice[0] != ImportMode.MERGE])

    def _choices(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
