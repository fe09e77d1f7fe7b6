"""The year of a department「年度节奏」 as settings: when tasks, standards and sheets are due.

Source: requirements/workflow §10 (000: decomposition in January, appraisal standards in February;
004: a sheet each month).
"""

from django.utils.translation import gettext_noop

from luoxuan.core.institution import Setting

RHYTHM = (
    Setting(
        "tasks_due_day",
        gettext_noop("年度任务分解截止日"),
        gettext_noop("每年到这一天，各部门的规划目标和党政要点应已分解为年度任务。"),
        "day_of_year",
        "01-31",
    ),
    Setting(
        "standards_due_day",
        gettext_noop("考核标准签订截止日"),
        gettext_noop("每年到这一天，A、B 类任务的考核标准应已写好并由双方签字。"),
        "day_of_year",
        "02-28",
    ),
    Setting(
        "month_sheet_due_day",
        gettext_noop("月度报送截止日"),
        gettext_noop("每月到这一天，各部门报送任务完成情况。"),
        "day_of_month",
        "25",
    ),
)
