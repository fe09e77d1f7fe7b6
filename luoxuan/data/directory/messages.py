"""The words of the refusals of the data directory「提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "statistic_condition_no_boolean": gettext_noop("条件须是“是或否”的式子，例如 【得分】 >= 60。"),
    "statistic_group_unfit": gettext_noop("不能按“%(field)s”分组：只能按部门、时段、代码和是否。"),
    "statistic_field_no_number": gettext_noop("“%(field)s”不是数，不能求和或平均。"),
    "statistic_without_persons": gettext_noop("“%(dataset)s”的行不是关于人的，不能数人数。"),
    "statistic_too_many_groups": gettext_noop("分组超过 %(most)s 行，请换一个分组或加条件。"),
    "statistic_title_taken": gettext_noop("您已有名为“%(title)s”的统计表。"),
    "request_answered_by_asker": gettext_noop("提出需求的人不能答复自己的需求，请由他人答复。"),
    "request_not_waiting": gettext_noop("这项需求已经有了结论，不能再答复。"),
    "request_not_own": gettext_noop("只能撤回自己提出、还没有结论的需求。"),
    "request_answer_needs_words": gettext_noop("不提供须写明理由。"),
    "request_answer_needs_day": gettext_noop("列入计划须写明日期。"),
    "request_answer_needs_data": gettext_noop("已提供须选一个数据集，或写明数据在哪里。"),
    "comparison_without_key": gettext_noop("请写明两边都有的主键字段。"),
    "comparison_unknown_field": gettext_noop("“%(dataset)s”没有字段“%(field)s”。"),
    "comparison_key_repeats": gettext_noop("“%(dataset)s”有 %(n)s 个主键值重复，不能逐行比较。"),
    "comparison_unknown_version": gettext_noop("“%(dataset)s”没有第 %(number)s 版。"),
    "comparison_nothing_alike": gettext_noop("除主键外，两边没有同名的字段可以比较。"),
}
