"""Routes of diagnosis; placeholders in braces are the keys that its filling returned."""

from ..shapes import Example, Route

_ONE = "/diagnosis/cycles/{cycle}/"
_TRIAL = "/diagnosis/cycles/{trial_cycle}/"
_NONE = "/diagnosis/cycles/999999999/"


def _act(path: str, action: str) -> Route:
    """Return a route that takes only POST, of the cycle of the course MATH."""
    examples = (Example(f"{_ONE}{path}/", "MATH"), Example(f"{_NONE}{path}/", "nowhere"))
    return Route("cycle", action, examples, post_action=action, takes_get=False)


ROUTES: dict[str, Route] = {
    "diagnosis:template_list": Route(
        "loop_template", "list", (Example("/diagnosis/templates/"),)
    ),
    "diagnosis:cycle_list": Route(
        "cycle", "list",
        (
            Example("/diagnosis/cycles/"),
            Example("/diagnosis/cycles/?period=2025-1&status=late"),
            Example("/diagnosis/cycles/?period=none&page=99"),
        ),
    ),
    "diagnosis:term_open": Route(
        "cycle", "create",
        (
            Example("/diagnosis/cycles/open/"),
            Example("/diagnosis/cycles/open/?template=ten_steps&q=MATH"),
        ),
        post_action="create",
    ),
    "diagnosis:cycle_detail": Route(
        "cycle", "view",
        (
            Example(_ONE, "MATH"),
            Example(f"{_ONE}?stage=warn", "MATH"),
            Example(f"{_ONE}?stage=nothing", "MATH"),
            Example("/diagnosis/cycles/{frozen_cycle}/?stage=diagnose", "MATH"),
            Example(_TRIAL, "WELD-1"),
            Example(_NONE, "nowhere"),
        ),
    ),
    "diagnosis:stage_write": _act("stages/design", "edit"),
    "diagnosis:diagnosis_check": _act("check", "check"),
    "diagnosis:cycle_next": _act("next", "edit"),
}  # fmt: skip

TWINS: list[tuple[str, str, list[str]]] = [
    (_TRIAL, _NONE, ["east", "math", "teacher", "student"]),
    (_ONE, _NONE, ["west", "teacher", "student", "nobody", "expert"]),
]
