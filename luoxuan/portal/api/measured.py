"""Indicators, their readings and the rows behind one."""

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource, SubjectKind
from luoxuan.indicators.actions import record_rows_read
from luoxuan.indicators.models import IndicatorVersion
from luoxuan.indicators.proofs import ProofIds, pointed_at
from luoxuan.indicators.provenance import ProvenanceMistyped, decode
from luoxuan.indicators.queries import JudgedReading, Reading, indicators, judged, readings, rows_of
from luoxuan.portal.api.documents import Kind, Member, document_of
from luoxuan.portal.api.operations import Operation, Parameter, endpoint
from luoxuan.portal.api.paging import Paging, cut, paging_of
from luoxuan.portal.api.problems import not_found

_INDICATOR = (
    Member("code", lambda row: row.indicator.code),
    Member("version", lambda row: row.number, Kind.INTEGER),
    Member("title", lambda row: row.title),
    Member("title_en", lambda row: row.title_en),
    Member("about", lambda row: row.about),
    Member("formula", lambda row: row.formula),
    Member("unit", lambda row: row.unit),
    Member("decimals", lambda row: row.decimals, Kind.INTEGER),
    Member("direction", lambda row: row.direction),
    Member("kinds", lambda row: row.kinds, Kind.TEXTS),
    Member("period_kind", lambda row: row.period_kind),
)
_JUDGED = (
    Member("indicator", lambda row: row.reading.indicator),
    Member("indicator_version", lambda row: row.reading.version, Kind.INTEGER),
    Member("kind", lambda row: row.reading.kind),
    Member("subject", lambda row: row.reading.subject),
    Member("period", lambda row: row.reading.period),
    Member("value", lambda row: row.reading.value, Kind.DECIMAL, is_nullable=True),
    Member("reason", lambda row: row.reading.reason, is_nullable=True),
    Member("numerator", lambda row: row.reading.numerator, Kind.DECIMAL, is_nullable=True),
    Member("denominator", lambda row: row.reading.denominator, Kind.DECIMAL, is_nullable=True),
    Member("rows", lambda row: row.reading.rows, Kind.INTEGER),
    Member("target_value", lambda row: row.limits.target, Kind.DECIMAL, is_nullable=True),
    Member("standard_value", lambda row: row.limits.standard, Kind.DECIMAL, is_nullable=True),
    Member("warning_value", lambda row: row.limits.warning, Kind.DECIMAL, is_nullable=True),
    Member("state", lambda row: row.state),
    Member("run", lambda row: row.reading.run, Kind.INTEGER),
)
_AT_ONCE = 20
# The id comes from keys that are read once for all readings of a page.
_READING = (Member("id", lambda _: None), *_JUDGED)


@guarded(Resource.INDICATOR, Action.LIST)
@endpoint(
    "v1/indicators", Operation("GET", gettext_noop("指标"), members=_INDICATOR, is_paged=True)
)
def indicator_list(request: HttpRequest) -> dict[str, Any]:
    """Return the newest version of every indicator, by code."""
    paging = paging_of(request)
    after = paging.after[0] if paging.after else ""
    found = indicators().filter(indicator__code__gt=after).order_by("indicator__code")
    rows: list[IndicatorVersion] = list(found[: paging.limit + 1])
    return cut(
        paging, rows, key=lambda row: [row.indicator.code],
        shown=lambda here: [document_of(_INDICATOR, row) for row in here],
    )  # fmt: skip


@guarded(Resource.INDICATOR, Action.VIEW)
@endpoint(
    "v1/readings",
    Operation(
        "GET",
        gettext_noop("指标值"),
        (
            Parameter("indicator", gettext_noop("指标代码")),
            Parameter("kind", gettext_noop("对象类别"), tuple(SubjectKind)),
            Parameter("subject", gettext_noop("对象代码")),
            Parameter("period", gettext_noop("时段代码")),
        ),
        _READING,
        is_paged=True,
        example="v1/readings?indicator=course.pass_share&kind=COURSE&period=2025-2026-1",
    ),
)
def reading_list(request: HttpRequest) -> dict[str, Any]:
    """Return the newest readings of the reader's places, by indicator, kind, subject, period."""
    paging = paging_of(request)
    found = _readings_after(cast("ScopedRequest", request), paging)
    return cut(paging, found, key=_key, shown=_shown)


def _readings_after(reader: ScopedRequest, paging: Paging) -> list[Reading]:
    """Return enough readings for a page; some indicators at a time are read until it is full."""
    asked = reader.GET
    after = paging.after or ["", "", "", ""]
    codes = sorted(row.indicator.code for row in indicators().prefetch_related(None))
    if asked.get("indicator"):
        codes = [code for code in codes if code == asked["indicator"]]
    codes = [code for code in codes if code >= after[0]]
    found: list[Reading] = []
    for start in range(0, len(codes), _AT_ONCE):
        if len(found) > paging.limit:
            break
        here = readings(
            reader.scope,
            indicator_codes=codes[start : start + _AT_ONCE],
            kind=asked.get("kind") or None,
            subject_codes=[asked["subject"]] if asked.get("subject") else None,
            periods=[asked["period"]] if asked.get("period") else None,
        )
        found += sorted((row for row in here if _key(row) > after), key=_key)
    return found[: paging.limit + 1]


def _key(row: Reading) -> list[str]:
    return [row.indicator, str(row.kind), row.subject, row.period]


def _shown(found: Sequence[Reading]) -> list[dict[str, Any]]:
    ids = ProofIds(found)
    rows: list[JudgedReading] = judged(found, on=timezone.localdate())
    return [{"id": ids.id_of(row.reading), **document_of(_JUDGED, row)} for row in rows]


@guarded(Resource.READING_ROWS, Action.VIEW)
@endpoint(
    "v1/readings/<str:proof>/rows",
    Operation(
        "GET",
        gettext_noop("指标值背后的明细行"),
        (Parameter("dataset", gettext_noop("数据集名称，指标用到多个时选一个")),),
        is_paged=True,
        example="v1/readings/LX-K7QH-2M4P-9TXV/rows",
        more=(
            Member("reading", lambda _: None),
            Member("dataset", lambda _: None),
            Member("version", lambda _: None, Kind.INTEGER),
            Member("n_rows", lambda _: None, Kind.INTEGER),
            Member("n_hidden", lambda _: None, Kind.INTEGER),
        ),
    ),
)
def reading_rows(request: HttpRequest, proof: str) -> dict[str, Any]:
    """Return the rows behind one reading at the version that it was computed from."""
    reader = cast("ScopedRequest", request)
    paging = paging_of(request)
    offset = paging.after[0] if paging.after else 0
    try:
        found = pointed_at(reader.scope, decode(proof))
    except (ProvenanceMistyped, OverflowError) as error:
        raise not_found() from error
    if found is None:
        raise not_found()
    try:
        behind = rows_of(
            reader.scope, found.reading, dataset=request.GET.get("dataset", ""),
            offset=offset, limit=paging.limit, version=found.version,
        )  # fmt: skip
    except KeyError as error:
        raise not_found() from error
    record_rows_read(
        reading=found.reading, dataset=behind.dataset.name, by=reader.user, at=timezone.now()
    )
    page = behind.page
    rows = [dict(zip(page.fields, row[:-1], strict=True)) for row in page.table.rows]
    reached = offset + len(rows)
    return paging.document(
        rows, [reached] if reached < page.n_rows else None, reading=proof,
        dataset=behind.dataset.name, version=behind.number, n_rows=page.n_rows,
        n_hidden=page.n_hidden,
    )  # fmt: skip
