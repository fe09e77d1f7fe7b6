"""Reports: which there are, and one with its content."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.portal.api.documents import Kind, Member, document_of
from luoxuan.portal.api.operations import Operation, Parameter, endpoint
from luoxuan.portal.api.paging import page_by_key
from luoxuan.portal.api.problems import not_found
from luoxuan.reports.models import Document
from luoxuan.reports.queries import document_at, standing_documents
from luoxuan.reports.rules import DocumentKind, DocumentState

_DOCUMENT = (
    Member("id", lambda row: row.pk, Kind.INTEGER),
    Member("document_kind", lambda row: row.kind),
    Member("title", lambda row: row.title),
    Member("edition", lambda row: row.edition, Kind.INTEGER),
    Member("kind", lambda row: row.subject.kind),
    Member("subject", lambda row: row.subject.code),
    Member("period", lambda row: row.period.code),
    Member("state", lambda row: row.state),
    Member("author", lambda row: str(row.author)),
    Member("signer", lambda row: row.signer and str(row.signer), is_nullable=True),
    Member("created_at", lambda row: row.created_at, Kind.TIME),
    Member("submitted_at", lambda row: row.submitted_at, Kind.TIME, is_nullable=True),
    Member("signed_at", lambda row: row.signed_at, Kind.TIME, is_nullable=True),
    Member("withdrawn_at", lambda row: row.withdrawn_at, Kind.TIME, is_nullable=True),
    Member("content_hash", lambda row: row.content_hash),
)
_WHOLE = (*_DOCUMENT, Member("content", lambda row: row.content, Kind.ANY))


@guarded(Resource.DOCUMENT, Action.LIST)
@endpoint(
    "v1/reports",
    Operation(
        "GET",
        gettext_noop("报告"),
        (
            Parameter("kind", gettext_noop("报告类别"), tuple(DocumentKind)),
            Parameter("state", gettext_noop("报告状态"), tuple(DocumentState)),
        ),
        _DOCUMENT,
        is_paged=True,
    ),
)
def document_list(request: HttpRequest) -> dict[str, Any]:
    """Return the reports of the reader's places that were not withdrawn."""
    reader = cast("ScopedRequest", request)
    found = standing_documents(reader.scope, reader=reader.user)
    for name in ("kind", "state"):
        if chosen := request.GET.get(name):
            found = found.filter(**{name: chosen})
    return page_by_key(
        request, found, lambda rows: [document_of(_DOCUMENT, row) for row in rows]
    )  # fmt: skip


@guarded(Resource.DOCUMENT, Action.VIEW)
@endpoint(
    "v1/reports/<int:number>",
    Operation("GET", gettext_noop("一份报告"), members=_WHOLE, example="v1/reports/5"),
)
def document_detail(request: HttpRequest, number: int) -> dict[str, Any]:
    """Return one report with its content, as its page shows it."""
    reader = cast("ScopedRequest", request)
    try:
        found = document_at(reader.scope, number, reader=reader.user)
    except (Document.DoesNotExist, OverflowError) as error:
        raise not_found() from error
    return document_of(_WHOLE, found)
