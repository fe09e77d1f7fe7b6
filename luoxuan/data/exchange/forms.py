"""Shape of what people write about bundles."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from luoxuan.data.evidence_files import MOST_BYTES
from luoxuan.data.exchange.queries import periods_of
from luoxuan.data.models import ExchangePackage

_SHA256 = RegexValidator(r"\A[0-9a-fA-F]{64}\Z", _("校验值是 64 位十六进制数。"))


class BuildForm(forms.Form):
    """What a bundle is built of「生成数据包」: one choice of package and period."""

    chosen = forms.ChoiceField(label=_("交换包和时段"))

    def __init__(
        self, packages: list[ExchangePackage], *args: Any, on: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = {
            f"{package.code}:{period.code}": (package, period)
            for package in packages
            for period in periods_of(package)
            if period.start_on is None or period.start_on <= on
        }
        field = self.fields["chosen"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (key, f"{package.title} · {period.name}")
                for key, (package, period) in self.known.items()
            ]


class HandOverForm(forms.Form):
    """When and how a bundle was handed over「上报登记」."""

    on = forms.DateField(label=_("上报日期"), widget=forms.DateInput(attrs={"type": "date"}))
    way = forms.CharField(
        label=_("上报方式"), max_length=200, help_text=_("例如：平台上传、光盘报送")
    )


class ReceiptForm(forms.Form):
    """The receipt of the receiver「回执登记」."""

    number = forms.CharField(label=_("回执编号"), max_length=100)
    on = forms.DateField(label=_("回执日期"), widget=forms.DateInput(attrs={"type": "date"}))
    file = forms.FileField(
        label=_("回执文件"), help_text=_("PDF、图片、DOCX、XLSX 或文本，最大 50 MB")
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("文件过大。"))
        return file


class ReturnForm(forms.Form):
    """Why a leader does not sign「退回」."""

    reason = forms.CharField(
        label=_("退回的原因"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class RejectionForm(forms.Form):
    """What the receiver said who did not take a bundle「接收方退回」."""

    reason = forms.CharField(
        label=_("接收方退回的原因"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    on = forms.DateField(label=_("退回日期"), widget=forms.DateInput(attrs={"type": "date"}))
    file = forms.FileField(label=_("接收方的文件（可不填）"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It stands on one page with the form of the receipt.
        super().__init__(*args, **{"auto_id": "reject_%s", **kwargs})

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(_("文件过大。"))
        return file


class FileForm(forms.Form):
    """A file that comes in「上传文件」: a bundle, or a table that a receiver returned."""

    file = forms.FileField(label=_("文件"))


class VerifyForm(forms.Form):
    """What is verified「核验数据包」: a hash or the file itself."""

    sha256 = forms.CharField(
        label=_("校验值（SHA-256）"), required=False, validators=[_SHA256], max_length=64
    )
    file = forms.FileField(label=_("或数据包文件"), required=False)
