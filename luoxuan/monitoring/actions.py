"""Writes of the small loop: running the watches, telling people, answering an alert."""

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.models import Subject
from luoxuan.campus.queries import periods
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.actions import notify, record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.locks import locked, locked_all
from luoxuan.core.models import User
from luoxuan.improvement.actions import open_improvement, plan_improvement, report_in_place
from luoxuan.improvement.models import Improvement
from luoxuan.improvement.rules import Baseline
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
from luoxuan.monitoring.queries import recipients, watches
from luoxuan.monitoring.rules import AlertState, Effect, effect_of
from luoxuan.monitoring.words import sentence_of

logger = logging.getLogger("luoxuan.monitoring")


class AlertAlreadyRecovered(Refused):
    """The reading came back by itself; there is nothing left to answer."""


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
    remind_overdue(at=at)
    report = WatchReport(counts[Effect.OPEN], counts[Effect.CONFIRM], counts[Effect.RECOVER])
    if counts[Effect.OPEN] or counts[Effect.RECOVER]:
        logger.info("watched", extra={"opened": report.n_opened, "recovered": report.n_recovered})
    return report


def record_names_read(*, alert: Alert, n_names: int, by: User | None, at: datetime) -> None:
    """Record that somebody read the names「查看名单」 behind an alert."""
    record_audit(
        by=by, at=at, action="read_names", object_kind="Alert", object_key=str(alert.pk),
        facts={"subject": str(alert.subject), "n_names": n_names},
    )  # fmt: skip


@transaction.atomic
def answer_alert(
    *,
    alert: Alert,
    cause_categories: Sequence[str],
    cause: str,
    measure: str,
    responsible: User | None,
    due_on: date,
    is_in_place: bool,
    by: User,
    at: datetime,
) -> Improvement:
    """Answer an alert「预警处置」: its cause and measure become one improvement.

    Answering twice gives the first answer. Raises AlertAlreadyRecovered and what planning raises.
    """
    here = locked(alert)
    if here.improvement is not None:
        return here.improvement
    if here.state != AlertState.OPEN:
        raise AlertAlreadyRecovered("alert_already_recovered")
    improvement = open_improvement(
        subject=here.subject,
        problem=sentence_of(here),
        by=by,
        at=at,
        origin_label=here.watch.title,
        origin_url=reverse("monitoring:alert_detail", args=[here.pk]),
        baseline=_baseline(here, on=timezone.localdate(at)),
    )
    improvement = plan_improvement(
        improvement=improvement,
        cause_categories=cause_categories,
        cause=cause,
        measure=measure,
        responsible=responsible,
        due_on=due_on,
        by=by,
        at=at,
    )
    if is_in_place:
        improvement = report_in_place(improvement=improvement, by=by, at=at)
    here.improvement = improvement
    here.save(update_fields=["improvement"])
    record_audit(
        by=by, at=at, action="answer_alert", object_kind="Alert", object_key=str(here.pk),
        facts={"improvement": improvement.pk},
    )  # fmt: skip
    return improvement


@transaction.atomic
def remind_overdue(*, at: datetime) -> int:
    """Tell the recipients of alerts whose day to answer has passed「逾期未答复」, once each."""
    late = Alert.objects.filter(
        state=AlertState.OPEN,
        improvement=None,
        overdue_at=None,
        answer_due_on__lt=timezone.localdate(at),
    )
    rows = locked_all(
        late.select_related("watch", "subject__parent", "indicator_version__indicator")
    )
    for alert in rows:
        alert.overdue_at = at
        alert.save(update_fields=["overdue_at"])
    _tell(rows, "overdue", at=at)
    return len(rows)


def _baseline(alert: Alert, *, on: date) -> Baseline:
    code = alert.indicator_version.indicator.code
    limits = limits_for([code], on=on)
    kind, subject = alert.subject.kind, alert.subject.code
    own = limits.get((code, kind, subject)) or limits.get((code, kind, ""))
    return Baseline(
        indicator=code,
        value=alert.value,
        numerator=alert.numerator,
        denominator=alert.denominator,
        period=alert.period,
        run=alert.run,
        warning_value=alert.warning_value,
        standard_value=own[0].standard if own else None,
    )


def _tell(found: Iterable[Alert], event: str, *, at: datetime) -> None:
    """Notify the recipients of alerts of one event, once for each of them."""
    rows = list(found)
    to = recipients(rows, on=timezone.localdate(at))
    for alert in rows:
        words = {
            "open": gettext("新预警：%(sentence)s"),
            "overdue": gettext("预警逾期未答复：%(sentence)s"),
            "recovered": gettext("预警已恢复：%(sentence)s"),
        }[event] % {"sentence": sentence_of(alert)}
        for user in to[alert.pk]:
            notify(
                user=user,
                text=words,
                url=reverse("monitoring:alert_detail", args=[alert.pk]),
                at=at,
                key=f"alert:{alert.pk}:{event}",
            )


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
        for alert in locked_all(
            Alert.objects.filter(watch=watch, state=AlertState.OPEN).select_related(
                "watch", "subject__parent", "indicator_version__indicator"
            )
        )
    }
    crossed = warnings_of(code, kind=watch.kind, on=timezone.localdate(at))
    version = indicator_coded(code)
    named = {reading.subject for reading, _ in crossed}
    known = Subject.objects.filter(kind=watch.kind).select_related("parent")
    if len(named) <= 500:
        known = known.filter(code__in=named)
    subjects = {row.code: row for row in known if row.code in named}
    counts = dict.fromkeys(Effect, 0)
    opened = []
    for reading, warning in crossed:
        # Rows of the data may name a subject that nobody has recorded: it has no leader to warn.
        if reading.subject not in subjects:
            continue
        alert = open_now.pop(reading.subject, None)
        effect = effect_of(ReadingState.WARNING, is_open=alert is not None)
        alert = alert or Alert(
            watch=watch,
            subject=subjects[reading.subject],
            opened_at=at,
            last_seen_at=at,
            answer_due_on=timezone.localdate(at) + timedelta(days=watch.answer_within_days),
        )
        if _confirm(alert, effect, reading, warning, version, by=by, at=at):
            counts[effect] += 1
            opened += [alert] if effect is Effect.OPEN else []
    _tell(opened, "open", at=at)
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
    recovered = []
    for row in judged(list(newest.values()), on=timezone.localdate(at)):
        alert = open_now[row.reading.subject]
        if effect_of(row.state, is_open=True) is not Effect.RECOVER:
            continue
        alert.state = AlertState.RECOVERED
        alert.recovered_at, alert.recovered_value = at, row.reading.value
        alert.recovered_run = row.reading.run
        alert.save()
        _audit(alert, Effect.RECOVER, row.reading, by=by, at=at)
        recovered.append(alert)
    _tell(recovered, "recovered", at=at)
    return len(recovered)


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
