"""What a cycle is judged on: readings, alerts and improvements of its period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import children_of, periods
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.data.form_fields import FormFieldType, parse_fields
from luoxuan.diagnosis.models import Cycle, Diagnosis, SchemeNode, Stage
from luoxuan.diagnosis.queries.cycles import diagnosis_stage
from luoxuan.diagnosis.queries.definitions import points_of, steps_of
from luoxuan.diagnosis.rules import (
    Basis,
    Proposal,
    propose_by_improvements,
    propose_by_standard,
    propose_by_target,
)
from luoxuan.improvement.models import Improvement
from luoxuan.improvement.queries import improvements_of
from luoxuan.improvement.rules import OPEN_STATES, ImprovementState
from luoxuan.indicators.models import IndicatorVersion
from luoxuan.indicators.queries import JudgedReading, indicators, judged, readings
from luoxuan.indicators.rules import ReadingState
from luoxuan.monitoring.models import Alert
from luoxuan.monitoring.queries import alerts

_JUDGED = frozenset({ReadingState.MET, ReadingState.BELOW_STANDARD, ReadingState.WARNING})


@dataclass(frozen=True)
class Material:
    """Everything that is known of a cycle's period「诊断材料」, nothing typed by hand.

    ``readings`` are those of the subject, ``parts`` those of what belongs to it (a course its
    teaching classes), each in the order of the catalogue and of the periods.
    """

    readings: tuple[JudgedReading, ...]
    parts: tuple[JudgedReading, ...]
    alerts: tuple[Alert, ...]
    improvements: tuple[Improvement, ...]
    versions: Mapping[str, IndicatorVersion]
    subjects: Mapping[tuple[str, str], Subject]
    periods: Mapping[str, Period]

    def newest(self) -> list[JudgedReading]:
        """Return the last reading with a value of each indicator, of subject and parts."""
        last: dict[tuple[str, str, str], JudgedReading] = {}
        for row in (*self.readings, *self.parts):
            if row.reading.value is not None:
                last[row.reading.indicator, row.reading.kind, row.reading.subject] = row
        return list(last.values())

    def judged_by(self, codes: Sequence[str]) -> list[JudgedReading]:
        """Return what can be judged of some indicators: the subject's own, else that of parts."""
        for rows in (self.readings, self.parts):
            found = [row for row in rows if row.reading.indicator in codes and row.state in _JUDGED]
            if found:
                return found
        return []


def covered_periods(period: Period) -> dict[str, Period]:
    """Return a period and those that lie within it, by code, in their order."""
    inside = Q(pk=period.pk) | Q(within=period)
    if period.start_on is not None:
        inside |= Q(start_on__gte=period.start_on, end_on__lte=period.end_on)
    found = periods().filter(inside)
    return {row.code: row for row in sorted(found, key=lambda row: (row.position, row.code))}


def material_of(scope: Scope, cycle: Cycle, *, on: date) -> Material:
    """Return what is known of a cycle's subject in its period."""
    covered = covered_periods(cycle.period)
    subject = cycle.subject
    parts = list(children_of(scope, subject).filter(kind__in=_part_kinds(subject)))
    subjects = {(row.kind, row.code): row for row in (subject, *parts)}
    versions = {row.indicator.code: row for row in indicators()}
    found = readings(
        scope,
        indicator_codes=list(versions),
        kinds=sorted({kind for kind, _ in subjects}),
        subject_codes=sorted({code for _, code in subjects}),
        periods=list(covered),
    )
    here = [row for row in found if (row.kind, row.subject) in subjects]
    rows = judged(here, on=on, versions=versions.values())
    order = {code: position for position, code in enumerate(covered)}
    rows.sort(key=lambda row: order[row.reading.period])
    own = (subject.kind, subject.code)
    of_alerts = alerts(scope).filter(subject__in=subjects.values(), period__in=covered)
    return Material(
        readings=tuple(r for r in rows if (r.reading.kind, r.reading.subject) == own),
        parts=tuple(r for r in rows if (r.reading.kind, r.reading.subject) != own),
        alerts=tuple(of_alerts.order_by("opened_at", "id")),
        improvements=tuple(_improvements(scope, cycle, list(covered))),
        versions=versions,
        subjects=subjects,
        periods=covered,
    )


def proposals(material: Material, points: Sequence[SchemeNode]) -> dict[str, Proposal]:
    """Return what the material suggests for each point, by its code."""
    return {point.code: _proposal(material, point) for point in points}


def diagnosis_content(diagnosis: Diagnosis, *, scope: Scope = EVERYTHING) -> dict[str, Any]:
    """Return what a diagnosis was judged on and says「诊断内容」: frozen, or as it stands now."""
    if diagnosis.content is not None:
        return dict(diagnosis.content)
    cycle = diagnosis.cycle
    material = material_of(scope, cycle, on=timezone.localdate())
    return draft_content(diagnosis, material)


def draft_content(diagnosis: Diagnosis, material: Material) -> dict[str, Any]:
    """Return the content that a freeze would fix, as plain JSON values."""
    cycle = diagnosis.cycle
    points = list(points_of(diagnosis.scheme)) if diagnosis.scheme else []
    suggested = proposals(material, points)
    judged_points = {row.node_id: row for row in diagnosis.judgements.all()}
    return {
        "cycle": _cycle(cycle),
        "readings": [_reading(row, material) for row in material.newest()],
        "alerts": [_alert(row) for row in material.alerts],
        "improvements": [_improvement(row) for row in material.improvements],
        "judgements": [
            _judgement(point, judged_points.get(point.pk), suggested[point.code])
            for point in points
        ],
        "stages": [row for row in (_written(cycle, stage) for stage in cycle.stages.all()) if row],
        "carried": cycle.carried,
    }


def _part_kinds(subject: Subject) -> list[str]:
    return {"COURSE": ["TEACHING_CLASS"], "PROGRAM": ["COURSE"]}.get(subject.kind, [])


def _improvements(scope: Scope, cycle: Cycle, covered: list[str]) -> list[Improvement]:
    """Return improvements that began in the period, by reading, by day or in this very cycle."""
    here = reverse("diagnosis:cycle_detail", args=[cycle.pk])
    began = Q(baseline_period__in=covered) | Q(origin_url__startswith=here)
    if cycle.period.start_on is not None:
        days = {
            "opened_at__date__gte": cycle.period.start_on,
            "opened_at__date__lt": cycle.period.end_on,
        }
        began |= Q(baseline_period="", **days)
    carried = [row["id"] for row in cycle.carried.get("improvements", [])]
    return list(improvements_of(scope, cycle.subject).filter(began | Q(pk__in=carried)))


def _proposal(material: Material, point: SchemeNode) -> Proposal:
    basis = Basis(point.basis)
    if basis is Basis.IMPROVEMENTS:
        states = [row.state for row in material.improvements]
        return propose_by_improvements(
            proved=states.count(ImprovementState.CLOSED),
            under_way=sum(state in OPEN_STATES for state in states),
            unanswered=sum(
                row.improvement_id is None and row.recovered_at is None for row in material.alerts
            ),
        )
    rows = material.judged_by(point.indicators)
    if basis is Basis.TARGET:
        targeted = [row for row in rows if row.limits.target is not None]
        return propose_by_target(
            [row.state for row in targeted],
            [row.is_on_target for row in targeted],
            has_target=bool(targeted),
        )
    if basis is Basis.STANDARD:
        return propose_by_standard([row.state for row in rows])
    return Proposal(None, "by_person", {})


def _cycle(cycle: Cycle) -> dict[str, Any]:
    return {
        "id": cycle.pk,
        "subject": {"kind": cycle.subject.kind, "code": cycle.subject.code,
                    "name": cycle.subject.name, "name_en": cycle.subject.name_en},
        "track": cycle.track,
        "period": {"code": cycle.period.code, "name": cycle.period.name,
                   "name_en": cycle.period.name_en},
        "template": {"code": cycle.template.code, "number": cycle.template.number,
                     "title": cycle.template.title, "title_en": cycle.template.title_en},
        "is_trial": cycle.is_trial,
    }  # fmt: skip


def _reading(row: JudgedReading, material: Material) -> dict[str, Any]:
    reading, version = row.reading, material.versions[row.reading.indicator]
    subject = material.subjects[reading.kind, reading.subject]
    return {
        "indicator": reading.indicator, "version": reading.version,
        "title": version.title, "title_en": version.title_en,
        "unit": version.unit, "decimals": version.decimals, "direction": version.direction,
        "kind": reading.kind, "subject": reading.subject,
        "subject_name": subject.name, "subject_name_en": subject.name_en,
        "period": reading.period, "run": reading.run, "provenance": reading.provenance,
        "value": _plain(reading.value), "numerator": _plain(reading.numerator),
        "denominator": _plain(reading.denominator), "state": str(row.state),
        "is_on_target": row.is_on_target, "target_value": _plain(row.limits.target),
        "standard_value": _plain(row.limits.standard), "warning_value": _plain(row.limits.warning),
    }  # fmt: skip


def _alert(row: Alert) -> dict[str, Any]:
    return {
        "id": row.pk, "title": row.watch.title, "title_en": row.watch.title_en,
        "kind": row.subject.kind, "subject": row.subject.code, "subject_name": row.subject.name,
        "indicator": row.indicator_version.indicator.code,
        "unit": row.indicator_version.unit, "decimals": row.indicator_version.decimals,
        "period": row.period, "run": row.run, "value": _plain(row.value),
        "numerator": _plain(row.numerator), "denominator": _plain(row.denominator),
        "warning_value": _plain(row.warning_value), "state": row.state,
        "opened_at": row.opened_at.isoformat(), "recovered_at": _moment(row.recovered_at),
        "improvement": row.improvement_id,
    }  # fmt: skip


def _improvement(row: Improvement) -> dict[str, Any]:
    return {
        "id": row.pk, "problem": row.problem, "cause": row.cause, "measure": row.measure,
        "cause_categories": row.cause_categories, "state": row.state,
        "kind": row.subject.kind, "subject": row.subject.code, "subject_name": row.subject.name,
        "responsible": row.responsible.name if row.responsible else "",
        "due_on": row.due_on.isoformat() if row.due_on else None, "indicator": row.indicator,
        "baseline_value": _plain(row.baseline_value), "baseline_period": row.baseline_period,
        "closing_value": _plain(row.closing_value), "closing_period": row.closing_period,
        "standard_value": _plain(row.standard_value),
        "opened_at": row.opened_at.isoformat(), "closed_at": _moment(row.closed_at),
    }  # fmt: skip


def _judgement(point: SchemeNode, row: Any, proposal: Proposal) -> dict[str, Any]:
    return {
        "point": point.code, "title": point.title, "title_en": point.title_en,
        "element": point.parent.title if point.parent else "",
        "verdict": row.verdict if row else "", "text": row.text if row else "",
        "proposed": str(proposal.verdict or ""), "reason": proposal.reason,
        "facts": dict(proposal.facts),
    }  # fmt: skip


def _written(cycle: Cycle, stage: Stage) -> dict[str, Any] | None:
    """Return a stage that asked for an act: what was answered, by whom and when."""
    if stage.mode == "AUTO":
        return None
    step = next(step for step in steps_of(cycle.template) if step.code == stage.code)
    of_diagnosis = diagnosis_stage(cycle)
    fields = parse_fields(stage.form.fields) if stage.form else ()
    answers = []
    for field in fields:
        value = stage.values.get(field.name, "")
        shown = {row.value: (row.title, row.title_en) for row in field.choices}
        words = shown.get(value, (value, "")) if field.type is FormFieldType.CHOICE else (value, "")
        answers.append(
            {"name": field.name, "title": field.title, "title_en": field.title_en,
             "type": str(field.type), "value": value, "words": words[0], "words_en": words[1]}
        )  # fmt: skip
    return {
        "code": stage.code, "title": step.title, "title_en": step.title_en, "mode": stage.mode,
        "is_diagnosis": of_diagnosis is not None and of_diagnosis.pk == stage.pk,
        "answers": answers, "done_at": _moment(stage.done_at),
        "done_by": stage.done_by.name if stage.done_by else "",
    }  # fmt: skip


def _plain(value: Decimal | None) -> str | None:
    """Return a number without the zeros of its column; missing stays missing."""
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
