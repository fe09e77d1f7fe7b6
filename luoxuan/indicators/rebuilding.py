"""Readings「指标值」 computed once more, in the place of a file that was damaged."""

from collections.abc import Iterator
from pathlib import Path

from luoxuan.data.models import DatasetVersion
from luoxuan.data.queries import collected, engine, period_entries, places, store
from luoxuan.data.warehouse.aggregation import Aggregation
from luoxuan.indicators.models import IndicatorVersion
from luoxuan.indicators.queries import READINGS, counted, numbers_of


def rebuild_run(version: DatasetVersion) -> Iterator[Path]:
    """Compute the readings of a run again from the versions that it read."""
    run = version.number
    versions = list(
        IndicatorVersion.objects.filter(runs__run__number=run)
        .select_related("indicator")
        .prefetch_related("measures__dataset")
    )
    numbers = numbers_of(run)
    aggregation = Aggregation(
        datasets=collected(numbers, numbers=numbers),
        indicators=counted(versions),
        periods=period_entries(),
        places=places(),
    )
    outcome = aggregation.write(engine(), store(), dataset=READINGS, run=run)
    yield store().root / outcome.file.path
