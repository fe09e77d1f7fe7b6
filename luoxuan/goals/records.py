"""The tasks as a table「任务记录」: one row for each task and month, for indicators and watches."""

from datetime import date, timedelta
from typing import Any

from luoxuan.campus.scope import EVERYTHING
from luoxuan.data.queries import engine
from luoxuan.goals.queries import standing, tasks
from luoxuan.goals.queries.tasks import Standing
from luoxuan.goals.rules import ProgressState

TASKS = "_tasks"
"""The name of the system dataset of tasks."""

KEY = "record"

_COLUMNS = {
    "record": "text",
    "task": "text",
    "title": "text",
    "unit_code": "text",
    "kind": "text",
    "source": "text",
    "attribute": "text",
    "month": "text",
    "state": "text",
    "is_late": "integer",
    "is_done": "integer",
    "deadline_on": "date",
}


def task_table(*, on: date) -> Any:
    """Return the table of all tasks by month as known on a day; months after it are left out.

    Shape: an Arrow table, one row per task and month from the year's first to the one of the day.
    A month is judged on its last day by the deadline then in force, the running one on the day.
    """
    found = list(tasks(EVERYTHING))
    rows: list[tuple[object, ...]] = []
    for day in _days(on, [row.year.start_on for row in found if row.year.start_on]):
        inside = [
            row
            for row in found
            if row.year.start_on and row.year.end_on and row.year.start_on <= day < row.year.end_on
        ]
        rows += [_row(one, f"{day.year}-{day.month:02d}") for one in standing(inside, on=day)]
    rows.sort(key=lambda row: str(row[0]))
    with engine().session() as session:
        session.offer_rows("task_rows", _COLUMNS, rows)
        return session.arrow(
            "SELECT * REPLACE (is_late = 1 AS is_late, is_done = 1 AS is_done) FROM task_rows"
        )


def _days(on: date, starts: list[date]) -> list[date]:
    """Return the last day of each month since the first start, the day itself for the last one."""
    found: list[date] = []
    day = min(starts, default=on).replace(day=1)
    while day <= on:
        following = (day + timedelta(days=32)).replace(day=1)
        found.append(min(following - timedelta(days=1), on))
        day = following
    return found


def _row(one: Standing, month: str) -> tuple[object, ...]:
    task = one.task
    return (
        f"{task.pk:08d}/{month}",
        str(task.pk),
        task.title,
        task.responsible_unit.code,
        task.kind,
        task.source,
        task.attribute,
        month,
        str(one.state),
        int(one.state is ProgressState.LATE),
        int(one.state is ProgressState.DONE),
        one.deadline_on,
    )
