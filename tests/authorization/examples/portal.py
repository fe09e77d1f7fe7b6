"""Routes of portal; placeholders in braces are the keys that its filling returned."""

from ..shapes import Example, Route

ROUTES: dict[str, Route] = {
    "portal:todo_list": Route("home", "view", (Example("/todo/"),)),
    "portal:cockpit": Route("cockpit", "view", (Example("/cockpit/"),)),
    "portal:below_standard": Route(
        "subject", "list", (Example("/below-standard/"), Example("/below-standard/?kind=COURSE"))
    ),
    "portal:setting_list": Route(
        "setting", "list", (Example("/settings/", "whole"),), post_action="edit"
    ),
    "portal:unit_list": Route("subject", "list", (Example("/units/"),)),
    "portal:unit_change": Route(
        "subject", "edit",
        (
            Example("/units/EAST-MATH/change/", "whole"),
            Example("/units/SMALL/change/", "nowhere"),
            Example("/units/NONE/change/", "nowhere"),
        ),
    ),
    "portal:token_list": Route(
        "token", "list", (Example("/me/tokens/"),), post_action="create"
    ),
    "portal:api_guide": Route("home", "view", (Example("/api/"),)),
    "portal:token_revoke": Route(
        "token", "cancel",
        (Example("/me/tokens/{token}/revoke/"), Example("/me/tokens/999999999/revoke/", "nowhere")),
        takes_get=False,
    ),
    "portal:styleguide": Route("setting", "list", (Example("/styleguide/"),)),
    "portal:register_list": Route(
        "indicator", "list", (Example("/register/"), Example("/register/?q=pass&part=any"))
    ),
    "portal:indicator_record": Route(
        "indicator", "view",
        (
            Example("/indicators/course.pass_share/record/"),
            Example("/indicators/course.nothing/record/", "nowhere"),
        ),
    ),
    "portal:offline": Route("", "", (Example("/offline/"),)),
    "portal:service_worker": Route("", "", (Example("/service-worker.js"),)),
    "portal:search": Route(
        "home", "view", (Example("/search/"), Example("/search/?q=math"), Example("/search/?q=zzz"))
    ),
}  # fmt: skip

TWINS: list[tuple[str, str, list[str]]] = []
