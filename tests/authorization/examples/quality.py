"""Routes of quality; placeholders in braces are the keys that its filling returned."""

from ..shapes import Example, Route

_ROW = "/data/corrections/new/?dataset=score&batch={row_file}&row={row_number}"
_NO_ROW = "/data/corrections/new/?dataset=score&batch={row_file}&row=999999"
_DOUBT = "/indicators/course.pass_share/doubt/?period=2025-1&kind=TEACHING_CLASS&subject="

ROUTES: dict[str, Route] = {
    "data:quality_list": Route("data_check", "list", (Example("/data/quality/"),)),
    "data:quality_detail": Route(
        "data_check", "view",
        (
            Example("/data/quality/score/"),
            Example("/data/quality/payroll/", "whole"),
            Example("/data/quality/nothing/", "nowhere"),
        ),
    ),
    "data:outlier_answer": Route(
        "data_check", "view", (Example("/data/quality/outliers/{outlier}/", "MATH-1"),),
        takes_get=False,
    ),
    "indicators:reading_doubt": Route(
        "indicator", "view",
        (
            Example(f"{_DOUBT}MATH-1", "MATH-1"),
            Example(f"{_DOUBT}WELD-1", "WELD-1"),
            Example(f"{_DOUBT}NONE-1", "nowhere"),
            Example("/indicators/course.nothing/doubt/", "nowhere"),
        ),
    ),
    "data:check_list": Route("data_check", "list", (Example("/data/checks/"),)),
    "data:check_new": Route("data_check", "edit", (Example("/data/checks/new/", "whole"),)),
    "data:check_edit": Route(
        "data_check", "edit",
        (
            Example("/data/checks/score.passes/", "whole"),
            Example("/data/checks/nothing/", "nowhere"),
        ),
    ),
    "data:check_rows": Route(
        "data_check", "view",
        (
            Example("/data/checks/score.passes/rows/"),
            Example("/data/checks/nothing/rows/", "nowhere"),
        ),
    ),
    "data:held_row_list": Route(
        "import", "create",
        (
            Example("/data/imports/{held_batch}/rows/", "whole"),
            Example("/data/imports/999999999/rows/", "nowhere"),
        ),
    ),
    "data:held_row_edit": Route(
        "import", "create",
        (
            Example("/data/imports/{held_batch}/rows/{held_row}/", "whole"),
            Example("/data/imports/{held_batch}/rows/999999/", "nowhere"),
        ),
    ),
    "data:correction_list": Route("correction", "list", (Example("/data/corrections/"),)),
    "data:correction_new": Route(
        "correction", "create", (Example(_ROW, "MATH-1"), Example(_NO_ROW, "nowhere"))
    ),
    "data:correction_detail": Route(
        "correction", "list",
        (
            Example("/data/corrections/{correction}/", "deciders"),
            Example("/data/corrections/999999999/", "nowhere"),
        ),
        post_action="check",
    ),
}  # fmt: skip

TWINS: list[tuple[str, str, list[str]]] = [
    ("/data/quality/payroll/", "/data/quality/nothing/", ["east", "eastdata"]),
    ("/data/corrections/{correction}/", "/data/corrections/999999999/", ["west", "teacher"]),
    (_ROW, _NO_ROW, ["west"]),
]
