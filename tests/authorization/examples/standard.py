"""Routes of the data standard; placeholders in braces are the keys that its filling returned."""

from ..shapes import Example, Route


def _edit(*paths: str, takes_get: bool = True) -> Route:
    """A page or act for whoever keeps the standard of the whole institution."""
    return Route(
        "dataset", "edit",
        tuple(Example(path, "nowhere" if "nothing" in path else "whole") for path in paths),
        takes_get=takes_get,
    )  # fmt: skip


ROUTES: dict[str, Route] = {
    "data:standard_list": Route("dataset", "list", (Example("/data/standard/"),)),
    "data:standard_detail": Route(
        "dataset", "view",
        (
            Example("/data/score/standard/"),
            Example("/data/payroll/standard/", "whole"),
            Example("/data/nothing/standard/", "nowhere"),
        ),
    ),
    "data:standard_edit": _edit("/data/score/standard/edit/", "/data/nothing/standard/edit/"),
    "data:field_add": _edit("/data/score/standard/add/", "/data/nothing/standard/add/"),
    "data:field_edit": _edit(
        "/data/score/standard/fields/score/", "/data/score/standard/fields/nothing/"
    ),
    "data:field_withdraw": _edit(
        "/data/score/standard/fields/score/withdraw/", takes_get=False
    ),
    "data:standard_file": _edit("/data/standard/file/"),
    "data:standard_load": _edit("/data/standard/load/"),
    "data:dataset_new": _edit("/data/new/"),
    "data:dataset_create": _edit("/data/new/fields/", takes_get=False),
    "data:code_list_list": Route("dataset", "list", (Example("/data/codes/"),)),
    "data:code_list_detail": Route(
        "dataset", "view",
        (Example("/data/codes/result/"), Example("/data/codes/nothing/", "nowhere")),
    ),
    "data:code_list_new": _edit("/data/codes/new/"),
    "data:code_list_edit": _edit("/data/codes/result/edit/", "/data/codes/nothing/edit/"),
    "data:theme_list": Route("dataset", "list", (Example("/data/themes/"),)),
    "data:theme_view": Route(
        "dataset", "view",
        (
            Example("/data/themes/{theme}/passed/"),
            Example("/data/themes/{theme}/nothing/", "nowhere"),
            Example("/data/themes/nothing/passed/", "nowhere"),
        ),
    ),
}  # fmt: skip

TWINS: list[tuple[str, str, list[str]]] = [
    ("/data/payroll/standard/", "/data/nothing/standard/", ["eastdata"]),
    ("/data/themes/{theme}/passed/", "/data/themes/{theme}/nothing/", ["east", "student"]),
]
