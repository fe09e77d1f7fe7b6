"""The words of the refusals of online filling「提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "collection_without_place": gettext_noop(
        "“%(dataset)s”没有表明部门或人员的字段，不能按部门或人员填报。"
    ),
    "collection_field_owned": gettext_noop(
        "“%(field)s”归“%(dataset)s”维护，由系统带入，不再要求填报。"
    ),
    "collection_field_unknown": gettext_noop("“%(field)s”不是可以填报的字段。"),
    "collection_lacks_required": gettext_noop("必填的字段没有选上：%(fields)s。"),
    "collection_needs_title": gettext_noop("请写采集任务的名称。"),
    "collection_asks_nobody": gettext_noop("请选择填报的部门或人员。"),
    "collection_due_in_past": gettext_noop("截止日期不能早于今天。"),
    "collection_bad_reminders": gettext_noop(
        "提醒最多 %(most)s 次，提前天数是 1 到 %(longest)s 的整数。"
    ),
    "collection_too_large": gettext_noop(
        "“%(name)s”已有 %(n)s 行，在线表格最多 %(most)s 行。"
        "请少选填报对象，或请对方到数据集页面下载模板、用文件导入。"
    ),
    "collection_needs_period": gettext_noop("这个数据集按时段填报，请选择时段。"),
    "collection_other_period": gettext_noop("时段“%(period)s”与这个数据集的时段类别不同。"),
    "collection_needs_reason": gettext_noop("请写明撤回的理由。"),
    "collection_has_accepted": gettext_noop("已有通过的填报，不能撤回；可以结束采集。"),
    "collection_ended": gettext_noop("这项采集已经结束或撤回。"),
    "submission_moved": gettext_noop(
        "您填写期间，别处已保存了不同的内容。两份都在下面，请核对后再保存。"
    ),
    "submission_unsound": gettext_noop("有 %(n)s 处没有填对，已标在格子上，改好后再提交。"),
    "submission_handed_in": gettext_noop("已经提交，退回以后才能修改。"),
    "submission_not_handed_in": gettext_noop("只有已提交的填报单才能审核。"),
    "submission_not_accepted": gettext_noop("只有已通过的填报单才能解锁。"),
    "submission_too_many_rows": gettext_noop("一张填报单最多 %(most)s 行，更多请用文件导入。"),
    "submitter_may_not_check": gettext_noop("提交人不能审核自己的填报，请由另一人审核。"),
    "unlock_needs_fields_and_reason": gettext_noop("请选择要解锁的字段，并写明理由。"),
    "submission_return_needs_reason": gettext_noop("退回必须写明理由。"),
    "row_needs_reason": gettext_noop("请写明为什么新增、修改或删除这一行。"),
    "row_needs_key": gettext_noop("“%(dataset)s”没有主键，不能逐行修改。"),
    "row_unknown": gettext_noop("没有这一行，它可能已被改过或删除。"),
    "row_changed": gettext_noop("您打开以后这一行已被别人改过，请重新打开再改。"),
    "row_unsound": gettext_noop("有 %(n)s 处没有填对，已标在格子上。"),
    "unknown_collection": gettext_noop("没有编号为“%(collection)s”的采集任务。"),
}
