"""Pages of goals that the quality office can open; placeholders as in the filling."""

ADDRESSES: dict[str, str] = {
    "tasks whose standard is to be written": "/tasks/?year=2026&standard=unwritten",
    "task list": "/tasks/?year=2026",
    "late tasks": "/tasks/?year=2026&state=LATE",
    "task list, nothing found": "/tasks/?year=2026&state=DONE",
    "task": "/tasks/{task}/",
    "task without reports": "/tasks/{west_task}/",
    "new task": "/tasks/new/",
    "changed task": "/tasks/{task}/edit/",
    "monthly sheets": "/tasks/sheets/?month=2026-02",
    "monthly sheet to receive": "/tasks/sheets/EAST/2026-02/",
    "monthly sheet, nothing said": "/tasks/sheets/WEST/2026-02/",
    "deadline changes": "/tasks/dates/",
}
