"""Routes of improvement and evidence; placeholders are the keys that the filling returned."""

from ..shapes import Example, Route

_ONE = "/improvements/{improvement}/"
_NONE = "/improvements/999999999/"
_PROOF = "/data/evidence/{evidence}/"
_NO_PROOF = "/data/evidence/999999999/"


def _act(name: str, action: str) -> Route:
    """Return a route that takes only POST, of the improvement of MATH-1."""
    examples = (
        Example(f"{_ONE}{name}/", "MATH-1"),
        Example(f"{_NONE}{name}/", "nowhere"),
    )
    return Route("improvement", action, examples, post_action=action, takes_get=False)


ROUTES: dict[str, Route] = {
    "improvement:improvement_list": Route(
        "improvement", "list",
        (
            Example("/improvements/"),
            Example("/improvements/?status=mine&page=7"),
            Example("/improvements/?status=late&subject=TEACHING_CLASS:MATH-1"),
        ),
    ),
    "improvement:improvement_open": Route(
        "improvement", "create",
        (Example("/improvements/new/"), Example("/improvements/new/?subject=COURSE:MATH")),
        post_action="create",
    ),
    "improvement:improvement_detail": Route(
        "improvement", "view",
        (
            Example(_ONE, "MATH-1"),
            Example("/improvements/{to_plan}/", "MATH-1"),
            Example("/improvements/{foreign_improvement}/", "WELD-1"),
            Example(_NONE, "nowhere"),
        ),
    ),
    "improvement:improvement_plan": _act("plan", "edit"),
    "improvement:improvement_in_place": _act("in-place", "edit"),
    "improvement:improvement_note": _act("note", "edit"),
    "improvement:improvement_verify": _act("verify", "check"),
    "improvement:improvement_close": _act("close", "check"),
    "data:evidence_list": Route(
        "evidence", "list",
        (Example("/data/evidence/"), Example("/data/evidence/?q=zzz&page=9")),
    ),
    "data:evidence_file": Route(
        "evidence", "create", (Example("/data/evidence/new/"),), post_action="create"
    ),
    "data:evidence_detail": Route(
        "evidence", "view",
        (
            Example(_PROOF, "MATH-1"),
            Example("/data/evidence/{foreign_evidence}/", "WELD-1"),
            Example(_NO_PROOF, "nowhere"),
        ),
    ),
    "data:evidence_download": Route(
        "evidence", "view",
        (Example(f"{_PROOF}download/", "MATH-1"), Example(f"{_NO_PROOF}download/", "nowhere")),
    ),
    "data:evidence_withdraw": Route(
        "evidence", "create",
        (Example(f"{_PROOF}withdraw/", "MATH-1"), Example(f"{_NO_PROOF}withdraw/", "nowhere")),
        post_action="create", takes_get=False,
    ),
}  # fmt: skip

TWINS: list[tuple[str, str, list[str]]] = [
    ("/improvements/{foreign_improvement}/", _NONE, ["east", "eastdata", "math", "teacher"]),
    (_ONE, _NONE, ["west", "student", "nobody", "centre"]),
    ("/data/evidence/{foreign_evidence}/", _NO_PROOF, ["east", "math", "teacher"]),
    (f"{_PROOF}download/", f"{_NO_PROOF}download/", ["west", "student", "nobody"]),
]
