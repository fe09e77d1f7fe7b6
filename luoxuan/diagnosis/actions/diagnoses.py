"""Writes of diagnoses: the freeze by the writer, the check by another, what they lead to."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked
from luoxuan.core.models import User
from luoxuan.diagnosis.actions.stages import checked_answers
from luoxuan.diagnosis.models import Diagnosis, Judgement, SchemeNode, Stage
from luoxuan.diagnosis.queries import diagnosis_content, diagnosis_stage, material_of
from luoxuan.diagnosis.rules import GRACE_DAYS, DiagnosisState
from luoxuan.improvement.actions import open_improvement
from luoxuan.improvement.models import Improvement
from luoxuan.improvement.queries import improvements
from luoxuan.improvement.rules import Baseline
from luoxuan.indicators.rules import ReadingState


class DiagnosisFrozen(Refused):
    """What is frozen never changes."""


class DiagnosisIncomplete(Refused):
    """Points are not judged, or answers are missing; ``errors`` says which input by name."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("diagnosis_incomplete", n=len(errors))
        self.errors = errors


class OwnDiagnosis(Refused):
    """Nobody checks what he wrote himself."""


class DiagnosisNotWaiting(Refused):
    """Only a frozen diagnosis waits for a check."""


class ReturnReasonMissing(Refused):
    """Who returns a diagnosis says why."""


@transaction.atomic
def freeze_diagnosis(*, diagnosis: Diagnosis, by: User | None, at: datetime) -> Diagnosis:
    """Fix a diagnosis with everything it was judged on「冻结」; from now on it never changes.

    The hash of its content stands in the audit entry. Raises DiagnosisFrozen and
    DiagnosisIncomplete.
    """
    here = _locked(diagnosis)
    if here.state != DiagnosisState.DRAFT:
        raise DiagnosisFrozen("diagnosis_frozen")
    stage = diagnosis_stage(here.cycle)
    _check_complete(here, stage)
    if stage is not None:
        stage.done_at, stage.done_by = at, by
        stage.save(update_fields=["values", "done_at", "done_by"])
    content = _content(here, by, at)
    here.state, here.content, here.content_hash = (
        DiagnosisState.FROZEN, content, content_hash(content),
    )  # fmt: skip
    here.frozen_by, here.frozen_at = by, at
    here.save()
    for row in content["judgements"]:
        Judgement.objects.filter(diagnosis=here, node__code=row["point"]).update(
            proposed=row["proposed"]
        )
    _audit(here, "freeze_diagnosis", by=by, at=at, content_hash=here.content_hash)
    seam("diagnosis.frozen")
    return here


@transaction.atomic
def sign_diagnosis(*, diagnosis: Diagnosis, by: User | None, at: datetime) -> Diagnosis:
    """Sign the frozen diagnosis of another「审核通过」.

    Raises OwnDiagnosis and DiagnosisNotWaiting.
    """
    here = _waiting(diagnosis, by)
    here.state, here.checked_by, here.checked_at = DiagnosisState.SIGNED, by, at
    here.save()
    _audit(here, "sign_diagnosis", by=by, at=at, content_hash=here.content_hash)
    return here


@transaction.atomic
def return_diagnosis(
    *, diagnosis: Diagnosis, reason: str, by: User | None, at: datetime
) -> Diagnosis:
    """Return the frozen diagnosis of another with a reason「退回」, and open the next draft.

    The returned one stays as it was frozen; the draft begins with its words. Raises OwnDiagnosis,
    DiagnosisNotWaiting and ReturnReasonMissing.
    """
    here = _waiting(diagnosis, by)
    if not reason.strip():
        raise ReturnReasonMissing("return_reason_missing")
    here.state, here.checked_by, here.checked_at = DiagnosisState.RETURNED, by, at
    here.return_reason = reason.strip()
    here.save()
    draft = Diagnosis.objects.create(
        cycle=here.cycle, kind=here.kind, number=here.number + 1, scheme=here.scheme, opened_at=at
    )
    Judgement.objects.bulk_create(
        Judgement(diagnosis=draft, node_id=row.node_id, verdict=row.verdict, text=row.text)
        for row in here.judgements.all()
    )
    _reopen(diagnosis_stage(here.cycle), at)
    _audit(here, "return_diagnosis", by=by, at=at, reason=here.return_reason)
    return draft


@transaction.atomic
def open_point_improvement(
    *, diagnosis: Diagnosis, node: SchemeNode, problem: str, by: User | None, at: datetime
) -> Improvement:
    """Open an improvement for what a point shows「转为改进」; once per point and diagnosis.

    The newest reading behind the point that is not at its standard becomes the baseline.
    """
    cycle = locked(diagnosis.cycle)
    address = reverse("diagnosis:cycle_detail", args=[cycle.pk])
    origin_url = f"{address}#{diagnosis.number}-{node.code}"
    known = improvements(EVERYTHING).filter(origin_url=origin_url).first()
    if known is not None:
        return known
    return open_improvement(
        subject=cycle.subject,
        problem=problem,
        origin_label=f"{cycle.template.title} · {cycle.period.name} · {node.title}",
        origin_url=origin_url,
        baseline=_baseline(diagnosis, node, at),
        responsible=by,
        by=by,
        at=at,
    )


def content_hash(content: dict[str, Any]) -> str:
    """Return the SHA-256 of a content in its canonical form."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _check_complete(diagnosis: Diagnosis, stage: Stage | None) -> None:
    errors = {
        f"verdict-{row.node.code}": "missing"
        for row in diagnosis.judgements.select_related("node")
        if not row.verdict
    }
    if stage is not None:
        clean, wrong = checked_answers(stage)
        errors |= wrong
        if not errors:
            stage.values = clean
    if errors:
        raise DiagnosisIncomplete(errors)


def _content(diagnosis: Diagnosis, by: User | None, at: datetime) -> dict[str, Any]:
    # Read anew: the stage has just been finished in this transaction.
    fresh = Diagnosis.objects.select_related("cycle__subject", "cycle__period").get(pk=diagnosis.pk)
    content = diagnosis_content(fresh, scope=EVERYTHING)
    content["number"] = diagnosis.number
    content["frozen_at"] = at.isoformat()
    content["frozen_by"] = by.name if by else ""
    return content


def _waiting(diagnosis: Diagnosis, by: User | None) -> Diagnosis:
    here = _locked(diagnosis)
    if here.state != DiagnosisState.FROZEN or not here.cycle.template.is_checked:
        raise DiagnosisNotWaiting("diagnosis_not_waiting")
    if by is not None and here.frozen_by_id == by.pk:
        raise OwnDiagnosis("diagnosis_own")
    return here


def _locked(diagnosis: Diagnosis) -> Diagnosis:
    return locked(diagnosis.cycle).diagnoses.get(pk=diagnosis.pk)


def _reopen(stage: Stage | None, at: datetime) -> None:
    if stage is None:
        return
    stage.done_at, stage.done_by = None, None
    if stage.due_on is not None:
        stage.due_on = max(stage.due_on, timezone.localdate(at) + timedelta(days=GRACE_DAYS))
    stage.save(update_fields=["done_at", "done_by", "due_on"])


def _baseline(diagnosis: Diagnosis, node: SchemeNode, at: datetime) -> Baseline | None:
    material = material_of(EVERYTHING, diagnosis.cycle, on=timezone.localdate(at))
    short = {ReadingState.BELOW_STANDARD, ReadingState.WARNING}
    # Of the subject's own readings only: the improvement is about the subject.
    rows = [
        row
        for row in material.readings
        if row.reading.indicator in node.indicators and row.state in short
    ]
    if not rows:
        return None
    reading, limits = rows[-1].reading, rows[-1].limits
    if reading.value is None:
        return None
    return Baseline(
        indicator=reading.indicator,
        value=reading.value,
        numerator=reading.numerator,
        denominator=reading.denominator,
        period=reading.period,
        run=reading.run,
        warning_value=limits.warning,
        standard_value=limits.standard,
    )


def _audit(
    diagnosis: Diagnosis, action: str, *, by: User | None, at: datetime, **facts: object
) -> None:
    record_audit(
        by=by, at=at, action=action, object_kind="Diagnosis", object_key=str(diagnosis.pk),
        facts={"cycle": diagnosis.cycle_id, "number": diagnosis.number, **facts},
    )  # fmt: skip
