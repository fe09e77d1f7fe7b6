"""Routes of collecting; placeholders in braces are the keys that its filling returned."""

from ..shapes import Example, Route

_KEY = "student_id=1001&class_code=MATH-1&term=2025-1"


def _submission(step: str, action: str, *, place: str = "EAST", post: str = "") -> Route:
    """A page of the submission of the eastern college."""
    examples = (
        Example(f"/data/filling/{{submission}}/{step}", place),
        Example(f"/data/filling/999999999/{step}", "nowhere"),
    )
    return Route("submission", action, examples, post_action=post)


def _collection(step: str, action: str, *, takes_get: bool) -> Route:
    examples = [Example(f"/data/collections/{{collection}}/{step}", "whole")]
    if takes_get:
        examples.append(Example("/data/collections/999999999/", "nowhere"))
    return Route("collection", action, tuple(examples), takes_get=takes_get)


def _row(step: str, query: str = "") -> Route:
    return Route(
        "dataset", "edit",
        (
            Example(f"/data/score/rows/{step}/{query}", "whole"),
            Example(f"/data/nothing/rows/{step}/{query}", "nowhere"),
        ),
    )  # fmt: skip


ROUTES: dict[str, Route] = {
    "data:submission_list": Route("submission", "list", (Example("/data/filling/"),)),
    "data:submission_detail": _submission("", "view", post="submit"),
    "data:submission_check": _submission("check/", "check", place="whole"),
    "data:submission_unlock": Route(
        "submission", "check", (Example("/data/filling/{submission}/unlock/", "whole"),),
        takes_get=False,
    ),
    "data:collection_list": Route("collection", "list", (Example("/data/collections/"),)),
    "data:collection_new": Route(
        "collection", "create",
        (
            Example("/data/collections/new/", "whole"),
            Example("/data/collections/new/?dataset=score", "whole"),
            Example("/data/collections/new/?dataset=score&of=PERSON", "nowhere"),
        ),
    ),
    "data:collection_detail": _collection("", "view", takes_get=True),
    "data:collection_remind": _collection("remind/", "create", takes_get=False),
    "data:collection_end": _collection("end/", "cancel", takes_get=False),
    "data:row_list": Route(
        "dataset", "view",
        (
            Example("/data/score/rows/"),
            Example("/data/payroll/rows/", "whole"),
            Example("/data/nothing/rows/", "nowhere"),
        ),
    ),
    "data:row_new": _row("new"),
    "data:row_edit": _row("edit", f"?{_KEY}"),
    "data:row_history": _row("history", f"?{_KEY}"),
}  # fmt: skip

TWINS: list[tuple[str, str, list[str]]] = [
    ("/data/filling/{submission}/", "/data/filling/999999999/", ["west", "math", "teacher"]),
    ("/data/collections/{collection}/", "/data/collections/999999999/", ["eastdata", "student"]),
    ("/data/payroll/rows/", "/data/nothing/rows/", ["eastdata"]),
]
