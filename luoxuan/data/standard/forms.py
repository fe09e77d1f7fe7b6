"""Shape of what people write about datasets, fields and codes."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from luoxuan.core.templatetags.words import text_of, type_words
from luoxuan.data.formula.types import FieldType
from luoxuan.data.models import CodeList, Dataset, Field
from luoxuan.data.standard.blocks import BASES, CLASSES, LEVELS, SYSTEMS
from luoxuan.data.standard.queries import themes
from luoxuan.data.standard.rules import lines_of

_NAME = RegexValidator(r"\A[a-z][a-z0-9_]{0,62}\Z", _("只用小写字母、数字和下划线，以字母开头。"))
_EMPTY = ("", _("未定"))


def _area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class StandardForm(forms.Form):
    """The words and duties of a dataset「数据集标准」; a reason is asked for every change."""

    title = forms.CharField(label=_("名称"), max_length=200)
    title_en = forms.CharField(label=_("英文名称"), max_length=200, required=False)
    about = forms.CharField(label=_("说明"), required=False, max_length=4000, widget=_area())
    about_en = forms.CharField(label=_("英文说明"), required=False, max_length=4000, widget=_area())
    owner_unit = forms.CharField(
        label=_("责任部门"), max_length=100, required=False, help_text=_("部门代码；这些数据归它管")
    )
    collector = forms.CharField(
        label=_("采集"), max_length=100, required=False, help_text=_("部门、岗位或角色的代码")
    )
    auditor = forms.CharField(
        label=_("审核"), max_length=100, required=False, help_text=_("部门、岗位或角色的代码")
    )
    recipients = forms.CharField(
        label=_("使用者"), max_length=1000, required=False, help_text=_("代码之间用空格隔开")
    )
    due_day = forms.IntegerField(
        label=_("期后几天内"), min_value=0, max_value=3660, required=False,
        help_text=_("时段结束以后几天之内必须齐全"),
    )  # fmt: skip
    time_basis = forms.ChoiceField(
        label=_("时间口径"), required=False, choices=[_EMPTY, *BASES.items()]
    )
    theme = forms.ChoiceField(label=_("主题"), required=False)
    system = forms.ChoiceField(
        label=_("所属系统"), required=False, choices=[_EMPTY, *SYSTEMS.items()],
        help_text=_("质量保证的五个系统中，它首先服务于哪一个"),
    )  # fmt: skip
    sensitivity_level = forms.TypedChoiceField(
        label=_("敏感级别"), required=False, coerce=int, empty_value=None,
        choices=[_EMPTY, *LEVELS.items()],
    )  # fmt: skip
    retention_years = forms.IntegerField(
        label=_("保存年限"), min_value=0, max_value=200, required=False
    )
    follows = forms.CharField(label=_("依据的标准"), max_length=200, required=False)
    key = forms.CharField(
        label=_("主键"), max_length=500, required=False,
        help_text=_("字段名之间用空格隔开；没有主键时每行是一个事件"),
    )  # fmt: skip
    reason = forms.CharField(label=_("修改的理由"), max_length=500)
    number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, theme: str = "", **named: Any) -> None:
        super().__init__(*arguments, **named)
        known = [(row.code, text_of(row, "title")) for row in themes()]
        if theme and theme not in dict(known):
            known.append((theme, theme))
        self.fields["theme"].choices = [_EMPTY, *known]  # type: ignore[attr-defined]


class FieldForm(forms.Form):
    """One column「字段」: what it means and what it may hold."""

    name = forms.CharField(label=_("字段名"), max_length=63, validators=[_NAME])
    title = forms.CharField(label=_("名称"), max_length=200)
    title_en = forms.CharField(label=_("英文名称"), max_length=200, required=False)
    type = forms.ChoiceField(label=_("类型"))
    decimals = forms.IntegerField(
        label=_("小数位"), min_value=0, max_value=6, required=False, help_text=_("只用于小数")
    )
    is_required = forms.BooleanField(label=_("必填"), required=False)
    code_list = forms.ChoiceField(label=_("编码表"), required=False)
    minimum = forms.DecimalField(label=_("下限"), max_digits=18, decimal_places=6, required=False)
    maximum = forms.DecimalField(label=_("上限"), max_digits=18, decimal_places=6, required=False)
    pattern = forms.CharField(
        label=_("格式"), max_length=1000, required=False, strip=False,
        help_text=_("正则表达式（RE2），须与整格内容相符，例如 [0-9]{8}"),
    )  # fmt: skip
    formula = forms.CharField(
        label=_("公式"), max_length=10_000, required=False, widget=_area(),
        help_text=_("写了公式的字段在导入时由同一行计算，文件里不用有这一列"),
    )  # fmt: skip
    measured_in = forms.CharField(label=_("计量单位"), max_length=30, required=False)
    about = forms.CharField(label=_("含义"), max_length=4000, required=False, widget=_area())
    about_en = forms.CharField(label=_("英文含义"), max_length=4000, required=False, widget=_area())
    source_standard = forms.CharField(label=_("来源标准"), max_length=100, required=False)
    source_code = forms.CharField(label=_("标准编号"), max_length=50, required=False)
    owned_by = forms.CharField(
        label=_("权威字段"), max_length=130, required=False,
        help_text=_("这一列只是重复别处的值时，写“数据集.字段”"),
    )  # fmt: skip
    sensitivity = forms.ChoiceField(label=_("个人信息"), required=False, choices=CLASSES.items())
    headers = forms.CharField(
        label=_("也认得的列名"), max_length=4000, required=False, widget=_area(),
        help_text=_("每行一个"),
    )  # fmt: skip
    reason = forms.CharField(label=_("修改的理由"), max_length=500)
    number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, is_known: bool = False, **named: Any) -> None:
        super().__init__(*arguments, **named)
        lists = CodeList.objects.values_list("name", flat=True)
        self.fields["type"].choices = [(kind, type_words(kind)) for kind in FieldType]  # type: ignore[attr-defined]
        self.fields["code_list"].choices = [_EMPTY, *((name, name) for name in lists)]  # type: ignore[attr-defined]
        if is_known:
            self.fields["name"].disabled = True

    def entry(self) -> dict[str, Any]:
        """Return what was written as the file of a dataset would say it."""
        told = {name: value for name, value in self.cleaned_data.items() if value is not None}
        told.pop("reason"), told.pop("number")
        told["header"] = lines_of(told.pop("headers"))
        told["required"] = told.pop("is_required")
        return told


def field_initial(row: Field) -> dict[str, Any]:
    """Return a field as its form shows it."""
    initial = {name: getattr(row, name) for name in FieldForm.base_fields if hasattr(row, name)}
    for limit in ("minimum", "maximum"):
        if initial[limit] is not None:
            initial[limit] = f"{initial[limit].normalize():f}"
    return {
        **initial,
        "code_list": row.code_list.name if row.code_list else "",
        "headers": "\n".join(row.headers),
    }


def standard_initial(row: Dataset) -> dict[str, Any]:
    """Return a dataset as its form shows it."""
    initial = {name: getattr(row, name) for name in StandardForm.base_fields if hasattr(row, name)}
    lists = {"key": " ".join(row.key), "recipients": " ".join(row.recipients)}
    return {**initial, **lists, "number": row.definition_number}


class CodesForm(forms.Form):
    """The codes of a list「编码表」: one in each line, value | title | English title."""

    codes = forms.CharField(
        label=_("编码"), max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 14, "translate": "no"}),
        help_text=_(
            "每行一个：编码 | 名称 | 英文名称 | 启用日 | 停用日；名称与编码相同时只写编码。"
            "停用的编码从停用日起不能再填，已有的行不变；日期写成 2026-09-01"
        ),
    )  # fmt: skip
    before = forms.CharField(widget=forms.HiddenInput, required=False)


class NewCodesForm(CodesForm):
    """A new list of codes「新建编码表」: its name and its codes."""

    name = forms.CharField(
        label=_("编码表的名称"), max_length=63, validators=[_NAME],
        help_text=_("用于字段和文件，例如 course_kind"),
    )  # fmt: skip
    field_order = ("name", "codes")

    def clean_name(self) -> str:
        """Refuse the word that the address of this page holds."""
        name = str(self.cleaned_data["name"])
        if name == "new":
            raise forms.ValidationError(_("请换一个名称。"))
        return name


class UploadForm(forms.Form):
    """A file of people's own「上传文件」."""

    file = forms.FileField(
        label=_("文件"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"})
    )

    def clean_file(self) -> "UploadedFile[Any]":
        """Refuse what is larger than the limit before it is kept."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.LUOXUAN_UPLOAD_BYTES:
            raise forms.ValidationError(_("文件过大，请分成几个文件。"))
        return file


class NewDatasetForm(forms.Form):
    """A dataset「数据集」 that a file brought: its words and one line for each column."""

    name = forms.CharField(
        label=_("代码"),
        max_length=63,
        validators=[_NAME],
        help_text=_("用于地址和命令，例如 lodging"),
    )
    title = forms.CharField(label=_("名称"), max_length=200)
    title_en = forms.CharField(label=_("英文名称"), max_length=200, required=False)
    n_columns = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=500)

    def __init__(self, *arguments: Any, n_columns: int, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.width = n_columns
        kinds = [(kind, type_words(kind)) for kind in FieldType if kind != FieldType.CODE]
        for place in range(n_columns):
            made: dict[str, forms.Field] = {
                "header": forms.CharField(widget=forms.HiddenInput, max_length=200),
                "name": forms.CharField(label=_("字段名"), max_length=63, validators=[_NAME]),
                "type": forms.ChoiceField(label=_("类型"), choices=kinds),
                "decimals": forms.IntegerField(
                    label=_("小数位"), min_value=0, max_value=6, required=False
                ),
                "required": forms.BooleanField(label=_("必填"), required=False),
                "key": forms.BooleanField(label=_("主键"), required=False),
            }
            for name, field in made.items():
                self.fields[f"{name}_{place}"] = field

    def columns(self) -> list[dict[str, Any]]:
        """Return the bound fields of each column, for the page."""
        names = ("header", "name", "type", "decimals", "required", "key")
        return [{name: self[f"{name}_{place}"] for name in names} for place in range(self.width)]

    def table(self) -> dict[str, Any]:
        """Return the dataset as its file would say it."""
        told = self.cleaned_data
        fields = [
            {
                "name": told[f"name_{place}"],
                "title": told[f"header_{place}"],
                "type": told[f"type_{place}"],
                "decimals": told[f"decimals_{place}"] or 0,
                "required": told[f"required_{place}"] or told[f"key_{place}"],
            }
            for place in range(self.width)
        ]
        key = [told[f"name_{place}"] for place in range(self.width) if told[f"key_{place}"]]
        words = {name: told[name] for name in ("title", "title_en")}
        return {**words, "file": f"{told['name']}.csv", "key": key, "field": fields}
