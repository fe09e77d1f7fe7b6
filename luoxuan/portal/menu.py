"""The entries of the side menu about data: what a reader has no right to is not there."""

from dataclasses import dataclass

from django.urls import ResolverMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource, may

_ENTRIES: tuple[tuple[str, Resource, Action, str, Promise, tuple[str, ...]], ...] = (
    # Address, right, icon, words, and how the names of the pages below it begin.
    (
        "data:submission_list", Resource.SUBMISSION, Action.LIST, "list-details", _("我的填报"),
        ("submission",),
    ),
    (
        "data:collection_list", Resource.COLLECTION, Action.LIST, "table", _("采集任务"),
        ("collection",),
    ),
    ("data:dataset_list", Resource.DATASET, Action.LIST, "database", _("数据中心"), ()),
    (
        "data:statistic_list", Resource.HOME, Action.VIEW, "chart-line", _("统计报表"),
        ("statistic",),
    ),
    (
        "data:quality_list", Resource.DATA_CHECK, Action.LIST, "shield-check", _("数据质量"),
        ("quality", "check", "outlier"),
    ),
    (
        "data:correction_list", Resource.CORRECTION, Action.LIST, "refresh", _("数据更正"),
        ("correction",),
    ),
    (
        "data:request_list", Resource.DATA_REQUEST, Action.LIST, "user-question", _("数据需求"),
        ("request",),
    ),
    (
        "data:exchange_list", Resource.EXCHANGE, Action.LIST, "upload", _("数据上报"),
        ("exchange",),
    ),
    ("portal:burden", Resource.COCKPIT, Action.VIEW, "calculator", _("填报负担"), ("burden",)),
    (
        "data:evidence_list", Resource.EVIDENCE, Action.LIST, "file-check", _("佐证材料"),
        ("evidence",),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the menu「菜单项」; ``current`` is "page" on its page, "true" below it."""

    url: str
    icon: str
    words: str
    current: str


def data_entries(rights: Rights, here: ResolverMatch | None) -> list[MenuEntry]:
    """Return the entries about data that a user may open, in the order of the work."""
    held = {grant.role for grant in rights.grants}
    return [
        MenuEntry(reverse(name), icon, str(words), _current(name, below, here))
        for name, resource, action, icon, words, below in _ENTRIES
        if any(may(role, resource, action) for role in held)
    ]


def _current(name: str, below: tuple[str, ...], here: ResolverMatch | None) -> str:
    if here is None:
        return ""
    if here.view_name == name:
        return "page"
    namespace, _sign, page = here.view_name.partition(":")
    if namespace != name.partition(":")[0]:
        return ""
    if below:
        return "true" if page.startswith(below) else ""
    # The data centre is what no other entry is about.
    others = tuple(start for *_rest, starts in _ENTRIES for start in starts)
    return "" if page.startswith(others) else "true"
