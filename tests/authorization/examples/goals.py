"""Routes of goals; placeholders in braces are the keys that its filling returned."""

from ..shapes import Example, Route

ROUTES: dict[str, Route] = {
    "goals:task_list": Route(
        "task", "list",
        (Example("/tasks/"), Example("/tasks/?year=2026&state=LATE"), Example("/tasks/?page=x")),
    ),
    "goals:task_export": Route(
        "task", "export",
        (Example("/tasks/export/?format=xlsx"), Example("/tasks/export/?format=csv&year=2026")),
    ),
    "goals:task_new": Route("task", "create", (Example("/tasks/new/"),), post_action="create"),
    "goals:task_detail": Route(
        "task", "view",
        (
            Example("/tasks/{task}/", "EAST"),
            Example("/tasks/{west_task}/", "WEST"),
            Example("/tasks/999999999/", "nowhere"),
        ),
    ),
    "goals:task_edit": Route(
        "task", "create",
        (
            Example("/tasks/{task}/edit/", "EAST"),
            Example("/tasks/{west_task}/edit/", "WEST"),
            Example("/tasks/999999999/edit/", "nowhere"),
        ),
        post_action="create",
    ),
    "goals:deadline_ask": Route(
        "task", "edit",
        (Example("/tasks/{task}/date/", "EAST"), Example("/tasks/999999999/date/", "nowhere")),
        post_action="edit", takes_get=False,
    ),
    "goals:standard_sign": Route(
        "task", "view",
        (Example("/tasks/{task}/sign/", "EAST"), Example("/tasks/999999999/sign/", "nowhere")),
        post_action="view", takes_get=False,
    ),
    "goals:standards_sign": Route(
        "task", "view",
        (Example("/tasks/sign/2026/"), Example("/tasks/sign/1999/", "nowhere")),
        post_action="view", takes_get=False,
    ),
    "goals:sheet_list": Route(
        "month_sheet", "list",
        (Example("/tasks/sheets/"), Example("/tasks/sheets/?month=2026-02")),
    ),
    "goals:sheet_detail": Route(
        "month_sheet", "view",
        (
            Example("/tasks/sheets/EAST/2026-02/", "EAST"),
            Example("/tasks/sheets/WEST/2026-02/", "WEST"),
            Example("/tasks/sheets/NONE/2026-02/", "nowhere"),
            Example("/tasks/sheets/EAST/2025-1/", "nowhere"),
        ),
        post_action="submit",
    ),
    "goals:sheet_check": Route(
        "month_sheet", "check",
        (
            Example("/tasks/sheets/EAST/2026-02/check/", "EAST"),
            Example("/tasks/sheets/NONE/2026-02/check/", "nowhere"),
        ),
        post_action="check", takes_get=False,
    ),
    "goals:deadline_change_list": Route("task", "list", (Example("/tasks/dates/"),)),
    "goals:deadline_change_decide": Route(
        "task", "approve",
        (Example("/tasks/dates/{change}/", "EAST"), Example("/tasks/dates/999999999/", "nowhere")),
        post_action="approve", takes_get=False,
    ),
}  # fmt: skip

TWINS: list[tuple[str, str, list[str]]] = [
    ("/tasks/{west_task}/", "/tasks/999999999/", ["east", "eastdata", "courses", "math"]),
    ("/tasks/{west_task}/edit/", "/tasks/999999999/edit/", ["east", "president"]),
    ("/tasks/sheets/WEST/2026-02/", "/tasks/sheets/NONE/2026-02/", ["east", "eastdata", "teacher"]),
]
