"""Scores and corrections as lists that leave as files."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from luoxuan.core.downloads import Listing, local_time
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.workbook import Column
from luoxuan.data.models import CorrectionRequest, Dataset
from luoxuan.data.quality.blocks import DIMENSIONS, STATES
from luoxuan.data.quality.rules import CorrectionState


def score_listing(shown: Sequence[Mapping[str, Any]]) -> Listing:
    """Return the scores of datasets by dimension「数据质量」; what was not judged stays empty."""
    return Listing(
        name="quality",
        title=gettext("数据质量"),
        columns=[Column(gettext("数据集"), width=30), *_score_columns()],
        n_rows=len(shown),
        rows=lambda: [(row["name"], *_scores(row)) for row in shown],
        notes=[f"{gettext('筛选')}：{gettext('全部')}"],
    )


def detail_listing(dataset: Dataset, groups: Mapping[str, Sequence[Mapping[str, Any]]]) -> Listing:
    """Return the scores of one dataset by unit, period and version; ``groups`` by their title."""
    rows = [(title, row) for title, group in groups.items() for row in group]
    return Listing(
        name=f"quality-{dataset.name}",
        title=gettext("数据质量"),
        columns=[Column(gettext("口径")), Column(gettext("名称"), width=30), *_score_columns()],
        n_rows=len(rows),
        rows=lambda: [(title, str(row["name"]), *_scores(row)) for title, row in rows],
        notes=[f"{gettext('数据集')}：{text_of(dataset, 'title')}"],
    )


def correction_listing(found: Sequence[CorrectionRequest]) -> Listing:
    """Return requests for corrections「数据更正」 as a list."""
    return Listing(
        name="corrections",
        title=gettext("数据更正"),
        columns=[
            Column(gettext("数据集"), width=30),
            Column(gettext("字段")),
            Column(gettext("原值"), width=20),
            Column(gettext("应为"), width=20),
            Column(gettext("理由"), width=40),
            Column(gettext("状态")),
            Column(gettext("提出"), "datetime"),
        ],
        n_rows=len(found),
        rows=lambda: [
            (
                text_of(row.dataset, "title"), row.field, row.before, row.after, row.reason,
                str(STATES[CorrectionState(row.state)][1]), local_time(row.at),
            )
            for row in found
        ],
        notes=[f"{gettext('筛选')}：{gettext('全部')}"],
    )  # fmt: skip


def _score_columns() -> list[Column]:
    titles = [gettext("得分"), *(str(title) for title in DIMENSIONS.values())]
    return [Column(title, "decimal", decimals=1) for title in titles]


def _scores(row: Mapping[str, Any]) -> list[Any]:
    return [row["score"]["value"], *(part["value"] for part in row["parts"])]
