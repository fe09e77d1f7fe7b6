"""The words of the refusals of this package「提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "template_steps": gettext_noop(
        "循环模板“%(template)s”须有至少三个大循环环节，环节代码不得重复。"
    ),
    "template_small_loop": gettext_noop(
        "循环模板“%(template)s”的小循环环节须连在一起，排在大循环的交汇环节“%(step)s”之后。"
    ),
    "template_two_diagnoses": gettext_noop("循环模板“%(template)s”只能有一个诊断环节。"),
    "template_form_unwritten": gettext_noop(
        "循环模板“%(template)s”的环节“%(step)s”不是填写环节，不能带表单。"
    ),
    "template_over_budget": gettext_noop(
        "循环模板“%(template)s”要求填写 %(n)s 个环节，%(kind)s 每轮最多 %(most)s 个。"
    ),
    "template_unknown_name": gettext_noop(
        "循环模板“%(template)s”用到了没有的表单、方案、时段种类、对象类别或不能填写的角色：%(names)s"
    ),
    "cycle_subject_unfit": gettext_noop("“%(template)s”不适用于这类对象（%(kind)s）。"),
    "cycle_period_unfit": gettext_noop("“%(template)s”不按时段“%(period)s”这一种类运行。"),
    "next_period_missing": gettext_noop("校历中还没有“%(period)s”之后的时段，请先登记。"),
    "diagnosis_unfinished": gettext_noop("诊断还没有完成（冻结并审核），不能进入下一轮。"),
    "stage_not_asked": gettext_noop("这个环节不需要这样操作。"),
    "stage_done": gettext_noop("这个环节已经完成，内容不能再改。"),
    "stage_incomplete": gettext_noop("还有没填或填错的内容。"),
    "stage_moved": gettext_noop(
        "您填写期间，别处已保存了不同的内容。两份都在下面，请核对后再保存。"
    ),
    "diagnosis_frozen": gettext_noop("诊断已经冻结，内容不能再改。"),
    "diagnosis_incomplete": gettext_noop("还有 %(n)s 处没有填写或判断，不能冻结。"),
    "diagnosis_own": gettext_noop("自己填写的诊断须由他人审核。"),
    "diagnosis_not_waiting": gettext_noop("这份诊断现在不需要审核。"),
    "return_reason_missing": gettext_noop("退回时请写明原因。"),
    "unknown_cycle": gettext_noop("没有编号为 %(cycle)s 的循环。"),
    "unknown_template": gettext_noop("没有代码为“%(template)s”的循环模板。"),
}
