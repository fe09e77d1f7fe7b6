"""Routes of reports and of verifying; placeholders in braces are the keys that filling returned."""

from ..shapes import Example, Route

_DOCUMENT = "/reports/{document}/"
_NONE = "/reports/999999999/"


def _post_only(action: str, name: str) -> Route:
    return Route(
        "document", action,
        (Example(f"{_DOCUMENT}{name}/", "MATH"), Example(f"{_NONE}{name}/", "nowhere")),
        post_action=action, takes_get=False,
    )  # fmt: skip


ROUTES: dict[str, Route] = {
    "reports:document_list": Route(
        "document", "list",
        (Example("/reports/"), Example("/reports/?kind=COURSE_TERM&state=SUBMITTED&page=99")),
    ),
    "reports:document_create": Route(
        "document", "create",
        (Example("/reports/new/"), Example("/reports/new/?kind=NOTHING", "nowhere")),
        post_action="create",
    ),
    "reports:document_detail": Route(
        "document", "view", (Example(_DOCUMENT, "MATH"), Example(_NONE, "nowhere"))
    ),
    "reports:document_write": _post_only("create", "write"),
    "reports:document_submit": _post_only("submit", "submit"),
    "reports:document_withdraw": _post_only("submit", "withdraw"),
    "reports:document_decide": _post_only("approve", "decide"),
    "reports:document_files": _post_only("export", "files"),
    "reports:document_download": Route(
        "document", "export",
        (
            Example(f"{_DOCUMENT}download/pdf/", "MATH"),
            Example(f"{_DOCUMENT}download/exe/", "nowhere"),
            Example(f"{_NONE}download/pdf/", "nowhere"),
        ),
    ),
    "indicators:provenance_form": Route(
        "provenance", "view", (Example("/verify/"), Example("/verify/?id=LX-XXXX"))
    ),
    "indicators:provenance": Route(
        "provenance", "view",
        (
            Example("/verify/{proof_math}/", "MATH-1"),
            Example("/verify/{proof_weld}/", "WELD-1"),
            # Well formed, but of a run that never was.
            Example("/verify/LX-GGGG-H1CH-N99X/", "nowhere"),
        ),
    ),
}  # fmt: skip

TWINS: list[tuple[str, str, list[str]]] = [
    (_DOCUMENT, _NONE, ["west", "teacher"]),
    (f"{_DOCUMENT}download/pdf/", f"{_NONE}download/pdf/", ["west", "teacher"]),
    ("/verify/{proof_weld}/", "/verify/LX-GGGG-H1CH-N99X/", ["east", "math", "teacher"]),
]
