"""The words of the refusals about quality and corrections「提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "check_code_taken": gettext_noop("已有代码为“%(rule)s”的校验规则。"),
    "check_bad_field": gettext_noop("数据集“%(dataset)s”没有字段“%(field)s”。"),
    "check_bad_formula": gettext_noop("公式有误（%(reason)s，第 %(position)s 个字符）。"),
    "check_not_a_condition": gettext_noop("公式须是条件，结果为是或否，例如 成绩 <= 100。"),
    "check_incomplete": gettext_noop("这类规则还须填写：%(names)s。"),
    "package_bad_rule": gettext_noop("checks.csv 中规则“%(rule)s”写得不对：%(reason)s"),
    "outlier_answered": gettext_noop("这一项已经有人核对过。"),
    "held_row_ended": gettext_noop("这一行已经改正、放弃，或保留期已过。"),
    "held_row_not_sound": gettext_noop("改过的这一行仍有问题，没有写入。"),
    "correction_open_already": gettext_noop("这个值已经有人提出更正，正在处理。"),
    "correction_same_value": gettext_noop("填写的值与现有的相同，没有要改的。"),
    "correction_row_gone": gettext_noop("这一行已被新的数据替换，请在新的数据里重新查看。"),
    "correction_field_computed": gettext_noop(
        "“%(field)s”由系统计算或引自别处，请更正它所依据的值。"
    ),
    "correction_not_sound": gettext_noop("按要求改过以后这一行不合格：%(reason)s"),
    "correction_value_moved": gettext_noop("这个值在提出以后已经变为“%(value)s”，请核对后再决定。"),
    "correction_key_held": gettext_noop("改过以后与另一行的主键相同，不能采用。"),
    "correction_decided": gettext_noop("这项更正已经有了结论。"),
    "correction_own": gettext_noop("自己提出的更正由别人决定。"),
    "correction_needs_reason": gettext_noop("请写明理由。"),
}
