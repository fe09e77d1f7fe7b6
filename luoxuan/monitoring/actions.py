"""Writes of the small loop: running the watches."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from luoxuan.campus.models import Subject
from luoxuan.campus.queries import periods
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.actions import record_audit
from luoxuan.core.models import User
from luoxuan.indicators.models import IndicatorVersion
from luoxuan.indicators.queries import (
    Reading,
    indicator_coded,
    judged,
    latest,
    limits_for,
    readings,
    run_of,
    warnings_of,
)
from luoxuan.indicators.rules import ReadingState
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
        state = _state(watch, timezone.localdate(at))
        if state == watch.compared:
            continue
        for effect, n in _run(watch, by=by, at=at).items():
            counts[effect] += n
        Watch.objects.filter(pk=watch.pk).update(compared=state)
    report = WatchReport(counts[Effect.OPEN], counts[Effect.CONFIRM], counts[Effect.RECOVER])
    if counts[Effect.OPEN] or counts[Effect.RECOVER]:
        logger.info("watched", extra={"opened": report.n_opened, "recovered": report.n_recovered})
    return report


def _state(watch: Watch, on: date) -> str:
    """Return what a comparison depends on: the run of the readings and the thresholds in force."""
    code = watch.indicator.code
    run = run_of(code)
    # All of them and not the newest alone: one may begin or end with the day.
    in_force = sorted(row.pk for _, row in limits_for([code], on=on).values())
    thresholds = hashlib.sha256(repr(in_force).encode()).hexdigest()[:16]
    return f"run:{run.number if run else 0} thresholds:{thresholds} kind:{watch.kind}"


@transaction.atomic
def _run(watch: Watch, *, by: User | None, at: datetime) -> dict[Effect, int]:
    code = watch.indicator.code
    open_now = {
        alert.subject.code: alert
        for alert in Alert.objects.select_for_update(of=("self",))
        .filter(watch=watch, state=AlertState.OPEN)
        .select_related("subject")
    }
    crossed = warnings_of(code, kind=watch.kind, on=timezone.localdate(at))
    version = indicator_coded(code)
    subjects = dict(Subject.objects.filter(kind=watch.kind).values_list("code", "pk"))
    counts = dict.fromkeys(Effect, 0)
    for reading, warning in crossed:
        # Rows of the data may name a subject that nobody has recorded: it has no leader to warn.
        if reading.subject not in subjects:
            continue
        alert = open_now.pop(reading.subject, None)
        effect = effect_of(ReadingState.WARNING, is_open=alert is not None)
        alert = alert or Alert(
            watch=watch, subject_id=subjects[reading.subject], opened_at=at, last_seen_at=at
        )
        if _confirm(alert, effect, reading, warning, version, by=by, at=at):
            counts[effect] += 1
    counts[Effect.RECOVER] += _recover(watch, open_now, by=by, at=at)
    return counts


def _recover(watch: Watch, open_now: Mapping[str, Alert], *, by: User | None, at: datetime) -> int:
    """Recover the alerts whose subject has a newest value that is no longer in warning."""
    found = readings(
        EVERYTHING,
        indicator_codes=[watch.indicator.code],
        kind=watch.kind,
        subject_codes=sorted(open_now),
    )
    positions = {period.code: period.position for period in periods()}
    newest = latest([row for row in found if row.value is not None], positions)
    n_recovered = 0
    for row in judged(list(newest.values()), on=timezone.localdate(at)):
        alert = open_now[row.reading.subject]
        if effect_of(row.state, is_open=True) is not Effect.RECOVER:
            continue
        alert.state = AlertState.RECOVERED
        alert.recovered_at, alert.recovered_value = at, row.reading.value
        alert.recovered_run = row.reading.run
        alert.save()
        _audit(alert, Effect.RECOVER, row.reading, by=by, at=at)
        n_recovered += 1
    return n_recovered


def _confirm(
    alert: Alert,
    effect: Effect,
    reading: Reading,
    warning: Decimal,
    version: IndicatorVersion,
    *,
    by: User | None,
    at: datetime,
) -> bool:
    """Copy the numbers of a reading in warning to its alert; return whether anything changed."""
    if reading.value is None or (
        alert.pk and (alert.run, alert.period) == (reading.run, reading.period)
    ):
        return False
    alert.indicator_version, alert.run, alert.period = version, reading.run, reading.period
    alert.value, alert.warning_value = reading.value, warning
    alert.numerator, alert.denominator = reading.numerator, reading.denominator
    alert.last_seen_at = at
    alert.save()
    _audit(alert, effect, reading, by=by, at=at)
    return True


def _audit(
    alert: Alert, effect: Effect, reading: Reading, *, by: User | None, at: datetime
) -> None:
    record_audit(
        by=by,
        at=at,
        action=f"{effect.lower()}_alert",
        object_kind="Alert",
        object_key=str(alert.pk),
        facts={"reading": reading.provenance, "value": str(reading.value)},
    )
