"""How long versions stay that nothing refers to; the institution declares it."""

from django.utils.translation import gettext_noop

from luoxuan.core.institution import Setting

VERSION_DAYS = Setting(
    name="version_days",
    title=gettext_noop("旧版本保留天数"),
    about=gettext_noop(
        "数据集的旧版本没有任何引用时，行保留多少天；0 表示一直保留。"
        "现行版本、有引用的版本和原始文件从不清理。"
    ),
    kind="number_of_days",
    default="0",
)
