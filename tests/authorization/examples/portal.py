"""Routes of portal; placeholders in braces are the keys that its filling returned."""

from ..shapes import Example, Route

ROUTES: dict[str, Route] = {
    "portal:todo_list": Route("home", "view", (Example("/todo/"),)),
    "portal:cockpit": Route("cockpit", "view", (Example("/cockpit/"),)),
    "portal:below_standard": Route(
        "subject", "list", (Example("/below-standard/"), Example("/below-standard/?kind=COURSE"))
    ),
    "portal:search": Route(
        "home", "view", (Example("/search/"), Example("/search/?q=math"), Example("/search/?q=zzz"))
    ),
}

TWINS: list[tuple[str, str, list[str]]] = []
