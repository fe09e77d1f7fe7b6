"""How long drafts stay that nobody went on with; the institution declares it."""

from django.utils.translation import gettext_noop

from luoxuan.core.institution import Setting

DRAFT_DAYS = Setting(
    name="draft_days",
    title=gettext_noop("草稿保留天数"),
    about=gettext_noop(
        "没有写入的导入草稿（连同上传的文件）、采集结束后仍未提交的填报草稿，保留多少天后清理；"
        "0 表示一直保留。提交过、退回的填报和写入的导入从不清理。"
    ),
    kind="number_of_days",
    default="180",
)
