"""The words of the refusals of this package「提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "document_frozen": gettext_noop("报告已提交或已撤回，不能再改动。"),
    "document_not_waiting": gettext_noop("报告不在待签发状态。"),
    "document_own_signature": gettext_noop("报告人不能签发自己的报告。"),
    "nothing_to_report": gettext_noop(
        "“%(subject)s”在%(period)s没有教学班、指标值或循环，没有可报告的内容。"
    ),
    "document_needs_reason": gettext_noop("请写明理由。"),
    "document_unfit_subject": gettext_noop("“%(subject)s”不能出具这类报告。"),
    "provenance_mistyped": gettext_noop("编号“%(id)s”有误：与校验位不符，请逐位核对。"),
    "provenance_unknown": gettext_noop("没有编号为“%(id)s”的数值。"),
}
