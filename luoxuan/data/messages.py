"""The words of the refusals of this package「提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "draft_closed": gettext_noop("这次导入已经写入、正在写入或已经放弃，不能再改。"),
    "draft_not_checked": gettext_noop("还没有检查完，或还有问题没有回答，不能写入。"),
    "draft_without_rows": gettext_noop("没有一行可以写入。请改正文件后重新上传。"),
    "draft_outdated": gettext_noop("检查以后数据集的定义改过了，正在重新检查，请看过结果再写入。"),
    "undo_needs_reason": gettext_noop("请写明撤销的理由。"),
    "import_undone_already": gettext_noop("这次导入已经撤销过。"),
    "import_wrote_nothing": gettext_noop("这次导入没有写入数据，不用撤销。"),
    "import_followed_by_others": gettext_noop(
        "这次导入之后又有了新的一版（现行第 %(version)s 版），不能单独撤销；请先撤销后来的导入。"
    ),
    "package_bad_check": gettext_noop(
        "%(file)s 中字段“%(name)s”的 asks、reference、checksum、stated_by_id 或 withdrawn 写错了。"
    ),
    "nobody_held": gettext_noop("数据集“%(dataset)s”没有等待确认的离开名单，或数据已更新。"),
    "package_reserved_name": gettext_noop("%(file)s：数据集不能取名“%(name)s”，这是页面的地址。"),
    "package_bad_pattern": gettext_noop(
        "%(file)s 中字段“%(name)s”的正则表达式“%(pattern)s”不能用："
        "只接受 RE2 写法，不能用反向引用和环视，次数不能过大，最多 200 个字符。"
    ),
    "package_bad_condition": gettext_noop("主题视图“%(name)s”的条件有误：%(reason)s"),
    "standard_breaks_required": gettext_noop(
        "“%(dataset)s”现有 %(n)s 行没有填“%(field)s”，不能改成必填。请先补齐这些行。"
    ),
    "standard_breaks_minimum": gettext_noop(
        "“%(dataset)s”现有 %(n)s 行的“%(field)s”小于新的下限。请放宽下限或先更正这些行。"
    ),
    "standard_breaks_maximum": gettext_noop(
        "“%(dataset)s”现有 %(n)s 行的“%(field)s”大于新的上限。请放宽上限或先更正这些行。"
    ),
    "standard_breaks_pattern": gettext_noop(
        "“%(dataset)s”现有 %(n)s 行的“%(field)s”不符合新的格式。请放宽格式或先更正这些行。"
    ),
    "standard_breaks_code_list": gettext_noop(
        "“%(dataset)s”现有 %(n)s 行的“%(field)s”不在新的编码表里。请保留这些编码或先更正这些行。"
    ),
    "standard_breaks_key": gettext_noop(
        "“%(dataset)s”现有 %(n)s 行按“%(field)s”缺少主键或重复，不能用它作主键。请先更正这些行。"
    ),
    "standard_owner_differs": gettext_noop(
        "“%(dataset)s”的“%(field)s”与它的权威字段 %(owner)s 类型或编码表不同，请改成一致。"
    ),
    "unknown_import": gettext_noop("没有编号为“%(batch)s”的导入。"),
}
