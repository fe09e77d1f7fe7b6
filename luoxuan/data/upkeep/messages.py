"""The words of the refusals of the upkeep「提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "rows_removed": gettext_noop(
        "数据集“%(dataset)s”这一版的行已于 %(on)s 清理：没有任何引用，且超过了学校规定的保留天数。"
    ),
    "unknown_version": gettext_noop("数据集“%(dataset)s”没有第 %(number)s 版。"),
}
