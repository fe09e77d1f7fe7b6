"""Writes of improvements: opening, planning, putting in place, measuring again, closing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.models import Subject
from luoxuan.core.actions import notify, record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked
from luoxuan.core.models import User
from luoxuan.data.models import Evidence
from luoxuan.improvement.models import Improvement, ImprovementEvent
from luoxuan.improvement.queries import newest_readings
from luoxuan.improvement.rules import (
    OPEN_STATES,
    Baseline,
    EventKind,
    ImprovementState,
    RemeasurementEffect,
    cause_categories,
    remeasurement_effect,
)
from luoxuan.indicators.queries import JudgedReading, Reading, indicator_coded, judged, run_of
from luoxuan.indicators.rules import Direction


class ProblemMissing(Refused):
    """An improvement without a problem says nothing."""


class PlanIncomplete(Refused):
    """A plan lacks its cause, measure or responsible person, or names an unknown cause."""


class ImprovementAlreadyClosed(Refused):
    """What is closed stays as it was."""


class ImprovementNotPlanned(Refused):
    """There is no measure yet that could be in place."""


class VerificationRefused(Refused):
    """The check lacks a measure in place, another person, or a proof."""


class ReasonMissing(Refused):
    """Closing without proof needs a reason."""


@dataclass(frozen=True, slots=True)
class RemeasurementReport:
    """What comparing with newer readings did「复测结果」, in counts of improvements."""

    n_closed: int
    n_returned: int


@transaction.atomic
def open_improvement(
    *,
    subject: Subject,
    problem: str,
    by: User | None,
    at: datetime,
    origin_label: str = "",
    origin_url: str = "",
    baseline: Baseline | None = None,
    responsible: User | None = None,
) -> Improvement:
    """Open an improvement「改进」 about a subject; raises ProblemMissing."""
    if not problem.strip():
        raise ProblemMissing("problem_missing")
    improvement = Improvement(
        subject=subject,
        problem=problem.strip(),
        origin_label=origin_label[:200],
        origin_url=origin_url[:300],
        responsible=responsible,
        opened_by=by,
        opened_at=at,
    )
    if baseline is not None:
        improvement.indicator = baseline.indicator
        improvement.baseline_value = baseline.value
        improvement.baseline_numerator = baseline.numerator
        improvement.baseline_denominator = baseline.denominator
        improvement.baseline_period, improvement.baseline_run = baseline.period, baseline.run
        improvement.warning_value = baseline.warning_value
        improvement.standard_value = baseline.standard_value
    improvement.save()
    _record(improvement, EventKind.OPENED, by=by, at=at, text=origin_label)
    return improvement


@transaction.atomic
def plan_improvement(
    *,
    improvement: Improvement,
    cause_categories: Sequence[str],
    cause: str,
    measure: str,
    responsible: User | None,
    due_on: date,
    by: User | None,
    at: datetime,
) -> Improvement:
    """Set cause, measure, responsible person and day「制定措施」.

    Raises PlanIncomplete and ImprovementAlreadyClosed.
    """
    here = _open(improvement)
    _check_plan(cause_categories, cause, measure, responsible)
    here.cause_categories = list(dict.fromkeys(cause_categories))
    here.cause, here.measure = cause.strip(), measure.strip()
    here.responsible, here.due_on = responsible, due_on
    here.state = ImprovementState.UNDER_WAY
    here.in_place_at = None
    here.save()
    facts: dict[str, object] = {"responsible": str(responsible), "due_on": due_on.isoformat()}
    _record(here, EventKind.PLANNED, by=by, at=at, text=here.measure, facts=facts)
    return here


@transaction.atomic
def report_in_place(
    *, improvement: Improvement, by: User | None, at: datetime, note: str = ""
) -> Improvement:
    """Report that the measure is in place「措施已落实」; from now on the next reading counts.

    Doing it twice is done once. Raises ImprovementNotPlanned and ImprovementAlreadyClosed.
    """
    here = _open(improvement)
    if here.state == ImprovementState.AWAITING_REMEASUREMENT:
        return here
    if here.state != ImprovementState.UNDER_WAY:
        raise ImprovementNotPlanned("improvement_not_planned")
    here.state, here.in_place_at = ImprovementState.AWAITING_REMEASUREMENT, at
    if here.indicator:
        newest = newest_readings(here.indicator, [here.subject]).get(here.subject_id)
        here.seen_reading = _key(newest) if newest else ""
        here.compared_run = newest.run if newest else 0
    here.save()
    _record(here, EventKind.PUT_IN_PLACE, by=by, at=at, text=note.strip())
    return here


def remeasure_improvements(*, by: User | None, at: datetime) -> RemeasurementReport:
    """Compare what awaits remeasurement「待复测」 with the newest readings.

    A reading that came after the measure closes the improvement when it is better than the
    baseline and not in warning; otherwise the improvement is to be planned again. No newer
    reading, no change: a run is compared once.
    """
    counts = dict.fromkeys(RemeasurementEffect, 0)
    waiting = Improvement.objects.filter(state=ImprovementState.AWAITING_REMEASUREMENT).exclude(
        indicator=""
    )
    ordered = waiting.select_related("subject").order_by("indicator", "id")
    for code, rows in groupby(ordered, key=lambda row: row.indicator):
        run = run_of(code)
        lagging = [row for row in rows if run is not None and row.compared_run < run.number]
        if run is None or not lagging:
            continue
        newest = newest_readings(code, [row.subject for row in lagging])
        verdicts = judged(list(newest.values()), on=timezone.localdate(at))
        by_subject = dict(zip(newest, verdicts, strict=True))
        direction = Direction(indicator_coded(code).direction)
        for row in lagging:
            verdict = by_subject.get(row.subject_id)
            counts[_remeasure(row, verdict, direction, run.number, by=by, at=at)] += 1
    return RemeasurementReport(
        counts[RemeasurementEffect.CLOSE], counts[RemeasurementEffect.RETURN]
    )


@transaction.atomic
def verify_improvement(
    *,
    improvement: Improvement,
    evidence: Evidence | None,
    note: str,
    by: User,
    at: datetime,
) -> Improvement:
    """Close by another person's check「查证」 of evidence or by his own words.

    Raises VerificationRefused and ImprovementAlreadyClosed.
    """
    here = _open(improvement)
    if here.state != ImprovementState.AWAITING_REMEASUREMENT:
        raise VerificationRefused("measure_not_in_place")
    if by.pk == here.responsible_id:
        raise VerificationRefused("verifier_is_responsible")
    if evidence is None and not note.strip():
        raise VerificationRefused("proof_missing")
    if evidence is not None and evidence.withdrawn_at is not None:
        raise VerificationRefused("evidence_withdrawn")
    here.verified_by, here.evidence, here.verification_note = by, evidence, note.strip()
    here.state, here.closed_at = ImprovementState.CLOSED, at
    here.save()
    facts: dict[str, object] = {"evidence": evidence.pk} if evidence else {}
    _record(here, EventKind.VERIFIED, by=by, at=at, text=here.verification_note, facts=facts)
    return here


@transaction.atomic
def close_without_proof(
    *, improvement: Improvement, reason: str, by: User, at: datetime
) -> Improvement:
    """Close what cannot be proved「无证明关闭」; the state says so for good.

    Raises ReasonMissing and ImprovementAlreadyClosed.
    """
    here = _open(improvement)
    if not reason.strip():
        raise ReasonMissing("reason_missing")
    here.state, here.closed_at = ImprovementState.CLOSED_WITHOUT_PROOF, at
    here.save()
    _record(here, EventKind.CLOSED_WITHOUT_PROOF, by=by, at=at, text=reason.strip())
    return here


@transaction.atomic
def note_improvement(
    *, improvement: Improvement, text: str, by: User | None, at: datetime
) -> ImprovementEvent:
    """Add words to the record of an improvement; raises ReasonMissing for empty ones."""
    if not text.strip():
        raise ReasonMissing("reason_missing")
    return _record(improvement, EventKind.NOTED, by=by, at=at, text=text.strip())


@transaction.atomic
def carry_into(
    *,
    improvement: Improvement,
    target_label: str,
    target_url: str,
    by: User | None,
    at: datetime,
) -> ImprovementEvent:
    """Record that an improvement entered the next design「增加到新的设计环节」; once per target."""
    known = ImprovementEvent.objects.filter(
        improvement=improvement, kind=EventKind.CARRIED, facts__url=target_url
    ).first()
    return known or _record(
        improvement, EventKind.CARRIED, by=by, at=at, text=target_label, facts={"url": target_url}
    )


def _open(improvement: Improvement) -> Improvement:
    """Return the row as it stands now, locked; raises ImprovementAlreadyClosed."""
    here = locked(improvement)
    if here.state not in OPEN_STATES:
        raise ImprovementAlreadyClosed("improvement_already_closed")
    return here


def _check_plan(
    categories: Sequence[str], cause: str, measure: str, responsible: User | None
) -> None:
    unknown = set(categories) - {row.code for row in cause_categories()}
    if unknown:
        raise PlanIncomplete("cause_unknown", cause=", ".join(sorted(unknown)))
    if not categories and not cause.strip():
        raise PlanIncomplete("cause_missing")
    if not measure.strip():
        raise PlanIncomplete("measure_missing")
    if responsible is None:
        raise PlanIncomplete("responsible_missing")


@transaction.atomic
def _remeasure(
    improvement: Improvement,
    verdict: JudgedReading | None,
    direction: Direction,
    run: int,
    *,
    by: User | None,
    at: datetime,
) -> RemeasurementEffect:
    here = locked(improvement)
    if here.state != ImprovementState.AWAITING_REMEASUREMENT or here.compared_run >= run:
        return RemeasurementEffect.NOTHING
    here.compared_run = run
    effect = RemeasurementEffect.NOTHING
    if verdict is not None and _key(verdict.reading) != here.seen_reading:
        effect = remeasurement_effect(
            before=here.baseline_value,
            now=verdict.reading.value,
            direction=direction,
            state=verdict.state,
        )
        here.seen_reading = _key(verdict.reading)
    if verdict is not None and effect is not RemeasurementEffect.NOTHING:
        event = _take_in(here, verdict, effect, by=by, at=at)
        _tell(here, event, at=at)
    here.save()
    seam("improvement.remeasured")
    return effect


def _take_in(
    here: Improvement,
    verdict: JudgedReading,
    effect: RemeasurementEffect,
    *,
    by: User | None,
    at: datetime,
) -> ImprovementEvent:
    """Close the improvement by a reading, or send it back to be planned again."""
    reading = verdict.reading
    facts: dict[str, object] = {
        "value": str(reading.value),
        "numerator": str(reading.numerator) if reading.numerator is not None else "",
        "denominator": str(reading.denominator) if reading.denominator is not None else "",
        "period": reading.period,
        "run": reading.run,
        "state": verdict.state,
        "warning_value": str(verdict.limits.warning) if verdict.limits.warning else "",
    }
    if effect is RemeasurementEffect.RETURN:
        here.state, here.in_place_at = ImprovementState.TO_PLAN, None
        here.due_on = None
        return _record(here, EventKind.RETURNED, by=by, at=at, facts=facts)
    here.state, here.closed_at = ImprovementState.CLOSED, at
    here.closing_value = reading.value
    here.closing_numerator, here.closing_denominator = reading.numerator, reading.denominator
    here.closing_period, here.closing_run = reading.period, reading.run
    return _record(here, EventKind.REMEASURED, by=by, at=at, facts=facts)


def _tell(here: Improvement, event: ImprovementEvent, *, at: datetime) -> None:
    """Tell the responsible person once what the new reading did to his improvement."""
    if here.responsible is None:
        return
    texts = {
        EventKind.REMEASURED: gettext("复测通过，已自动关闭：%(problem)s"),
        EventKind.RETURNED: gettext("复测没有变好，请重新制定措施：%(problem)s"),
    }
    notify(
        user=here.responsible,
        text=texts[EventKind(event.kind)] % {"problem": here.problem},
        url=reverse("improvement:improvement_detail", args=[here.pk]),
        at=at,
        key=f"improvement:{here.pk}:{event.pk}",
    )


def _key(reading: Reading) -> str:
    """Return what makes a reading another one: its period or its numbers, not the run alone."""
    return f"{reading.period}|{reading.numerator}|{reading.denominator}|{reading.value}"


def _record(
    improvement: Improvement,
    kind: EventKind,
    *,
    by: User | None,
    at: datetime,
    text: str = "",
    facts: dict[str, object] | None = None,
) -> ImprovementEvent:
    event = ImprovementEvent.objects.create(
        improvement=improvement, kind=kind, by=by, at=at, text=text, facts=facts or {}
    )
    record_audit(
        by=by, at=at, action=f"improvement_{kind.lower()}", object_kind="Improvement",
        object_key=str(improvement.pk), facts={"text": text[:200], **(facts or {})},
    )  # fmt: skip
    return event
