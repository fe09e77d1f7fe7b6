"""Which reports print which indicators."""

from django.urls import reverse

from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource, SubjectKind
from luoxuan.core.lineage import Lineage, Node, NodeKind
from luoxuan.indicators.queries import indicators
from luoxuan.reports.blocks import KIND_WORDS
from luoxuan.reports.rules import DocumentKind

# A report prints every indicator that is read for a subject of these kinds.
_PRINTED = {
    DocumentKind.COURSE_TERM: {SubjectKind.COURSE, SubjectKind.TEACHING_CLASS},
    DocumentKind.MEETING_PAPER: {SubjectKind.COURSE, SubjectKind.PROGRAM},
}


def lineage(rights: Rights | None) -> Lineage:
    """Return the kinds of report behind the indicators that they print."""
    may = rights is None or rights.scope(Resource.DOCUMENT, Action.LIST) is not None
    url = reverse("reports:document_list") if may else ""
    found = Lineage()
    versions = list(indicators().prefetch_related(None))
    for kind, printed in _PRINTED.items():
        node = found.add(Node(NodeKind.REPORT, kind, str(KIND_WORDS[kind]), "", url))
        for version in versions:
            if printed & set(version.kinds):
                found.tie(f"{NodeKind.INDICATOR}:{version.indicator.code}", node.key)
    return found
