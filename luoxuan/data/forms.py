"""Shape of what people hand in."""

from django import forms
from django.utils.translation import gettext_lazy as _

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


class ImportForm(forms.Form):
    """A file for a dataset「数据导入」."""

    file = forms.FileField(label=_("文件"), help_text=_("CSV 或 Parquet"))
    mode = forms.ChoiceField(label=_("导入方式"), choices=MODES, initial=ImportMode.REPLACE)
    encoding = forms.ChoiceField(label=_("编码"), choices=ENCODINGS, required=False)
    dry_run = forms.BooleanField(label=_("只检查，不写入"), required=False)
