"""Routes of portal; placeholders in braces are the keys that its filling returned."""

from ..shapes import Example, Route

ROUTES: dict[str, Route] = {
    "portal:search": Route(
        "home", "view", (Example("/search/"), Example("/search/?q=math"), Example("/search/?q=zzz"))
    ),
}

TWINS: list[tuple[str, str, list[str]]] = []
