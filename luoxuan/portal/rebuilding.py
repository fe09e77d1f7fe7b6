"""Rebuilding the whole warehouse「重建」: first what was handed in, then what was computed."""

from collections.abc import Sequence
from datetime import datetime

from luoxuan.core.models import User
from luoxuan.data.models import Dataset
from luoxuan.data.upkeep.rebuilding import Rebuilt, rebuild
from luoxuan.indicators.rebuilding import rebuild_run

_MAKERS = {"run": rebuild_run}


def rebuild_everything(
    *, names: Sequence[str], by: User | None, at: datetime, is_replacing: bool = False
) -> list[Rebuilt]:
    """Rebuild the named datasets, or all, and compare every file with the one that is held."""
    found = Dataset.objects.order_by("is_system", "name")
    if names:
        found = found.filter(name__in=names)
    return rebuild(datasets=list(found), by=by, at=at, makers=_MAKERS, is_replacing=is_replacing)
