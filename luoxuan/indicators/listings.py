"""Readings, and the rows behind one, as lists that leave as files."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext

from luoxuan.core.downloads import Listing
from luoxuan.core.templatetags.chips import status_words
from luoxuan.core.templatetags.words import kind_words, text_of
from luoxuan.core.workbook import Column
from luoxuan.data.formula.types import FieldInfo, FieldType
from luoxuan.data.queries import RowPage
from luoxuan.indicators.blocks import ShownReading
from luoxuan.indicators.queries import RowsBehind

_KINDS = {
    FieldType.INTEGER: "integer",
    FieldType.DECIMAL: "decimal",
    FieldType.DATE: "date",
    FieldType.TIME: "datetime",
}


def reading_listing(
    rows: Sequence[ShownReading], *, name: str, title: str, notes: Sequence[str]
) -> Listing:
    """Return readings「指标值」 with their parts, limits and states."""
    return Listing(
        name=name,
        title=title,
        columns=[
            Column(gettext("对象"), width=30),
            Column(gettext("类别")),
            Column(gettext("代码"), width=20),
            Column(gettext("指标"), width=24),
            Column(gettext("时段"), width=24),
            Column(gettext("现实值"), "decimal", decimals=4),
            Column(gettext("分子"), "decimal", decimals=2),
            Column(gettext("分母"), "decimal", decimals=2),
            Column(gettext("明细行"), "integer"),
            Column(gettext("状态")),
            Column(gettext("目标值"), "decimal", decimals=4),
            Column(gettext("标准值"), "decimal", decimals=4),
            Column(gettext("预警值"), "decimal", decimals=4),
        ],
        n_rows=len(rows),
        rows=lambda: [_cells(row) for row in rows],
        notes=notes,
    )


def rows_listing(
    behind: RowsBehind, read: Callable[[], RowPage], *, name: str, notes: Sequence[str]
) -> Listing:
    """Return the rows behind a number「明细行」 with their numbers in the file they came in."""
    infos = {info.name: info for info in behind.fields}
    columns = [_column(name, infos[name]) for name in behind.page.fields]
    return Listing(
        name=name,
        title=gettext("明细行"),
        columns=[Column(gettext("文件行"), "integer"), *columns],
        n_rows=behind.page.n_rows,
        rows=lambda: ((row[-1], *row[:-1]) for row in read().table.rows),
        notes=notes,
    )


def _cells(row: ShownReading) -> tuple[object, ...]:
    return (
        text_of(row.subject, "name"),
        kind_words(row.subject.kind),
        row.subject.code,
        text_of(row.indicator, "title"),
        text_of(row.period, "name"),
        row.value,
        row.numerator,
        row.denominator,
        row.rows,
        status_words(row.status),
        row.target_value,
        row.standard_value,
        row.warning_value,
    )


def _column(name: str, info: FieldInfo) -> Column:
    titles = (*info.titles, "")
    kind = _KINDS.get(info.type, "text")
    return Column(titles[0] or name, kind, decimals=info.decimals)
