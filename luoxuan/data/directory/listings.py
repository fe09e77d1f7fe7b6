"""Requests, statistics and comparisons as lists that leave as files."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext

from luoxuan.core.downloads import Listing, local_time
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.workbook import Column
from luoxuan.data.directory.blocks import FUNCTIONS, REQUEST_STATES, GroupWords, statistic_words
from luoxuan.data.directory.statistics import Counts, Figure
from luoxuan.data.models import DataRequest, Statistic


def request_listing(found: QuerySet[DataRequest], state: str) -> Listing:
    """Return requests for data「数据需求」 with their answers."""
    chosen = str(REQUEST_STATES[state][1]) if state else gettext("全部")
    return Listing(
        name="data_requests",
        title=gettext("数据需求"),
        columns=[
            Column(gettext("需要什么数据"), width=40),
            Column(gettext("提出部门"), width=24),
            Column(gettext("提出人")),
            Column(gettext("提出于"), "datetime"),
            Column(gettext("最晚什么时候要"), "date"),
            Column(gettext("状态")),
            Column(gettext("计划哪一天提供"), "date"),
            Column(gettext("说明或理由"), width=50),
            Column(gettext("答复人")),
        ],
        n_rows=found.count(),
        rows=lambda: [_request(row) for row in found],
        notes=[f"{gettext('状态')}：{chosen}"],
    )


def _request(row: DataRequest) -> tuple[object, ...]:
    return (
        row.title,
        text_of(row.subject, "name"),
        row.asked_by.name,
        local_time(row.asked_at),
        row.needed_by,
        str(REQUEST_STATES[row.state][1]),
        row.planned_on,
        row.answer,
        row.answered_by.name if row.answered_by else "",
    )


def statistics_listing(found: Sequence[Statistic]) -> Listing:
    """Return the kept statistics「统计报表」."""
    return Listing(
        name="statistics",
        title=gettext("统计报表"),
        columns=[
            Column(gettext("名称"), width=40),
            Column(gettext("数据集"), width=24),
            Column(gettext("统计什么"), width=40),
            Column(gettext("条件"), width=30),
            Column(gettext("谁建的")),
        ],
        n_rows=len(found),
        rows=lambda: [
            (row.title, text_of(row.dataset, "title"), str(FUNCTIONS[row.function]), row.condition,
             row.owner.name)
            for row in found
        ],
        notes=[f"{gettext('筛选')}：{gettext('全部')}"],
    )  # fmt: skip


def counts_listing(
    statistic: Statistic, counts: Counts, *, titles: dict[str, str], words: GroupWords
) -> Listing:
    """Return a statistic as counted「统计表」; a line about too few persons has no number."""
    figures = [*counts.figures, *([counts.total] if counts.total else [])]
    decimals = max((_decimals(one) for one in figures), default=0)
    what = str(FUNCTIONS[statistic.function])
    return Listing(
        name="statistic",
        title=statistic.title or gettext("统计表"),
        columns=[
            *(Column(titles.get(name, name), width=24) for name in statistic.groups),
            Column(what, "decimal", decimals=decimals) if decimals else Column(what, "integer"),
            Column(gettext("行数"), "integer"),
            Column(gettext("备注")),
        ],
        n_rows=len(figures),
        rows=lambda: [
            _figure(statistic, one, words, is_total=one is counts.total) for one in figures
        ],
        notes=[
            f"{gettext('数据集')}：{text_of(statistic.dataset, 'title')} "
            + gettext("第 %(number)s 版") % {"number": counts.number},
            f"{gettext('统计什么')}：{statistic_words(statistic, titles)}",
            f"{gettext('条件')}：{statistic.condition or gettext('无')}",
        ],
    )


def _figure(
    statistic: Statistic, one: Figure, words: GroupWords, *, is_total: bool
) -> tuple[object, ...]:
    groups: list[str] = [
        words.of(name, value) for name, value in zip(statistic.groups, one.groups, strict=False)
    ]
    if is_total:
        groups = [gettext("全部"), *[""] * (len(statistic.groups) - 1)][: len(statistic.groups)]
    return (*groups, one.value, one.n_rows, gettext("人数过少") if one.is_hidden else "")


def _decimals(one: Figure) -> int:
    exponent = one.value.as_tuple().exponent if isinstance(one.value, Decimal) else 0
    return -exponent if isinstance(exponent, int) else 0
