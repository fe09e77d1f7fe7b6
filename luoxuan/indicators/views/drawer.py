"""Who says so「谁说的」: what stands beside a number, whatever page shows it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from luoxuan.data.formula import MeasureFormula, explain
from luoxuan.data.models import ImportBatch
from luoxuan.indicators.blocks import ShownReading, localized
from luoxuan.indicators.models import IndicatorVersion, Run
from luoxuan.indicators.queries import formulas_of, inputs_of, run_of, versions_of


def drawer_of(version: IndicatorVersion, row: ShownReading | None) -> dict[str, Any]:
    """Return who says so「谁说的」: formula, datasets, thresholds, versions and run."""
    formula, parts = formulas_of(version, language=language())
    code = version.indicator.code
    run = run_of(code)
    numerator, denominator = fraction_words(version, parts)
    own = row.threshold if row else None
    return {
        "formula": {
            "numerator_words": numerator,
            "denominator_words": denominator,
            "text": version.formula,
            "explanation": explain(formula, language=language()),
        },
        "datasets": datasets_shown(run, list(dict.fromkeys(name for name, _ in parts.values()))),
        "thresholds": [
            {
                "name": name,
                "value": getattr(own, name),
                "source": own.source,
                "valid_from": own.valid_from,
                "is_own": own.subject_id is not None,
            }
            for name in ("target_value", "standard_value", "warning_value")
            if own is not None and getattr(own, name) is not None
        ],
        "versions": [
            {
                "number": item.number,
                "valid_from": item.valid_from or item.created_at.date(),
                "formula": item.formula,
                "is_current": item.number == version.number,
            }
            for item in versions_of(code)
        ],
        "run": run_shown(run) if run else None,
    }


def fraction_words(
    version: IndicatorVersion, parts: Mapping[str, tuple[str, MeasureFormula]]
) -> tuple[str, str]:
    """Return the titles of the two measures of a plain quotient, else the title and nothing."""
    titles = {measure.code: localized(measure, "title") for measure in version.measures.all()}
    if len(parts) == 2 and all(part.denominator_sql() is None for _, part in parts.values()):
        first, second = parts
        return titles[first], titles[second]
    return " · ".join(titles[code] for code in parts), ""


def datasets_shown(run: Run | None, names: list[str]) -> list[dict[str, Any]]:
    """Return the versions of datasets that a run read, with who brought them."""
    if run is None:
        return []
    pinned = inputs_of(run.number)
    used = [pinned[name] for name in names if name in pinned]
    batches = ImportBatch.objects.filter(version__in=used).select_related("by")
    by_version = {batch.version_id: batch for batch in batches.order_by("id")}
    return [
        {
            "title": version.dataset.title,
            "title_en": version.dataset.title_en,
            "version": version.number,
            "n_rows": version.n_rows,
            "imported_at": version.created_at,
            "by_name": str(by_version[version.pk].by or "") if version.pk in by_version else "",
            "url": "",
        }
        for version in used
    ]


def run_shown(run: Run) -> dict[str, Any]:
    """Return a run as pages name it."""
    return {"id": run.number, "finished_at": run.started_at, "by_name": str(run.by or "")}


def language() -> str:
    """Return the language of explanations: en or zh."""
    return "en" if (get_language() or "").startswith("en") else "zh"
