"""What is to be done, how it stands, what was handed in. The only door to tasks and sheets."""

from luoxuan.goals.queries.meeting import KindCount, LateTask, MeetingFacts, meeting_facts
from luoxuan.goals.queries.sheets import (
    SheetLine,
    SheetStatus,
    deadline_changes,
    month_sheets,
    sheet_due_on,
    sheet_lines,
    sheet_overview,
    sheet_units,
)
from luoxuan.goals.queries.tasks import (
    Cell,
    Standing,
    TaskFilter,
    month_coded,
    month_on,
    months_of,
    standing,
    task_at,
    task_months,
    task_years,
    tasks,
    units_named,
)
from luoxuan.goals.queries.todos import todos

__all__ = [
    "Cell",
    "KindCount",
    "LateTask",
    "MeetingFacts",
    "SheetLine",
    "SheetStatus",
    "Standing",
    "TaskFilter",
    "deadline_changes",
    "meeting_facts",
    "month_coded",
    "month_on",
    "month_sheets",
    "months_of",
    "sheet_due_on",
    "sheet_lines",
    "sheet_overview",
    "sheet_units",
    "standing",
    "task_at",
    "task_months",
    "task_years",
    "tasks",
    "todos",
    "units_named",
]
