"""The words of the refusals of the data standard「提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "standard_moved": gettext_noop(
        "“%(dataset)s”的数据标准在这期间已被改成第 %(number)s 版，您依据的是第 %(expected)s 版。"
        "请看过新的版本再改，没有保存任何内容。"
    ),
    "standard_bad_formula": gettext_noop("字段“%(field)s”的公式有误：%(reason)s"),
    "standard_field_known": gettext_noop("已有名为“%(field)s”的字段。"),
    "standard_field_held": gettext_noop(
        "“%(dataset)s”现有 %(n)s 行有“%(field)s”的值，不能停用；停用会失去这些值。"
    ),
    "standard_field_used": gettext_noop("“%(field)s”还被 %(place)s 用到，请先改那里。"),
    "standard_bad_limit": gettext_noop("“%(field)s”的下限大于上限。"),
    "standard_dataset_known": gettext_noop("已有名为“%(dataset)s”的数据集，请换一个名称。"),
    "standard_no_fields": gettext_noop("没有字段：至少保留一列。"),
    "standard_code_twice": gettext_noop("编码“%(value)s”写了两次。"),
    "standard_code_empty": gettext_noop("每行先写编码，再写名称；第 %(line)s 行没有编码。"),
    "standard_list_empty": gettext_noop("编码表至少要有一个编码。"),
    "standard_codes_moved": gettext_noop(
        "编码表“%(code_list)s”在这期间被别人改过，请看过新的内容再改。没有保存任何内容。"
    ),
    "code_bad_day": gettext_noop(
        "编码表“%(code_list)s”的“%(value)s”：日期“%(day)s”不对。写成 2026-09-01；止日须晚于起日。"
    ),
    "standard_code_list_known": gettext_noop("已有名为“%(name)s”的编码表，请换一个名称。"),
    "standard_sheet_missing": gettext_noop(
        "工作簿里没有“%(sheet)s”这张表，或它的列名改过了：%(reason)s"
    ),
    "standard_sheet_rows": gettext_noop("工作表“%(sheet)s”第 %(row)s 行：%(reason)s"),
    "standard_row_twice": gettext_noop("工作表“%(sheet)s”里“%(name)s”写了两次。"),
    "standard_unknown_row": gettext_noop(
        "工作表“%(sheet)s”里的“%(name)s”不在“数据集”表里，请先在那张表写一行。"
    ),
    "standard_file_gone": gettext_noop("上传的文件已不在了，请重新上传。"),
}
