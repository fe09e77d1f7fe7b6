"""Collections as lists that leave as files."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext

from luoxuan.core.downloads import Listing, local_time
from luoxuan.core.workbook import Column
from luoxuan.data.models import Collection


def collection_listing(shown: Sequence[dict[str, Any]]) -> Listing:
    """Return the collections with how far each is."""
    return Listing(
        name="collections",
        title=gettext("采集任务"),
        columns=[
            Column(gettext("采集任务"), width=30), Column(gettext("数据集"), width=24),
            Column(gettext("时段")), Column(gettext("状态")), Column(gettext("截止"), "date"),
            Column(gettext("应交"), "integer"), Column(gettext("已交"), "integer"),
            Column(gettext("已通过"), "integer"), Column(gettext("退回"), "integer"),
            Column(gettext("逾期"), "integer"),
        ],
        n_rows=len(shown),
        rows=lambda: [
            (
                row["collection"].title, row["collection"].dataset.title,
                row["collection"].period, str(row["words"]), row["collection"].due_on,
                row["progress"].asked, row["progress"].handed_in, row["progress"].accepted,
                row["progress"].returned, row["progress"].overdue,
            )
            for row in shown
        ],
        notes=[f"{gettext('筛选')}：{gettext('全部')}"],
    )  # fmt: skip


def submission_listing(collection: Collection, shown: Sequence[dict[str, Any]]) -> Listing:
    """Return who has handed in, with completeness, time and burden."""
    return Listing(
        name="submissions",
        title=collection.title,
        columns=[
            Column(gettext("填报对象"), width=24), Column(gettext("状态")),
            Column(gettext("必填格"), "integer"), Column(gettext("已填格"), "integer"),
            Column(gettext("带入格"), "integer"), Column(gettext("改动的带入格"), "integer"),
            Column(gettext("提交时间"), "datetime"), Column(gettext("提交人")),
            Column(gettext("审核时间"), "datetime"), Column(gettext("审核人")),
        ],
        n_rows=len(shown),
        rows=lambda: [_line(row) for row in shown],
        notes=[f"{gettext('数据集')}：{collection.dataset.title}"],
    )  # fmt: skip


def _line(shown: dict[str, Any]) -> tuple[object, ...]:
    row = shown["submission"]
    return (
        shown["name"], str(shown["words"]), row.n_required, row.n_filled, row.n_prefilled,
        row.n_changed, local_time(row.submitted_at), str(row.submitted_by or ""),
        local_time(row.checked_at), str(row.checked_by or ""),
    )  # fmt: skip
