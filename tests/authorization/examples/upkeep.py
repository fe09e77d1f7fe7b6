"""Routes of the upkeep: for whoever keeps the data of the whole institution."""

from ..shapes import Example, Route

ROUTES: dict[str, Route] = {
    "data:upkeep": Route("dataset", "edit", (Example("/data/upkeep/", "whole"),)),
    "data:upkeep_run": Route(
        "dataset", "edit", (Example("/data/upkeep/run/", "whole"),), takes_get=False
    ),
}

TWINS: list[tuple[str, str, list[str]]] = []
