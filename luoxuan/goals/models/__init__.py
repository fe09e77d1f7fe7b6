"""Tables of the goals package."""

from luoxuan.goals.models.deadline_change import DeadlineChange
from luoxuan.goals.models.intake_mark import IntakeMark
from luoxuan.goals.models.month_sheet import MonthSheet
from luoxuan.goals.models.progress import Progress
from luoxuan.goals.models.standard_signature import StandardSignature
from luoxuan.goals.models.task import Task

__all__ = [
    "DeadlineChange",
    "IntakeMark",
    "MonthSheet",
    "Progress",
    "StandardSignature",
    "Task",
]
