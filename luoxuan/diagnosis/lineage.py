"""Which points of a diagnosis are judged by which indicators."""

from django.urls import reverse

from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.lineage import Lineage, Node, NodeKind
from luoxuan.diagnosis.models import SchemeNode
from luoxuan.diagnosis.queries import schemes


def lineage(rights: Rights | None) -> Lineage:
    """Return the points of the newest schemes that name indicators."""
    may = rights is None or rights.scope(Resource.LOOP_TEMPLATE, Action.LIST) is not None
    url = reverse("diagnosis:template_list") if may else ""
    found = Lineage()
    for point in SchemeNode.objects.filter(scheme__in=schemes()).exclude(indicators=[]):
        code = f"{point.scheme_id}.{point.code}"
        node = found.add(Node(NodeKind.DIAGNOSIS_POINT, code, point.title, point.title_en, url))
        for indicator in point.indicators:
            found.tie(f"{NodeKind.INDICATOR}:{indicator}", node.key)
    return found
