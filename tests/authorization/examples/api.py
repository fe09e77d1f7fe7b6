"""Routes of the interface; placeholders in braces are the keys that the fillings returned."""

from ..shapes import Example, Route


def _api(resource: str, action: str, *examples: Example) -> Route:
    return Route(resource, action, examples, stranger_status=401)


ROUTES: dict[str, Route] = {
    "api:description": _api("home", "view", Example("/api/openapi.json")),
    "api:dataset_list": _api("dataset", "list", Example("/api/v1/datasets")),
    "api:row_list": _api(
        "dataset", "view",
        Example("/api/v1/datasets/score/rows"),
        Example("/api/v1/datasets/score/rows?period=2025-1&limit=3"),
        Example("/api/v1/datasets/payroll/rows", "whole"),
        Example("/api/v1/datasets/_readings/rows", "nowhere"),
        Example("/api/v1/datasets/nothing/rows", "nowhere"),
    ),
    "api:indicator_list": _api("indicator", "list", Example("/api/v1/indicators")),
    "api:reading_list": _api(
        "indicator", "view",
        Example("/api/v1/readings"),
        Example("/api/v1/readings?indicator=course.pass_share&kind=TEACHING_CLASS&subject=WELD-1"),
    ),
    "api:reading_rows": _api(
        "reading_rows", "view",
        Example("/api/v1/readings/{proof_of_math}/rows", "MATH-1"),
        Example("/api/v1/readings/{proof_of_weld}/rows", "WELD-1"),
        Example("/api/v1/readings/{proof_of_math}/rows?dataset=payroll", "nowhere"),
        Example("/api/v1/readings/LX-0000-0000-0000/rows", "nowhere"),
    ),
    "api:alert_list": _api(
        "alert", "list", Example("/api/v1/alerts"), Example("/api/v1/alerts?status=all")
    ),
    "api:alert_detail": Route(
        "alert", "list",
        (Example("/api/v1/alerts/{alert}", "MATH"), Example("/api/v1/alerts/999999999", "nowhere")),
        post_action="edit", stranger_status=401,
    ),
    "api:document_list": _api(
        "document", "list", Example("/api/v1/reports"), Example("/api/v1/reports?state=SIGNED")
    ),
    "api:document_detail": _api(
        "document", "view",
        Example("/api/v1/reports/{document}", "MATH"),
        Example("/api/v1/reports/999999999", "nowhere"),
    ),
    "api:event_list": Route(
        "import", "create", (Example("/api/v1/events"),), post_action="create",
        takes_get=False, stranger_status=401,
    ),
    "api:improvement_list": _api(
        "improvement", "list",
        Example("/api/v1/improvements"), Example("/api/v1/improvements?status=all"),
    ),
    "api:task_list": _api(
        "task", "list", Example("/api/v1/tasks"), Example("/api/v1/tasks?state=LATE")
    ),
    "api:job_detail": _api(
        "job", "view",
        Example("/api/v1/jobs/{job}", "of office"),
        Example("/api/v1/jobs/{job_of_east}", "of east"),
        Example("/api/v1/jobs/999999999", "nowhere"),
    ),
    "api:subject_list": _api(
        "subject", "list", Example("/api/v1/subjects"), Example("/api/v1/subjects?kind=COURSE")
    ),
}  # fmt: skip

TWINS: list[tuple[str, str, list[str]]] = [
    ("/api/v1/datasets/payroll/rows", "/api/v1/datasets/nothing/rows", ["eastdata", "east"]),
    ("/api/v1/alerts/{alert}", "/api/v1/alerts/999999999", ["west", "teacher", "student"]),
    ("/api/v1/reports/{document}", "/api/v1/reports/999999999", ["west", "teacher"]),
    ("/api/v1/jobs/{job_of_east}", "/api/v1/jobs/999999999", ["office", "math"]),
]
