"""Checking that published readings「指标值」 come out again (I4): computed anew and compared."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from luoxuan.core.verification import Finding
from luoxuan.data.models import DataFile
from luoxuan.data.queries import collected, engine, period_entries, places, store
from luoxuan.data.warehouse.aggregation import READING_COLUMNS, Aggregation
from luoxuan.indicators.models import IndicatorVersion, RunIndicator
from luoxuan.indicators.queries import READINGS, counted, indicators, lagging, numbers_of

_SCRATCH = "_verification"
_SAME = ", ".join(f'"{name}"' for name in READING_COLUMNS if name != "run")


def verify_readings() -> list[Finding]:
    """Return the indicators whose latest readings do not come out again, digit for digit.

    What lags is left out: its periods or units are no longer those that it was computed with.
    """
    return [finding for run, versions in _current().items() for finding in _again(run, versions)]


def _current() -> dict[int, list[IndicatorVersion]]:
    """Return the indicator versions that do not lag, by the run that computed them last."""
    versions = list(indicators())
    behind = {version.pk for version, _ in lagging(versions)}
    last = dict(
        RunIndicator.objects.order_by("run__number").values_list(
            "indicator_version_id", "run__number"
        )
    )
    found = defaultdict(list)
    for version in versions:
        if version.pk in last and version.pk not in behind:
            found[last[version.pk]].append(version)
    return found


def _again(run: int, versions: list[IndicatorVersion]) -> Iterator[Finding]:
    numbers = numbers_of(run)
    names = {measure.dataset.name for version in versions for measure in version.measures.all()}
    pinned = {name: number for name, number in numbers.items() if name in names}
    aggregation = Aggregation(
        datasets=collected(pinned, numbers=pinned),
        indicators=counted(versions),
        periods=period_entries(),
        places=places(),
    )
    held = DataFile.objects.filter(dataset__name=READINGS, slice=f"run:{run}", removed_in=None)
    old = store().paths(list(held.values_list("path", flat=True)))
    codes = [version.indicator.code for version in versions]
    with _scratch(aggregation, run) as fresh:
        differing = _differing(fresh, old, codes)
    for code in differing:
        yield Finding("I4", f"{code} of run {run}", "computed again, its readings differ")


@contextmanager
def _scratch(aggregation: Aggregation, run: int) -> Iterator[Path]:
    """Compute into a file of the warehouse that is gone afterwards; no row names it."""
    outcome = aggregation.write(engine(), store(), dataset=_SCRATCH, run=run)
    path = store().root / outcome.file.path
    try:
        yield path
    finally:
        path.unlink()


def _differing(fresh: Path, old: list[Path], codes: list[str]) -> list[str]:
    def rows(paths: list[Path]) -> str:
        files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        chosen = ", ".join("'" + code.replace("'", "''") + "'" for code in codes)
        return f"SELECT {_SAME} FROM read_parquet([{files}]) WHERE indicator IN ({chosen})"  # noqa: S608

    if not old:
        return sorted(codes)
    one, other = rows([fresh]), rows(old)
    with engine().session() as session:
        table = session.table(
            f"SELECT DISTINCT indicator FROM (({one} EXCEPT ALL {other}) UNION ALL "  # noqa: S608
            f"({other} EXCEPT ALL {one})) ORDER BY 1"
        )
    return [str(code) for (code,) in table.rows]
