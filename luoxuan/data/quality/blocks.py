"""Quality as pages show it: scores in words and shapes, rules, rows, requests."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.core.templatetags.words import text_of
from luoxuan.data.models import Check, CheckResult, CorrectionRequest, Dataset, Field, Outlier
from luoxuan.data.quality.queries import DatasetTallies, dataset_tallies
from luoxuan.data.quality.rules import (
    ROW_KINDS,
    CheckKind,
    CorrectionState,
    Measured,
    OutlierAnswer,
    QualityDimension,
    Severity,
    Tally,
    score_of,
)

DIMENSIONS = {
    QualityDimension.COMPLETENESS: _("完整性"),
    QualityDimension.VALIDITY: _("有效性"),
    QualityDimension.UNIQUENESS: _("唯一性"),
    QualityDimension.CONSISTENCY: _("一致性"),
    QualityDimension.TIMELINESS: _("及时性"),
}
KINDS = {
    CheckKind.COMPLETENESS: _("完整：字段都已填报"),
    CheckKind.VALIDITY: _("有效：每行满足条件"),
    CheckKind.UNIQUENESS: _("唯一：没有两行相同"),
    CheckKind.REFERENCE: _("引用：值在另一数据集里"),
    CheckKind.CONSISTENCY: _("一致：与另一数据集相符"),
    CheckKind.TIMELINESS: _("及时：时段结束后按时有数据"),
    CheckKind.DRIFT: _("漂移：新数据与原来相差不大"),
}
SEVERITIES = {
    Severity.NOTE: _("提示，不计分"),
    Severity.WARNING: _("警告，计分"),
    Severity.REFUSE: _("拒绝，不让进入"),
}
MEASURES = {
    Measured.VALUE: _("字段的值"),
    Measured.COUNT: _("行数（按主键）"),
    Measured.SUM: _("合计（按主键）"),
    Measured.ROWS: _("总行数"),
    Measured.SHARE: _("某编码所占比例"),
    Measured.MEAN: _("平均值"),
}
STATES = {
    CorrectionState.OPEN: ("wa", _("待处理")),
    CorrectionState.ACCEPTED: ("ok", _("已采纳")),
    CorrectionState.REFUSED: ("no", _("未采纳")),
}
_GOOD, _FAIR = Decimal(98), Decimal(90)


def mark_of(value: Decimal | None) -> dict[str, Any]:
    """Return a percent with its word and shape; None was not judged, which is neither."""
    if value is None:
        return {"value": None, "state": "no", "words": gettext("没有规则")}
    if value >= _GOOD:
        return {"value": value, "state": "ok", "words": gettext("好")}
    if value >= _FAIR:
        return {"value": value, "state": "wa", "words": gettext("注意")}
    return {"value": value, "state": "ba", "words": gettext("差")}


def score_shown(tallies: Iterable[Tally]) -> dict[str, Any]:
    """Return the score of some tallies with one mark for each dimension, in a fixed order."""
    score = score_of(tallies)
    return {
        "score": mark_of(score.value),
        "parts": [
            {"title": title, **mark_of(score.parts.get(part))} for part, title in DIMENSIONS.items()
        ],
    }


def dataset_shown(
    dataset: Dataset, results: Sequence[CheckResult], allowed: set[str] | None
) -> dict[str, Any]:
    """Return a dataset as a line of the quality page."""
    found = dataset_tallies(results, allowed)
    return {
        "name": text_of(dataset, "title"),
        **score_shown(found.every),
        "n_checks": len(results),
        "n_bad": sum(tally.n_bad for tally in found.every),
        "url": reverse("data:quality_detail", args=[dataset.name]),
    }


def places_shown(
    found: DatasetTallies, names: Mapping[str, str]
) -> dict[str, list[dict[str, Any]]]:
    """Return the scores by unit and by period; "" is what declares neither."""
    return {
        "units": [
            {"name": names.get(code, code), **score_shown(tallies)}
            for code, tallies in found.by_unit.items()
            if code
        ],
        "periods": [
            {"name": code, **score_shown(tallies)}
            for code, tallies in found.by_period.items()
            if code
        ],
    }


def check_shown(
    check: Check, result: CheckResult | None, n_bad: int, n_rows: int
) -> dict[str, Any]:
    """Return a rule with what it found in the places that the reader may see."""
    can_open = check.kind in ROW_KINDS and n_bad > 0
    return {
        "check": check,
        "kind": KINDS[CheckKind(check.kind)],
        "dimension": DIMENSIONS[QualityDimension(check.dimension)],
        "severity": SEVERITIES[Severity(check.severity)],
        "result": result,
        "n_rows": n_rows,
        "n_bad": n_bad,
        "state": "no" if not n_rows else "ba" if n_bad else "ok",
        "words": _found_words(result, n_rows, n_bad),
        "rows_url": reverse("data:check_rows", args=[check.code]) if can_open else "",
        "url": reverse("data:check_edit", args=[check.code]),
    }


def _found_words(result: CheckResult | None, n_rows: int, n_bad: int) -> str:
    if result is None:
        return gettext("还没有检查")
    if "not_judged" in result.facts:
        return gettext("规则与数据集不再相符")
    if not n_rows:
        return gettext("没有可检查的")
    if not n_bad:
        return gettext("全部合格")
    return gettext("%(bad)s / %(rows)s 不合格") % {"bad": n_bad, "rows": n_rows}


def correction_shown(request: CorrectionRequest, field: Field | None) -> dict[str, Any]:
    """Return a request with the words of its state."""
    state, words = STATES[CorrectionState(request.state)]
    return {
        "request": request,
        "field": text_of(field, "title") if field else request.field or request.about,
        "state": state,
        "words": words,
        "url": reverse("data:correction_detail", args=[request.pk]),
    }


def outlier_shown(outlier: Outlier, titles: Mapping[str, str]) -> dict[str, Any]:
    """Return an outlier as a question, or with its answer and who gave it."""
    asked: dict[str, str | int] = {
        "dataset": outlier.dataset.name, "batch": outlier.batch, "row": outlier.row_number,
        "field": outlier.field,
    }  # fmt: skip
    return {
        "outlier": outlier,
        "field": titles.get(outlier.field, outlier.field),
        "answer_url": reverse("data:outlier_answer", args=[outlier.pk]),
        "correction_url": f"{reverse('data:correction_new')}?{urlencode(asked)}",
        "is_true": outlier.answer == OutlierAnswer.TRUE,
        "decision_url": reverse("data:correction_detail", args=[outlier.correction_id])
        if outlier.correction_id
        else "",
    }
