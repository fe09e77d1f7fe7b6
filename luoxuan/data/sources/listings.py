"""Sources and their pulls as lists that leave as files."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from luoxuan.core.downloads import Listing, local_time
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.workbook import Column
from luoxuan.data.models import Pull, Source
from luoxuan.data.sources.blocks import pull_shown


def source_listing(shown: Sequence[Mapping[str, Any]], chosen: str) -> Listing:
    """Return the sources「数据源」 and what each brought last."""
    return Listing(
        name="sources",
        title=gettext("数据源"),
        columns=[
            Column(gettext("数据源"), width=24),
            Column(gettext("代码"), width=20),
            Column(gettext("数据集"), width=24),
            Column(gettext("类别"), width=18),
            Column(gettext("时间"), width=18),
            Column(gettext("下一次"), "datetime"),
            Column(gettext("最近一次"), "datetime"),
            Column(gettext("结论")),
            Column(gettext("说明"), width=50),
            Column(gettext("最近成功"), "datetime"),
        ],
        n_rows=len(shown),
        rows=lambda: [_source(row) for row in shown],
        notes=[f"{gettext('筛选')}：{chosen}"],
    )


def pull_listing(source: Source, found: QuerySet[Pull]) -> Listing:
    """Return all pulls「采集记录」 of a source, newest first."""
    return Listing(
        name="pulls",
        title=gettext("采集记录"),
        columns=[
            Column(gettext("编号"), "integer"),
            Column(gettext("开始时间"), "datetime"),
            Column(gettext("结束时间"), "datetime"),
            Column(gettext("结论")),
            Column(gettext("读到"), "integer"),
            Column(gettext("采用"), "integer"),
            Column(gettext("拒绝"), "integer"),
            Column(gettext("版本"), "integer"),
            Column(gettext("文件"), width=30),
            Column(gettext("说明"), width=50),
            Column(gettext("启动人")),
        ],
        n_rows=found.count(),
        rows=lambda: [_pull(pull) for pull in found],
        notes=[f"{gettext('数据源')}：{source.title}"],
    )


def _source(row: Mapping[str, Any]) -> tuple[object, ...]:
    source, pull, good = row["source"], row["pull"], row["good"]
    return (
        source.title,
        source.name,
        text_of(source.dataset, "title"),
        str(row["kind"]),
        row["schedule"] if source.is_enabled else gettext("已暂停"),
        local_time(row["due"]),
        local_time(pull["pull"].started_at) if pull else None,
        str(pull["words"]) if pull else gettext("还没有采集过"),
        pull["reason"] if pull else "",
        local_time(good.started_at) if good else None,
    )


def _pull(pull: Pull) -> tuple[object, ...]:
    shown = pull_shown(pull)
    return (
        pull.pk,
        local_time(pull.started_at),
        local_time(pull.finished_at),
        str(shown["words"]),
        pull.rows_read,
        pull.rows_accepted if shown["is_adopted"] else None,
        pull.rows_rejected,
        pull.version_number,
        pull.file_name,
        shown["reason"],
        str(pull.by or ""),
    )
