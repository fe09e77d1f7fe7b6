"""The words of the refusals of this package「提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "problem_missing": gettext_noop("请写明存在的问题。"),
    "measure_missing": gettext_noop("请写明措施：谁，做什么，到哪天。"),
    "responsible_missing": gettext_noop("请指定责任人。"),
    "cause_missing": gettext_noop("请至少点选一个原因，或写明原因。"),
    "cause_unknown": gettext_noop("没有代码为“%(cause)s”的原因类别。"),
    "improvement_already_closed": gettext_noop("这项改进已经关闭，不能再改。"),
    "improvement_not_planned": gettext_noop("还没有制定措施，不能报告落实。"),
    "measure_not_in_place": gettext_noop("措施还没有落实，不能查证。"),
    "verifier_is_responsible": gettext_noop("责任人不能查证自己的改进，请由他人查证。"),
    "proof_missing": gettext_noop("请选择佐证材料，或写明查证情况。"),
    "evidence_withdrawn": gettext_noop("这份佐证材料已经撤回，不能作为证明。"),
    "reason_missing": gettext_noop("请写明理由。"),
}
