"""The page on which somebody says that a reading is wrong."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.queries import all_periods, subject_at, subjects
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.templatetags.numbers import reading as reading_words
from luoxuan.data.quality.views import PointedNumber, number_page
from luoxuan.indicators.blocks import Frame, localized, shown
from luoxuan.indicators.models import IndicatorVersion
from luoxuan.indicators.queries import indicator_coded, judged, reading_at


@guarded(Resource.INDICATOR, Action.VIEW)
def reading_doubt(request: HttpRequest, code: str) -> HttpResponse:
    """Say that a reading is wrong「数据有误」: through its rows, or of the number itself."""
    reader = cast("ScopedRequest", request)
    kind, name, period = (request.GET.get(part, "") for part in ("kind", "subject", "period"))
    try:
        version = indicator_coded(code)
    except IndicatorVersion.DoesNotExist as error:
        raise Http404 from error
    found = reading_at(reader.scope, code=code, kind=kind, subject=name, period=period)
    if found is None:
        raise Http404
    subject = subject_at(reader.scope, kind=found.kind, code=found.subject)
    rows_scope = reader.rights.scope(Resource.READING_ROWS, Action.VIEW)
    sees_rows = rows_scope is not None and subjects(rows_scope).filter(pk=subject.pk).exists()
    frame = Frame(
        {code: version}, {(subject.kind, subject.code): subject},
        {period.code: period for period in all_periods()}, sees_rows,
    )  # fmt: skip
    row = shown(judged([found], on=timezone.localdate(), versions=[version])[0], frame)
    names = (localized(version, "title"), localized(subject, "name"), localized(row.period, "name"))
    measures = version.measures.select_related("dataset").order_by("code")
    return number_page(
        request,
        PointedNumber(
            about=" · ".join(names),
            about_url=row.url,
            shown=reading_words(row.value, row.indicator),
            datasets=list({one.dataset_id: one.dataset for one in measures}.values()),
            subject=subject,
            rows_url=row.rows_url,
        ),
    )
