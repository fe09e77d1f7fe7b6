"""Routes of the data directory; placeholders in braces are the keys that its filling returned."""

from ..shapes import Example, Route

_ONE, _NONE = "/data/requests/{data_request}/", "/data/requests/999999999/"


def _act(name: str, action: str) -> Route:
    examples = (Example(f"{_ONE}{name}/", "EAST"), Example(f"{_NONE}{name}/", "nowhere"))
    return Route("data_request", action, examples, post_action=action, takes_get=False)


ROUTES: dict[str, Route] = {
    "data:request_list": Route(
        "data_request", "list",
        (Example("/data/requests/"), Example("/data/requests/?state=OPEN&page=9")),
    ),
    "data:request_new": Route(
        "data_request", "create", (Example("/data/requests/new/"),), post_action="create"
    ),
    "data:request_detail": Route(
        "data_request", "list",
        (
            Example(_ONE, "EAST"),
            Example("/data/requests/{foreign_request}/", "WEST"),
            Example(_NONE, "nowhere"),
        ),
    ),
    "data:request_answer": _act("answer", "check"),
    "data:request_withdraw": _act("withdraw", "create"),
    "data:comparison": Route(
        "dataset", "list",
        (Example("/data/compare/"), Example("/data/compare/?here=score&there=score")),
    ),
    "data:statistic_list": Route("home", "view", (Example("/data/statistics/"),)),
    "data:statistic_new": Route(
        "home", "view",
        (
            Example("/data/statistics/new/"),
            Example("/data/statistics/new/?dataset=none", "nowhere"),
        ),
    ),
    "data:statistic_detail": Route(
        "home", "view",
        (
            Example("/data/statistics/{own_statistic}/", "of office"),
            Example("/data/statistics/999999999/", "nowhere"),
        ),
    ),
    "data:statistic_rows": Route(
        "home", "view",
        (
            Example("/data/statistics/{own_statistic}/rows/?g==MATH-1", "of office"),
            Example("/data/statistics/999999999/rows/", "nowhere"),
        ),
    ),
    "data:statistic_doubt": Route(
        "home", "view",
        (
            Example("/data/statistics/{own_statistic}/doubt/?g=%3DMATH-1", "of office"),
            Example("/data/statistics/{own_statistic}/doubt/?g=%3DNONE-1", "nowhere"),
            Example("/data/statistics/999999999/doubt/", "nowhere"),
        ),
    ),
    "data:statistic_remove": Route(
        "home", "view", (Example("/data/statistics/{own_statistic}/remove/", "of office"),),
        takes_get=False,
    ),
    "portal:dataset_lineage": Route(
        "dataset", "view",
        (
            Example("/data/score/lineage/"),
            Example("/data/score/lineage/?field=score"),
            Example("/data/score/lineage/?field=nothing", "nowhere"),
            Example("/data/payroll/lineage/", "whole"),
            Example("/data/nothing/lineage/", "nowhere"),
        ),
    ),
    "portal:indicator_lineage": Route(
        "indicator", "view",
        (
            Example("/indicators/course.pass_share/lineage/"),
            Example("/indicators/course.nothing/lineage/", "nowhere"),
        ),
    ),
    "portal:burden": Route(
        "cockpit", "view", (Example("/data/burden/"), Example("/data/burden/?part=idle"))
    ),
}  # fmt: skip

TWINS: list[tuple[str, str, list[str]]] = [
    ("/data/requests/{foreign_request}/", _NONE, ["east", "eastdata", "student"]),
    ("/data/statistics/{own_statistic}/", "/data/statistics/999999999/", ["centre", "student"]),
    ("/data/payroll/lineage/", "/data/nothing/lineage/", ["eastdata", "student"]),
]
