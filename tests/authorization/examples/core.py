"""Routes of core; placeholders in braces are the keys that its filling returned."""

from ..shapes import Example, Route

ROUTES: dict[str, Route] = {
    "portal:job_list": Route("job", "list", (Example("/jobs/"), Example("/jobs/?part=1"))),
    "portal:job_detail": Route(
        "job",
        "view",
        (
            Example("/jobs/{job}/", "of office"),
            Example("/jobs/{job}/?part=1", "of office"),
            Example("/jobs/{job_of_east}/", "of east"),
            Example("/jobs/999999999/", "nowhere"),
        ),
    ),
    "portal:job_file": Route(
        "job",
        "view",
        (
            Example("/jobs/{export}/file/", "of office"),
            Example("/jobs/{job_done}/file/", "nowhere"),
            Example("/jobs/999999999/file/", "nowhere"),
        ),
    ),
    "portal:job_cancel": Route(
        "job", "cancel", (Example("/jobs/{job}/cancel/", "of office"),), takes_get=False
    ),
    "portal:notice_list": Route("home", "view", (Example("/notices/"),)),
    "portal:audit_list": Route(
        "audit", "list", (Example("/audit/"), Example("/audit/?who=office&action=x&since=2026-01"))
    ),
}

TWINS: list[tuple[str, str, list[str]]] = [
    ("/jobs/{job}/", "/jobs/999999999/", ["east", "student", "president"]),
    ("/jobs/{export}/file/", "/jobs/999999999/file/", ["centre", "eastdata", "president"]),
    ("/jobs/{job_of_east}/", "/jobs/999999999/", ["office", "math"]),
]
