"""Datasets and their imports as lists that leave as files."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from luoxuan.core.downloads import Listing, local_time
from luoxuan.core.templatetags.chips import disposition_words
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.workbook import Column
from luoxuan.data.models import Dataset, ImportBatch


def dataset_listing(shown: Sequence[Mapping[str, Any]], notes: Sequence[str] = ()) -> Listing:
    """Return the datasets「数据集」 and the state of each."""
    return Listing(
        name="datasets",
        title=gettext("数据中心"),
        columns=[
            Column(gettext("数据集"), width=24),
            Column(gettext("代码"), width=24),
            Column(gettext("说明"), width=50),
            Column(gettext("行数"), "integer"),
            Column(gettext("版本"), "integer"),
            Column(gettext("最近更新"), "date"),
            Column(gettext("新鲜度")),
            Column(gettext("责任人")),
            Column(gettext("来源文件"), width=30),
            Column(gettext("用到它的指标"), "integer"),
            Column(gettext("近 12 个月的使用"), "integer"),
        ],
        n_rows=len(shown),
        rows=lambda: [
            (
                text_of(row, "title"), row["name"], text_of(row, "about"), row["n_rows"],
                row["version"], row["changed_on"], str(row["state_words"]), row["owner"],
                row["source"], row["n_users"], row["n_uses"],
            )
            for row in shown
        ],
        notes=notes or [f"{gettext('筛选')}：{gettext('全部')}"],
    )  # fmt: skip


def import_listing(dataset: Dataset, found: QuerySet[ImportBatch]) -> Listing:
    """Return all imports「导入批次」 of a dataset, newest first."""
    return Listing(
        name="imports",
        title=gettext("导入批次"),
        columns=[
            Column(gettext("批次"), "integer"),
            Column(gettext("文件"), width=30),
            Column(gettext("结果")),
            Column(gettext("已撤销")),
            Column(gettext("接受"), "integer"),
            Column(gettext("拒绝"), "integer"),
            Column(gettext("时间"), "datetime"),
            Column(gettext("导入人")),
        ],
        n_rows=found.count(),
        rows=lambda: [_import(batch) for batch in found],
        notes=[f"{gettext('数据集')}：{text_of(dataset, 'title')}"],
    )


def _import(batch: ImportBatch) -> tuple[object, ...]:
    return (
        batch.pk,
        batch.file_name,
        disposition_words(batch.disposition),
        gettext("否") if batch.undone_in_id is None else gettext("是"),
        batch.rows_accepted,
        batch.rows_rejected,
        local_time(batch.at),
        str(batch.by or ""),
    )
