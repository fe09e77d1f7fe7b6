"""Datasets and their rows: reading them, and pushing rows into them."""

from collections.abc import Sequence
from typing import Any, cast

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.queries import periods
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import Scope
from luoxuan.data.actions.exports import record_export, rows_condition
from luoxuan.data.directory.actions import record_uses
from luoxuan.data.directory.rules import UseKind
from luoxuan.data.models import Dataset, DatasetVersion, Field
from luoxuan.data.queries import dataset_named, dataset_rows, datasets
from luoxuan.data.rules import ImportMode
from luoxuan.portal.api.delivering import REPORT
from luoxuan.portal.api.documents import Kind, Member, document_of
from luoxuan.portal.api.operations import Operation, Parameter, endpoint
from luoxuan.portal.api.paging import page_by_key, paging_of
from luoxuan.portal.api.problems import bad_parameter, not_found
from luoxuan.portal.api.pushes import BODY, LATER, take_push

_PERIOD = Parameter("period", gettext_noop("时段代码"))
_MODE = Parameter(
    "mode", gettext_noop("写入方式：追加、按主键合并、替换该时段或整个数据集"), tuple(ImportMode),
    is_required=True,
)  # fmt: skip
_FIELD = (
    Member("name", lambda row: row.name),
    Member("title", lambda row: row.title),
    Member("title_en", lambda row: row.title_en),
    Member("type", lambda row: row.type),
    Member("decimals", lambda row: row.decimals, Kind.INTEGER),
    Member("is_required", lambda row: row.is_required, Kind.BOOLEAN),
    Member("is_computed", lambda row: bool(row.formula), Kind.BOOLEAN),
)
_DATASET = (
    Member("name", lambda row: row.name),
    Member("title", lambda row: row.title),
    Member("title_en", lambda row: row.title_en),
    Member("about", lambda row: row.about),
    Member("key", lambda row: row.key, Kind.TEXTS),
    Member("subject_kind", lambda row: row.subject_kind or None, is_nullable=True),
    Member("version", lambda row: row.current_number or None, Kind.INTEGER, is_nullable=True),
    Member("n_rows", lambda row: row.newest and row.newest.n_rows, Kind.INTEGER, is_nullable=True),
    Member("fields", lambda row: [document_of(_FIELD, one) for one in row.fields.all()], Kind.ANY),
)


@guarded(Resource.DATASET, Action.LIST)
@endpoint(
    "v1/datasets",
    Operation("GET", gettext_noop("数据集"), members=_DATASET, is_paged=True),
)
def dataset_list(request: HttpRequest) -> dict[str, Any]:
    """Return the datasets「数据集」 that the reader may see, with their fields."""
    found = datasets(cast("ScopedRequest", request).scope)
    fields = Prefetch("fields", queryset=Field.objects.order_by("position", "pk"))
    return page_by_key(request, found.prefetch_related(fields), _shown)


@guarded(Resource.DATASET, Action.VIEW)
@endpoint(
    "v1/datasets/<str:name>/rows",
    Operation(
        "GET",
        gettext_noop("数据集的明细行"),
        (_PERIOD, Parameter("version", gettext_noop("数据版本号，不写为当前版本"))),
        is_paged=True,
        example="v1/datasets/course_result/rows?period=2025-2026-1&limit=1000",
        more=(
            Member("dataset", lambda _: None),
            Member("version", lambda _: None, Kind.INTEGER, is_nullable=True),
            Member("n_rows", lambda _: None, Kind.INTEGER),
        ),
    ),
    Operation(
        "POST",
        gettext_noop("推送明细行"),
        (_MODE, _PERIOD),
        REPORT,
        later=LATER,
        body=BODY,
        takes_key=True,
        example="v1/datasets/course_result/rows?mode=merge&period=2025-2026-1",
        sent='[{"student_id": "20230001", "class_code": "JS-101", "score": 86.5}]',
        statuses=(400, 401, 403, 404, 405, 409, 413, 415, 422),
    ),
)
def row_list(request: HttpRequest, name: str) -> dict[str, Any] | HttpResponse:
    """Return the rows of a dataset cut to the reader's scope, or take rows in."""
    reader = cast("ScopedRequest", request)
    if request.method == "POST":
        # Rows are written for the whole institution; a narrower right cannot write them.
        scope = reader.rights.scope(Resource.IMPORT, Action.CREATE)
        if scope is None or not scope.whole_institution:
            raise not_found()
        return take_push(reader, _dataset(scope, name))
    return _rows(reader, _dataset(reader.scope, name))


def _rows(reader: ScopedRequest, dataset: Dataset) -> dict[str, Any]:
    paging = paging_of(reader)
    # A page goes on with the version of the page before; a newer one would shift its rows.
    number, offset = paging.after or [_number(reader, dataset), 0]
    period = reader.GET.get("period", "")
    if period and not periods().filter(code=period).exists():
        raise bad_parameter("period", gettext("没有这个时段"))
    if not number:
        return paging.document([], None, dataset=dataset.name, version=None, n_rows=0)
    page = dataset_rows(
        reader.scope, dataset, offset=offset, limit=paging.limit, number=number,
        condition=rows_condition(dataset, period),
    )  # fmt: skip
    rows = [dict(zip(page.fields, row[:-1], strict=True)) for row in page.table.rows]
    record_export(
        dataset=dataset, file_format="json", n_rows=len(rows), by=reader.user, at=timezone.now()
    )
    record_uses(datasets=[dataset], kind=UseKind.PULLED, at=timezone.now())
    reached = offset + len(rows)
    key = [number, reached] if reached < page.n_rows else None
    return paging.document(rows, key, dataset=dataset.name, version=number, n_rows=page.n_rows)


def _number(reader: ScopedRequest, dataset: Dataset) -> int:
    text = reader.GET.get("version")
    if text is None:
        return dataset.current_number
    is_number = text.isascii() and text.isdecimal() and len(text) <= 9
    if not is_number or not 1 <= int(text) <= dataset.current_number:
        raise bad_parameter("version", gettext("没有这个版本"))
    return int(text)


def _dataset(scope: Scope, name: str) -> Dataset:
    try:
        return dataset_named(scope, name)
    except Dataset.DoesNotExist as error:
        raise not_found() from error


def _shown(rows: Sequence[Dataset]) -> list[dict[str, Any]]:
    newest = {
        version.dataset_id: version
        for version in DatasetVersion.objects.filter(dataset__in=rows).order_by("number")
    }
    for row in rows:
        setattr(row, "newest", newest.get(row.pk))  # noqa: B010 - the members read it
    return [document_of(_DATASET, row) for row in rows]
