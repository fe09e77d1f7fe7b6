"""One place where every route of the product stands with its resource, action and examples."""

from django.urls import URLPattern, URLResolver, get_resolver

from luoxuan.testing.college import USERS

from .examples import (
    api,
    collecting,
    core,
    data,
    diagnosis,
    directory,
    exchange,
    goals,
    improvement,
    monitoring,
    portal,
    quality,
    reports,
    standard,
    upkeep,
)
from .shapes import Example, Route

__all__ = ["COVERED", "ROUTES", "TWINS", "Example", "Route", "every_route"]

# Which users' grants cover a place. Written by hand from the table of users, not computed.
_WHOLE = {"office", "president", "centre", "expert", "auditor"}
COVERED: dict[str, set[str]] = {
    "": set(USERS),
    "SMALL": _WHOLE,
    "EAST": _WHOLE | {"east", "eastdata"},
    "WEST": _WHOLE | {"west"},
    "MATH": _WHOLE | {"east", "eastdata", "math", "courses"},
    "MATH-1": _WHOLE | {"east", "eastdata", "math", "courses", "teacher", "student"},
    "WELD-1": _WHOLE | {"west", "courses"},
    "whole": _WHOLE,
    "nowhere": set(),
    # What belongs to one person and is shown to nobody else.
    "of office": {"office"},
    "of east": {"east"},
    # A request of the office about a row of MATH-1: whoever may decide it, and the office itself.
    "deciders": {"office", "centre", "east", "eastdata", "courses"},
}


def _subject(kind: str, code: str, place: str) -> Example:
    return Example(f"/subjects/{kind}/{code}/", place)


_SHARE = "/indicators/course.pass_share/"
_ASKED = "kind=TEACHING_CLASS&period=2025-1&subject="

ROUTES: dict[str, Route] = {
    "portal:home": Route("home", "view", (Example("/"),)),
    "portal:healthz": Route("", "", (Example("/healthz"),)),
    "portal:login": Route("", "", (Example("/login/"),), post_action="login"),
    "portal:logout": Route("", "", (Example("/logout/"),), post_action="out", takes_get=False),
    "portal:set_language": Route(
        "", "", (Example("/language/"),), post_action="language", post_data={"language": "en"},
        takes_get=False,
    ),
    "portal:subject_list": Route(
        "subject", "list",
        (
            Example("/subjects/"),
            Example("/subjects/?kind=COURSE&q=MATH"),
            Example("/subjects/?page=99"),
        ),
    ),
    "portal:subject_detail": Route(
        "subject", "view",
        (
            _subject("TEACHING_CLASS", "MATH-1", "MATH-1"),
            _subject("TEACHING_CLASS", "WELD-1", "WELD-1"),
            _subject("TEACHING_CLASS", "NONE-1", "nowhere"),
            _subject("COURSE", "MATH", "MATH"),
            _subject("UNIT", "EAST", "EAST"),
            _subject("UNIT", "WEST", "WEST"),
            _subject("INSTITUTION", "SMALL", "SMALL"),
            _subject("NOTHING", "MATH", "nowhere"),
        ),
    ),
    "data:dataset_list": Route("dataset", "list", (Example("/data/"),)),
    "data:dataset_detail": Route(
        "dataset", "view",
        (
            Example("/data/score/"),
            Example("/data/payroll/", "whole"),
            Example("/data/_readings/", "nowhere"),
            Example("/data/nothing/", "nowhere"),
        ),
    ),
    "data:dataset_import": Route(
        "import", "create",
        (Example("/data/score/import/", "whole"), Example("/data/nothing/import/", "nowhere")),
        post_action="create",
    ),
    "data:import_batch_detail": Route(
        "import", "view",
        (
            Example("/data/imports/{batch}/", "whole"),
            Example("/data/imports/999999999/", "nowhere"),
        ),
    ),
    "data:import_batch_cells": Route(
        "import", "view",
        (
            Example("/data/imports/{batch}/cells/", "whole"),
            Example("/data/imports/999999999/cells/", "nowhere"),
        ),
    ),
    "indicators:indicator_list": Route(
        "indicator", "list", (Example("/indicators/"), Example("/indicators/?q=pass"))
    ),
    "indicators:indicator_detail": Route(
        "indicator", "view",
        (
            Example(_SHARE),
            Example(f"{_SHARE}?{_ASKED}MATH-1", "MATH-1"),
            Example(f"{_SHARE}?{_ASKED}WELD-1", "WELD-1"),
            Example(f"{_SHARE}?{_ASKED}NONE-1", "nowhere"),
            Example(f"{_SHARE}?kind=UNIT&subject=WEST", "WEST"),
            Example(f"{_SHARE}?kind=NOTHING", "nowhere"),
            Example("/indicators/course.nothing/", "nowhere"),
        ),
    ),
    "indicators:reading_rows": Route(
        "reading_rows", "view",
        (
            Example(f"{_SHARE}rows/?{_ASKED}MATH-1", "MATH-1"),
            Example(f"{_SHARE}rows/?{_ASKED}WELD-1", "WELD-1"),
            Example(f"{_SHARE}rows/?{_ASKED}NONE-1", "nowhere"),
            Example(f"{_SHARE}rows/?{_ASKED}MATH-1&dataset=payroll", "nowhere"),
            Example(f"{_SHARE}rows/?{_ASKED}MATH-1&run=77", "nowhere"),
            Example(f"{_SHARE}rows/", "nowhere"),
            Example("/indicators/course.nothing/rows/", "nowhere"),
        ),
    ),
    "monitoring:alert_list": Route(
        "alert", "list",
        (Example("/alerts/"), Example("/alerts/?status=all"), Example("/alerts/?status=mine")),
    ),
}  # fmt: skip

_PACKAGES = (
    core, data, quality, standard, collecting, directory, exchange, upkeep, goals, improvement,
    monitoring, diagnosis, reports, portal, api,
)  # fmt: skip

# What each package adds stands in a module of its own, under the same rules.
for _package in _PACKAGES:
    ROUTES.update(_package.ROUTES)

# Pairs of addresses that a user who sees only one side cannot tell apart: hidden, non-existent.
TWINS: list[tuple[str, str, list[str]]] = [
    ("/subjects/TEACHING_CLASS/WELD-1/", "/subjects/TEACHING_CLASS/NONE-1/",
     ["east", "eastdata", "math", "teacher"]),
    ("/subjects/UNIT/WEST/", "/subjects/UNIT/NONE/", ["east", "courses", "math"]),
    ("/subjects/INSTITUTION/SMALL/", "/subjects/INSTITUTION/NONE/", ["east", "west", "courses"]),
    ("/data/payroll/", "/data/nothing/", ["eastdata"]),
    ("/data/imports/{batch}/", "/data/imports/999999999/", ["eastdata"]),
    (f"{_SHARE}?{_ASKED}WELD-1", f"{_SHARE}?{_ASKED}NONE-1",
     ["east", "math", "teacher", "student"]),
    (f"{_SHARE}?kind=UNIT&subject=WEST", f"{_SHARE}?kind=UNIT&subject=NONE", ["east", "math"]),
    (f"{_SHARE}rows/?{_ASKED}WELD-1", f"{_SHARE}rows/?{_ASKED}NONE-1", ["east", "math", "teacher"]),
    # Without the right to the resource, what exists and what does not are one.
    ("/data/score/", "/data/nothing/", ["east", "student", "nobody", "expert"]),
    ("/data/score/import/", "/data/nothing/import/", ["east", "eastdata", "student", "nobody"]),
    ("/subjects/TEACHING_CLASS/MATH-1/", "/subjects/TEACHING_CLASS/NONE-1/", ["student", "centre"]),
    (f"{_SHARE}rows/?{_ASKED}MATH-1", f"{_SHARE}rows/?{_ASKED}NONE-1", ["student", "president"]),
    (f"{_SHARE}?{_ASKED}MATH-1", "/indicators/course.nothing/", ["centre", "expert", "nobody"]),
]  # fmt: skip

for _package in _PACKAGES:
    TWINS.extend(_package.TWINS)


def every_route() -> list[tuple[str, URLPattern]]:
    """Return every route of the resolver with its qualified name, in its order."""
    return list(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, prefix: str):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from _walk(entry, inner)
        else:
            yield f"{prefix}{entry.name}", entry
