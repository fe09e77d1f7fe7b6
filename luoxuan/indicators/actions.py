"""Writes of the indicators: computing readings."""

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.models import User
from luoxuan.core.queries import settings_in_force
from luoxuan.data.actions import VersionMoved, commit_version, pin_versions, release_pins
from luoxuan.data.directory.actions import record_uses
from luoxuan.data.directory.rules import UseKind
from luoxuan.data.models import Dataset, DatasetVersion
from luoxuan.data.queries import collected, engine, period_entries, pinned_numbers, places, store
from luoxuan.data.warehouse.aggregation import Aggregation, Outcome
from luoxuan.indicators.models import IndicatorVersion, Run, RunIndicator, RunInput
from luoxuan.indicators.queries import READINGS, Reading, counted, indicators, lagging
from luoxuan.indicators.retention import RUN_DAYS

logger = logging.getLogger("luoxuan.indicators")

_ATTEMPTS = 5


class UnknownIndicator(Refused):
    """No indicator has this code."""


@dataclass(frozen=True)
class RefreshReport:
    """What a refresh computed「计算结果」; ``run`` is None when nothing lagged."""

    run: int | None
    n_indicators: int
    n_readings: int
    datasets: dict[str, int] = field(default_factory=dict)
    left_out: list[dict[str, object]] = field(default_factory=list)
    not_computed: list[dict[str, str]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def compute_readings(
    *,
    by: User | None,
    at: datetime,
    codes: Sequence[str] = (),
    threads: int | None = None,
    is_forced: bool = False,
) -> RefreshReport:
    """Compute the readings「指标值」 of every indicator that lags behind its data or definition.

    ``codes`` narrows to some indicators; ``is_forced`` computes even what does not lag. One run,
    one file, one commit. Raises UnknownIndicator and VersionMoved.
    """
    started = time.perf_counter()
    versions = _chosen(codes)
    for _ in range(_ATTEMPTS):
        number = _last_number() + 1
        # After the number: what another worker computes from now on makes the number move.
        todo = _all(versions) if is_forced else lagging(versions)
        if not todo:
            return RefreshReport(None, 0, 0)
        names = {m.dataset.name for version, _ in todo for m in version.measures.all()}
        pinned = pinned_numbers(names)
        aggregation = Aggregation(
            datasets=collected(names, numbers=pinned),
            indicators=counted(version for version, _ in todo),
            periods=period_entries(),
            places=places(),
        )
        planned = time.perf_counter() - started
        outcome = aggregation.write(engine(threads=threads), store(), dataset=READINGS, run=number)
        seam("indicators.run.file_written")
        run = _commit(_readings_dataset(), number, todo, pinned, outcome, planned, by=by, at=at)
        if run is not None:
            used = Dataset.objects.filter(name__in=pinned)
            record_uses(datasets=used, kind=UseKind.COUNTED, at=at)
            logger.info("computed", extra={"run": number, "n_readings": run.n_readings})
            return RefreshReport(
                run=number,
                n_indicators=len(todo),
                n_readings=run.n_readings,
                datasets=pinned,
                left_out=run.left_out,
                not_computed=run.not_computed,
                seconds=run.seconds,
            )
    raise VersionMoved("version_moved", dataset=READINGS)


def release_old_inputs(*, kept: Collection[int], by: User | None, at: datetime) -> list[int]:
    """Release the versions that old runs read「放开计算输入」; return the runs.

    Never of the newest run of an indicator version, nor of ``kept``: runs that something above
    refers to. Their readings stay; the rows behind them go when nothing else needs them.
    """
    days = int(settings_in_force()[RUN_DAYS.name])
    if days == 0:
        return []
    newest = (
        RunIndicator.objects.order_by()
        .values("indicator_version")
        .annotate(last=Max("run__number"))
    )
    standing = {row["last"] for row in newest} | set(kept)
    old = Run.objects.filter(started_at__lt=at - timedelta(days=days))
    numbers = [number for number in old.values_list("number", flat=True) if number not in standing]
    return [number for number in sorted(numbers)
            if release_pins(url=f"run:{number}", by=by, at=at)]  # fmt: skip


def record_rows_read(*, reading: Reading, dataset: str, by: User | None, at: datetime) -> None:
    """Record that somebody read the rows「查看明细行」 behind a reading: they name people."""
    record_audit(
        by=by, at=at, action="read_rows", object_kind="Reading", object_key=reading.provenance,
        facts={"dataset": dataset, "rows": reading.rows},
    )  # fmt: skip


def _chosen(codes: Sequence[str]) -> list[IndicatorVersion]:
    versions = list(indicators())
    if not codes:
        return versions
    chosen = [version for version in versions if version.indicator.code in set(codes)]
    if missing := set(codes) - {version.indicator.code for version in chosen}:
        raise UnknownIndicator("unknown_indicator", indicator=", ".join(sorted(missing)))
    return chosen


def _all(versions: Sequence[IndicatorVersion]) -> list[tuple[IndicatorVersion, str]]:
    lag = dict(lagging(versions))
    return [(version, lag.get(version, "")) for version in versions]


def _last_number() -> int:
    held = Dataset.objects.filter(name=READINGS).values_list("current_number", flat=True)
    return held.first() or 0


def _readings_dataset() -> Dataset:
    dataset, _ = Dataset.objects.get_or_create(
        name=READINGS, defaults={"title": "指标值", "title_en": "Readings", "is_system": True}
    )
    return dataset


def _commit(
    dataset: Dataset,
    number: int,
    todo: Sequence[tuple[IndicatorVersion, str]],
    pinned: dict[str, int],
    outcome: Outcome,
    planned: float,
    *,
    by: User | None,
    at: datetime,
) -> Run | None:
    seconds = {"plan": planned, **outcome.seconds}
    with transaction.atomic():
        version = commit_version(
            dataset=dataset,
            expected_number=number - 1,
            added=[(f"run:{number}", outcome.file)],
            removed=[],
            mode="run",
            idempotency_key=f"run:{number}",
            by=by,
            at=at,
        )
        if version is None:
            return None
        run = Run.objects.create(
            number=number,
            started_at=at,
            by=by,
            n_readings=outcome.file.rows,
            left_out=[asdict(row) for row in outcome.left_out],
            not_computed=[
                {"indicator": code, "reason": reason} for code, reason in outcome.not_computed
            ],
            seconds={name: round(value, 4) for name, value in seconds.items()},
        )
        RunIndicator.objects.bulk_create(
            [
                RunIndicator(run=run, indicator_version=version, inputs=inputs)
                for version, inputs in todo
            ]
        )
        used = [
            row
            for row in DatasetVersion.objects.filter(dataset__name__in=pinned).select_related(
                "dataset"
            )
            if pinned[row.dataset.name] == row.number
        ]
        RunInput.objects.bulk_create([RunInput(run=run, dataset_version=row) for row in used])
        origin = gettext("第 %(number)s 次计算") % {"number": number}
        pin_versions(versions=used, origin=origin, url=f"run:{number}", by=by, at=at)
        seam("indicators.run.before_commit")
    return run
