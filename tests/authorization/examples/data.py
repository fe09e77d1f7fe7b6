"""Routes of data; placeholders in braces are the keys that its filling returned."""

from ..shapes import Example, Route

_DRAFT = "/data/imports/drafts/{draft}/"
_NO_DRAFT = "/data/imports/drafts/999999999/"


def _step(step: str, draft: str = "draft") -> Route:
    """A step of the wizard: for whoever may import into the whole institution."""
    return Route(
        "import", "create",
        (
            Example(f"/data/imports/drafts/{{{draft}}}/{step}/", "whole"),
            Example(f"{_NO_DRAFT}{step}/", "nowhere"),
        ),
    )  # fmt: skip


def _act(step: str) -> Route:
    return Route("import", "create", (Example(f"{_DRAFT}{step}", "whole"),), takes_get=False)


def _source(step: str, *, takes_get: bool = True) -> Route:
    """A page or act of a source: for whoever may import into the whole institution."""
    examples = [Example(f"/data/sources/{{source}}/{step}", "whole")]
    if takes_get:
        examples.append(Example(f"/data/sources/999999999/{step}", "nowhere"))
    return Route("import", "create", tuple(examples), takes_get=takes_get)


ROUTES: dict[str, Route] = {
    "data:draft_detail": _act(""),
    "data:draft_columns": _step("columns", "draft_asking"),
    "data:draft_check": _step("check"),
    "data:draft_preview": _step("preview"),
    "data:draft_errors": _step("errors"),
    "data:draft_commit": _act("commit/"),
    "data:draft_discard": _act("discard/"),
    "data:draft_file": _act("file/"),
    "data:import_batch_errors": Route(
        "import", "view",
        (
            Example("/data/imports/{batch_of_bad_rows}/errors/", "whole"),
            Example("/data/imports/999999999/errors/", "nowhere"),
        ),
    ),
    "data:import_batch_undo": Route(
        "import", "create", (Example("/data/imports/{batch}/undo/", "whole"),), takes_get=False
    ),
    "data:dataset_template": Route(
        "dataset", "view",
        (
            Example("/data/score/template/"),
            Example("/data/payroll/template/", "whole"),
            Example("/data/nothing/template/", "nowhere"),
        ),
    ),
    "data:roster_confirm": Route(
        "import", "create", (Example("/data/score/leavers/", "whole"),), takes_get=False
    ),
    "data:source_list": Route("import", "create", (Example("/data/sources/", "whole"),)),
    "data:source_new": Route("import", "create", (Example("/data/sources/new/", "whole"),)),
    "data:source_detail": _source(""),
    "data:source_edit": _source("edit/"),
    "data:source_columns": _source("columns/"),
    "data:source_run": _source("run/", takes_get=False),
    "data:source_switch": _source("switch/", takes_get=False),
    "data:pull_decline": _source("pulls/{pull}/decline/", takes_get=False),
    "data:pull_accept": _source("pulls/{pull}/accept/", takes_get=False),
    "data:dataset_export": Route(
        "dataset", "view",
        (
            Example("/data/score/export/?format=csv"),
            Example("/data/score/export/?format=pdf"),
            Example("/data/score/export/?format=exe", "nowhere"),
            Example("/data/nothing/export/", "nowhere"),
        ),
    ),
}  # fmt: skip

TWINS: list[tuple[str, str, list[str]]] = [
    (f"{_DRAFT}check/", f"{_NO_DRAFT}check/", ["eastdata", "student", "president"]),
    ("/data/sources/{source}/", "/data/sources/999999999/", ["eastdata", "student", "president"]),
    ("/data/payroll/export/", "/data/nothing/export/", ["eastdata"]),
]
