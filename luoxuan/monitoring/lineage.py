"""Which watches look at which indicators."""

from django.urls import reverse

from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.lineage import Lineage, Node, NodeKind
from luoxuan.monitoring.queries import watches


def lineage(rights: Rights | None) -> Lineage:
    """Return the watches that are on, behind their indicators."""
    may = rights is None or rights.scope(Resource.ALERT, Action.LIST) is not None
    url = reverse("monitoring:alert_list") if may else ""
    found = Lineage()
    for row in watches():
        node = found.add(Node(NodeKind.WATCH, row.code, row.title, row.title_en, url))
        found.tie(f"{NodeKind.INDICATOR}:{row.indicator.code}", node.key)
    return found
