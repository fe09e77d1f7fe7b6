"""Routes of monitoring; placeholders in braces are the keys that its filling returned."""

from ..shapes import Example, Route

ROUTES: dict[str, Route] = {
    # The alert of MATH-2: who covers the course sees it, who covers MATH-1 alone does not.
    "monitoring:alert_detail": Route(
        "alert", "list",
        (Example("/alerts/{alert}/", "MATH"), Example("/alerts/999999999/", "nowhere")),
        post_action="edit",
    ),
}  # fmt: skip

TWINS: list[tuple[str, str, list[str]]] = [
    ("/alerts/{alert}/", "/alerts/999999999/", ["west", "teacher"]),
    ("/alerts/{alert}/", "/alerts/999999999/", ["student", "nobody"]),
]
