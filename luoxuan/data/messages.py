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
    "unknown_import": gettext_noop("没有编号为“%(batch)s”的导入。"),
}
