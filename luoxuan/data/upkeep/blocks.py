"""What the page of the warehouse shows."""

from typing import Any

from django.urls import reverse

from luoxuan.data.models import UpkeepRun
from luoxuan.data.upkeep.queries import Holding, UpkeepPlan


def holding_shown(holding: Holding) -> dict[str, Any]:
    """Return one dataset with what it holds; a system dataset has no page of its own."""
    row = holding.dataset
    return {
        "title": row.title,
        "title_en": row.title_en,
        "url": "" if row.is_system else reverse("data:dataset_detail", args=[row.name]),
        "n_versions": holding.n_versions,
        "n_pinned": holding.n_pinned,
        "n_files": holding.n_files,
        "n_packed": holding.n_packed,
        "n_bytes": holding.n_bytes,
    }


def plan_shown(plan: UpkeepPlan) -> dict[str, Any]:
    """Return what a pass would do, in numbers."""
    return {
        "n_to_pack": sum(len(packing.files) for packing in plan.packings),
        "n_packs": len(plan.packings),
        "n_unneeded": len(plan.unneeded),
        "n_leftovers": len(plan.leftovers),
        "bytes_leftover": sum(leftover.n_bytes for leftover in plan.leftovers),
    }


def run_shown(run: UpkeepRun | None) -> dict[str, Any] | None:
    """Return the last pass with what it did, or None."""
    if run is None:
        return None
    return {"ended_at": run.ended_at, "by_name": str(run.by or ""), **run.report}
