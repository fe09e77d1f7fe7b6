"""How long runs keep the versions that they read; the institution declares it."""

from django.utils.translation import gettext_noop

from luoxuan.core.institution import Setting

RUN_DAYS = Setting(
    name="run_days",
    title=gettext_noop("计算输入保留天数"),
    about=gettext_noop(
        "一次计算读过的数据版本保留多少天，期间指标值可追到当时的行；0 表示一直保留。"
        "指标的现行计算，以及被预警、改进、诊断、报告引用的计算从不放开。"
    ),
    kind="number_of_days",
    default="0",
)
