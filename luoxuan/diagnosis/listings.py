"""Lists of diagnosis that leave as files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from luoxuan.core.downloads import Listing
from luoxuan.core.templatetags.words import kind_words, text_of
from luoxuan.core.workbook import Column


def template_listing(shown: Sequence[Mapping[str, Any]]) -> Listing:
    """Return the steps of the loop templates「循环模板」, one row each."""
    return Listing(
        name="loop-templates",
        title=gettext("循环模板"),
        columns=[
            Column(gettext("循环模板"), width=24),
            Column(gettext("版本"), "integer"),
            Column(gettext("循环")),
            Column(gettext("类别"), width=20),
            Column(gettext("次序"), "integer"),
            Column(gettext("环节"), width=20),
            Column(gettext("方式")),
            Column(gettext("说明"), width=60),
        ],
        n_rows=sum(len(row["steps"]) for row in shown),
        rows=lambda: _steps(shown),
        notes=[f"{gettext('筛选')}：{gettext('全部')}"],
    )


def _steps(shown: Sequence[Mapping[str, Any]]) -> Iterator[tuple[object, ...]]:
    for row in shown:
        template = row["template"]
        kinds = "、".join(kind_words(kind) for kind in row["kinds"])
        head = (text_of(template, "title"), template.number, row["track"], kinds)
        for place, step in enumerate(row["steps"], 1):
            yield (*head, place, step["name"], step["mode_words"], step["meaning"])
