"""What the work is about."""

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.models import Subject
from luoxuan.campus.queries import subjects, subjects_found
from luoxuan.campus.rules import Action, Resource, SubjectKind
from luoxuan.portal.api.documents import Kind, Member, document_of
from luoxuan.portal.api.operations import Operation, Parameter, endpoint
from luoxuan.portal.api.paging import page_by_key

_SUBJECT = (
    Member("kind", lambda row: row.kind),
    Member("code", lambda row: row.code),
    Member("name", lambda row: row.name),
    Member("name_en", lambda row: row.name_en),
    Member("parent", lambda row: row.shown_parent, is_nullable=True),
    Member("valid_from", lambda row: row.valid_from, Kind.DATE, is_nullable=True),
    Member("valid_to", lambda row: row.valid_to, Kind.DATE, is_nullable=True),
)


@guarded(Resource.SUBJECT, Action.LIST)
@endpoint(
    "v1/subjects",
    Operation(
        "GET",
        gettext_noop("诊改对象"),
        (
            Parameter("kind", gettext_noop("对象类别"), tuple(SubjectKind)),
            Parameter("q", gettext_noop("名称、代码或拼音")),
        ),
        _SUBJECT,
        is_paged=True,
    ),
)
def subject_list(request: HttpRequest) -> dict[str, Any]:
    """Return the subjects「诊改对象」 of the reader's places, by kind and text."""
    scope = cast("ScopedRequest", request).scope
    kind, query = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    found = subjects(scope).select_related("parent")
    if kind:
        found = found.filter(kind=kind)
    if query:
        found = found.filter(pk__in=subjects_found(scope, query).order_by().values("pk"))

    def shown(rows: Sequence[Subject]) -> list[dict[str, Any]]:
        # A parent outside the reader's scope is not named.
        above = {row.parent_id for row in rows if row.parent_id}
        seen = set(subjects(scope).filter(pk__in=above).values_list("pk", flat=True))
        for row in rows:
            parent = row.parent if row.parent_id in seen else None
            name = f"{parent.kind}:{parent.code}" if parent else None
            setattr(row, "shown_parent", name)  # noqa: B010 - the members read it
        return [document_of(_SUBJECT, row) for row in rows]

    return page_by_key(request, found, shown)
