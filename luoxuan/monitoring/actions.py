"""Writes of the small loop: running the watches."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from luoxuan.campus.models import Subject
from luoxuan.campus.queries import periods
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.actions import record_audit
from luoxuan.core.models import User
from luoxuan.indicators.models import IndicatorVersion, Threshold
from luoxuan.indicators.queries import (
    JudgedReading,
    indicator_coded,
    judged,
    latest,
    readings,
    run_of,
)
from luoxuan.monitoring.models import Alert, Watch
from luoxuan.monitoring.queries import watches
from luoxuan.monitoring.rules import AlertState, Effect, effect_of

logger = logging.getLogger("luoxuan.monitoring")


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What a run of the watches did「监测结果」, in counts of alerts."""

    n_opened: int
    n_confirmed: int
    n_recovered: int


def run_watches(
    *, by: User | None, at: datetime, indicator_codes: list[str] | None = None
) -> WatchReport:
    """Compare the newest reading of every subject with its warning value「监测」.

    Opens one alert per watch and subject, confirms an open one with the newer numbers, recovers it
    when the reading is no longer in warning. Running again on the same readings changes nothing.
    """
    counts = dict.fromkeys(Effect, 0)
    for watch in watches(indicator_codes=indicator_codes):
        state = _state(watch)
        if state == watch.compared:
            continue
        for effect, n in _run(watch, by=by, at=at).items():
            counts[effect] += n
        Watch.objects.filter(pk=watch.pk).update(compared=state)
    report = WatchReport(counts[Effect.OPEN], counts[Effect.CONFIRM], counts[Effect.RECOVER])
    if counts[Effect.OPEN] or counts[Effect.RECOVER]:
        logger.info("watched", extra={"opened": report.n_opened, "recovered": report.n_recovered})
    return report


def _state(watch: Watch) -> str:
    """Return what a comparison depends on: the run of the readings and the newest threshold."""
    code = watch.indicator.code
    run = run_of(code)
    thresholds = Threshold.objects.filter(indicator=watch.indicator).aggregate(last=Max("pk"))
    return f"run:{run.number if run else 0} threshold:{thresholds['last'] or 0} kind:{watch.kind}"


@transaction.atomic
def _run(watch: Watch, *, by: User | None, at: datetime) -> dict[Effect, int]:
    found = readings(EVERYTHING, indicator_codes=[watch.indicator.code], kind=watch.kind)
    positions = {period.code: period.position for period in periods()}
    # Periods of one kind are compared by position; a missing value does not hide the one before.
    valued = [row for row in found if row.value is not None]
    newest = sorted(latest(valued, positions).values(), key=lambda row: row.subject)
    open_now = {
        alert.subject.code: alert
        for alert in Alert.objects.select_for_update(of=("self",))
        .filter(watch=watch, state=AlertState.OPEN)
        .select_related("subject")
    }
    version = indicator_coded(watch.indicator.code)
    subjects = dict(Subject.objects.filter(kind=watch.kind).values_list("code", "pk"))
    counts = dict.fromkeys(Effect, 0)
    for row in judged(newest, on=at.date()):
        alert = open_now.get(row.reading.subject)
        effect = effect_of(row.state, is_open=alert is not None)
        if alert is None and effect is Effect.OPEN:
            alert = Alert(
                watch=watch,
                subject_id=subjects[row.reading.subject],
                opened_at=at,
                last_seen_at=at,
            )
        if alert is not None and _apply(alert, effect, row, version, by=by, at=at):
            counts[effect] += 1
    return counts


def _apply(
    alert: Alert,
    effect: Effect,
    row: JudgedReading,
    version: IndicatorVersion,
    *,
    by: User | None,
    at: datetime,
) -> bool:
    """Write the effect of a reading on an alert; return whether anything changed."""
    reading = row.reading
    if effect is Effect.RECOVER:
        alert.state = AlertState.RECOVERED
        alert.recovered_at, alert.recovered_value = at, reading.value
        alert.recovered_run = reading.run
    elif alert.pk and (alert.run, alert.period) == (reading.run, reading.period):
        return False
    elif reading.value is not None and row.limits.warning is not None:
        alert.indicator_version, alert.run, alert.period = version, reading.run, reading.period
        alert.value, alert.warning_value = reading.value, row.limits.warning
        alert.numerator, alert.denominator = reading.numerator, reading.denominator
        alert.last_seen_at = at
    alert.save()
    record_audit(
        by=by,
        at=at,
        action=f"{effect.lower()}_alert",
        object_kind="Alert",
        object_key=str(alert.pk),
        facts={"reading": reading.provenance, "value": str(reading.value)},
    )
    return True
