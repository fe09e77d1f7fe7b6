"""The words of the refusals of the upkeep「提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "rows_removed": gettext_noop(
        "数据集“%(dataset)s”这一版的行已于 %(on)s 清理：没有任何引用，且超过了学校规定的保留天数。"
    ),
    "unknown_version": gettext_noop("数据集“%(dataset)s”没有第 %(number)s 版。"),
    "lake_folder_unfit": gettext_noop("不能导出到 %(folder)s：它在数据仓库的文件夹里面或上面。"),
    "lake_unreadable": gettext_noop(
        "%(folder)s 里的表不是由本系统开始的，或日志已被其他程序清理；请换一个空文件夹。"
    ),
    "lake_moved": gettext_noop("%(folder)s 正在被另一个程序写入，请稍后再试。"),
}
