"""The words of the refusals of exchange「提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "bundle_imported": gettext_noop("这是导入的数据包，只能查看，不能改动。"),
    "bundle_not_in_state": gettext_noop("数据包已不在这一步，请刷新页面查看现在的状态。"),
    "bundle_replaced": gettext_noop("这个数据包已被更新的一版取代，请处理最新的一版。"),
    "bundle_has_errors": gettext_noop("还有 %(n)s 处必须改正的错误，不能签字。"),
    "bundle_unexplained": gettext_noop("还有 %(n)s 处较大变动没有说明，不能签字。"),
    "bundle_not_builder": gettext_noop("第一道签字须由生成这个数据包的人签。"),
    "bundle_own_signature": gettext_noop("两道签字不能是同一个人。"),
    "bundle_reason_missing": gettext_noop("请写明退回的原因。"),
    "bundle_way_missing": gettext_noop("请写明上报的方式。"),
    "bundle_receipt_number_missing": gettext_noop("请写明回执编号。"),
    "bundle_member_missing": gettext_noop("数据包缺少 %(member)s。"),
    "bundle_member_unreadable": gettext_noop("数据包中的 %(member)s 读不出来。"),
    "bundle_member_changed": gettext_noop("数据包被改动过：%(member)s 与清单不符。"),
    "bundle_not_an_archive": gettext_noop("这个文件不是有效的数据包（%(reason)s）。"),
    "bundle_unknown_format": gettext_noop("这个文件不是数据包，或由更新的程序制作。"),
    "bundle_file_missing": gettext_noop("数据包的文件不在了，请联系系统管理员核验。"),
    "bundle_too_large": gettext_noop("文件超过 %(megabytes)s MB，没有接收。"),
    "exchange_period_unfit": gettext_noop("这个交换包不按“%(period)s”这类时段上报。"),
    "exchange_bad_formula": gettext_noop("表 %(table)s 的公式不再成立（%(reason)s）。"),
    "exchange_unknown_dataset": gettext_noop("没有名为“%(dataset)s”的数据集。"),
    "exchange_unknown_field": gettext_noop("表 %(table)s 用到的字段已不存在：%(fields)s。"),
    "exchange_too_many_rows": gettext_noop(
        "表 %(table)s 有 %(n)s 行；一个数据包最多 %(most)s 行，请在交换包里把表分开或加上条件。"
    ),
    "exchange_rows_counted": gettext_noop("表 %(table)s 是汇总出来的，不能还原成数据集的行。"),
    "exchange_codes_not_one_to_one": gettext_noop(
        "表 %(table)s 的“%(column)s”有几个校内代码对应同一个上报代码，不能还原。"
    ),
    "exchange_table_unknown": gettext_noop("数据包里没有编号为 %(table)s 的表。"),
    "exchange_table_unreadable": gettext_noop(
        "这个文件读不成表 %(table)s（%(reason)s）；列名须与该表一致。"
    ),
    "unknown_exchange": gettext_noop("没有“%(name)s”这个交换包或数据包。"),
}
