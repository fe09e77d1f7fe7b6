"""Routes of exchange; placeholders in braces are the keys that its filling returned."""

from ..shapes import Example, Route

_BUNDLE = "/data/exchange/{bundle}/"
_NONE = "/data/exchange/999999999/"


def _page(path: str, *more: Example, action: str = "view") -> Route:
    """A page of a bundle: for whoever sees the whole institution."""
    examples = (Example(f"{_BUNDLE}{path}", "whole"), Example(f"{_NONE}{path}", "nowhere"))
    return Route("exchange", action, (*examples, *more))


def _act(path: str, *, action: str = "create", resource: str = "exchange") -> Route:
    examples = (Example(f"{_BUNDLE}{path}", "whole"), Example(f"{_NONE}{path}", "nowhere"))
    return Route(resource, action, examples, post_action=action, takes_get=False)


ROUTES: dict[str, Route] = {
    "data:exchange_list": Route("exchange", "list", (Example("/data/exchange/"),)),
    "data:exchange_build": Route(
        "exchange", "create", (Example("/data/exchange/new/"),), post_action="create"
    ),
    "data:exchange_import": Route(
        "exchange", "create", (Example("/data/exchange/import/"),), post_action="create"
    ),
    "data:exchange_verify": Route(
        "home", "view",
        (Example("/data/exchange/verify/"), Example(f"/data/exchange/verify/?sha256={'0' * 64}")),
    ),
    "data:exchange_package": Route(
        "exchange", "view",
        (
            Example("/data/exchange/packages/platform/", "whole"),
            Example("/data/exchange/packages/nothing/", "nowhere"),
        ),
    ),
    "data:exchange_bundle": _page(
        "",
        Example("/data/exchange/{bundle_waiting}/", "whole"),
        Example("/data/exchange/{bundle_imported}/", "whole"),
    ),
    "data:exchange_findings": _page("findings/"),
    "data:exchange_changes": _page("changes/"),
    "data:exchange_file": _page(
        "files/bundle/",
        Example(f"{_BUNDLE}files/receipt/", "whole"),
        Example(f"{_BUNDLE}files/nothing/", "nowhere"),
    ),
    "data:exchange_table": _page(
        "tables/7.5/",
        Example(f"{_BUNDLE}tables/7.5/?page=9", "whole"),
        Example(f"{_BUNDLE}tables/9.9/", "nowhere"),
    ),
    "data:exchange_comparison": Route(
        "exchange", "view",
        (
            Example("/data/exchange/comparisons/{comparison}/", "whole"),
            Example("/data/exchange/comparisons/999999999/", "nowhere"),
        ),
    ),
    "data:exchange_compare": _page("tables/7.5/compare/", action="create"),
    "data:exchange_take": _act("tables/7.5/take/", resource="import"),
    "data:exchange_check": _act("check/"),
    "data:exchange_explain": _act("explain/"),
    "data:exchange_sign": _act("sign/"),
    "data:exchange_approve": _act("approve/", action="approve"),
    "data:exchange_return": _act("return/", action="approve"),
    "data:exchange_reject": _act("reject/"),
    "data:exchange_correct": _act("correct/"),
    "data:exchange_hand_over": _act("hand-over/"),
    "data:exchange_receipt": _act("receipt/"),
}  # fmt: skip

TWINS: list[tuple[str, str, list[str]]] = [
    (_BUNDLE, _NONE, ["east", "student", "expert", "nobody"]),
    (f"{_BUNDLE}tables/7.5/", f"{_NONE}tables/7.5/", ["eastdata", "math"]),
    (f"{_BUNDLE}files/bundle/", f"{_NONE}files/bundle/", ["west", "auditor"]),
]
