"""Pages of portal that the quality office can open; placeholders as in the filling."""

ADDRESSES: dict[str, str] = {
    "to-do": "/todo/",
    "cockpit": "/cockpit/",
    "below standard": "/below-standard/",
    "settings": "/settings/",
    "units": "/units/",
    "unit: change": "/units/EAST-MATH/change/",
    "access tokens": "/me/tokens/",
    "API guide": "/api/",
    "style guide": "/styleguide/",
    "register of indicators": "/register/",
    "record of an indicator": "/indicators/course.pass_share/record/",
    "search": "/search/",
    "search, something found": "/search/?q=math",
    "search, nothing found": "/search/?q=zzz",
}
