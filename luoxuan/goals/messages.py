"""The words of the refusals of this package「提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "report_moved": gettext_noop(
        "您打开本页以后，“%(task)s”已有人另报。下面是您填写的内容，没有保存；请核对，再保存一次。"
    ),
    "task_already_there": gettext_noop("本年度已有来源和名称相同的任务“%(task)s”。"),
    "deadline_fixed": gettext_noop("“%(task)s”的时限只能通过时限调整审批来改。"),
    "standard_missing": gettext_noop("“%(task)s”还没有写考核标准。"),
    "may_not_sign": gettext_noop("“%(task)s”的考核标准不由您签，或者您这一方已经签过。"),
    "date_not_new": gettext_noop("“%(task)s”申请的新时限 %(day)s 须晚于原时限。"),
    "change_already_asked": gettext_noop("“%(task)s”已有一项时限调整在等待审批。"),
    "change_already_decided": gettext_noop("“%(task)s”的时限调整已有人审批。"),
    "asker_may_not_decide": gettext_noop("“%(task)s”的时限调整是您申请的，须由他人审批。"),
    "change_needs_reason": gettext_noop("请写明“%(task)s”调整时限的原因。"),
    "refusal_needs_note": gettext_noop("不批准“%(task)s”的新时限时，请写明理由。"),
    "late_needs_cause": gettext_noop("“%(task)s”报为滞后，请写明原因和措施。"),
    "sheet_closed": gettext_noop("%(month)s报送单已提交；退回后才能修改。"),
    "sheet_incomplete": gettext_noop("还有 %(n)s 项没有填，例如“%(task)s”。"),
    "sheet_not_submitted": gettext_noop("这份报送单还没有提交。"),
    "submitter_may_not_receive": gettext_noop("这份报送单是您提交的，须由他人接收。"),
    "return_needs_reason": gettext_noop("退回报送单时，请写明理由。"),
    "unknown_line": gettext_noop("%(month)s报送单上没有这项任务。"),
}
