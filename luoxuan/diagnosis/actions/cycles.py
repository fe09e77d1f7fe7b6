"""Writes of cycles: opening one, a term of them, and the next from the improve step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked
from luoxuan.core.models import User
from luoxuan.data.form_queries import form_coded
from luoxuan.diagnosis.models import Cycle, Diagnosis, Judgement, LoopTemplate, Stage
from luoxuan.diagnosis.queries import (
    diagnosis_content,
    diagnosis_of,
    next_period,
    points_of,
    scheme_coded,
    steps_of,
    template_coded,
)
from luoxuan.diagnosis.rules import (
    DiagnosisKind,
    DiagnosisState,
    Filling,
    PointVerdict,
    StageMode,
    StagePart,
    Step,
    due_date,
)
from luoxuan.improvement.actions import carry_into
from luoxuan.improvement.queries import improvements
from luoxuan.improvement.rules import OPEN_STATES


class SubjectUnfit(Refused):
    """The template is not for subjects of this kind."""


class PeriodUnfit(Refused):
    """The template runs in periods of another kind."""


class NextPeriodMissing(Refused):
    """The calendar has no period after this one yet."""


class DiagnosisUnfinished(Refused):
    """The next cycle opens from a diagnosis that is finished."""


@dataclass(frozen=True, slots=True)
class OpenedTerm:
    """What opening a term did「开启结果」, in counts of cycles."""

    n_opened: int
    n_known: int


@transaction.atomic
def open_cycle(
    *,
    subject: Subject,
    template: LoopTemplate,
    period: Period,
    is_trial: bool,
    by: User | None,
    at: datetime,
    previous: Cycle | None = None,
) -> tuple[Cycle, bool]:
    """Open a cycle「循环」 with its stages and its draft; return it and whether it is new.

    One stands already where subject, track, period and template are the same: it is returned as
    it is. Raises SubjectUnfit and PeriodUnfit.
    """
    if subject.kind not in template.roles:
        raise SubjectUnfit("cycle_subject_unfit", template=template.title, kind=subject.kind)
    if period.kind != template.period_kind:
        raise PeriodUnfit("cycle_period_unfit", template=template.title, period=period.code)
    # Openings of one period stand in line: each writes audit entries between its cycles.
    locked(period)
    cycle, is_new = Cycle.objects.get_or_create(
        subject=subject,
        track=template.track,
        period=period,
        template_code=template.code,
        defaults={
            "template": template,
            "is_trial": is_trial,
            "previous": previous,
            "opened_by": by,
            "opened_at": at,
        },
    )
    if is_new:
        _open_stages(cycle, on=timezone.localdate(at))
        _open_draft(cycle, at)
        _audit(cycle, "open_cycle", by=by, at=at, is_trial=is_trial)
        seam("diagnosis.cycle_opened")
    return cycle, is_new


@transaction.atomic
def open_term(
    *,
    subjects: Iterable[Subject],
    template: LoopTemplate,
    period: Period,
    is_trial: bool,
    by: User | None,
    at: datetime,
) -> OpenedTerm:
    """Open a cycle for each chosen subject「开启一学期」; those that run already stay untouched."""
    done = [
        open_cycle(
            subject=subject, template=template, period=period, is_trial=is_trial, by=by, at=at
        )[1]
        for subject in subjects
    ]
    return OpenedTerm(n_opened=sum(done), n_known=len(done) - sum(done))


@transaction.atomic
def open_next_cycle(
    *, cycle: Cycle, by: User | None, at: datetime, is_trial: bool = False
) -> Cycle:
    """Open the cycle of the next period「进入下一轮」, with what this one hands over; once.

    Goals, measures and open improvements are carried, with a link both ways. Raises
    DiagnosisUnfinished and NextPeriodMissing.
    """
    here = locked(cycle)
    known = Cycle.objects.filter(previous=here).first()
    if known is not None:
        return known
    _check_finished(here)
    period = next_period(here.period)
    if period is None:
        raise NextPeriodMissing("next_period_missing", period=here.period.name)
    following, _ = open_cycle(
        subject=here.subject,
        template=template_coded(here.template_code),
        period=period,
        is_trial=is_trial,
        by=by,
        at=at,
        previous=here,
    )
    following.previous, following.carried = here, _carried(here)
    following.save(update_fields=["previous", "carried"])
    _carry_improvements(following, by=by, at=at)
    _finish_next_stage(here, by=by, at=at)
    _audit(here, "open_next_cycle", by=by, at=at, next=following.pk)
    seam("diagnosis.next_opened")
    return following


def _open_stages(cycle: Cycle, *, on: date) -> None:
    start_on, end_on = cycle.period.start_on, cycle.period.end_on
    before = start_on
    rows = []
    for position, step in enumerate(steps_of(cycle.template), start=1):
        due_on = due_date(step, start_on=start_on, end_on=end_on, on=on)
        # A stage begins where the one before ends; the small loop runs from the first day.
        starts_on = start_on if step.part is StagePart.SMALL else before
        if starts_on is not None and due_on is not None:
            starts_on = min(starts_on, due_on)
        if step.part is StagePart.BIG:
            before = due_on
        rows.append(_stage(cycle, position, step, starts_on, due_on))
    Stage.objects.bulk_create(rows)


def _stage(
    cycle: Cycle, position: int, step: Step, starts_on: date | None, due_on: date | None
) -> Stage:
    return Stage(
        cycle=cycle,
        position=position,
        code=step.code,
        mode=step.mode,
        starts_on=starts_on,
        due_on=due_on,
        form=form_coded(step.form) if step.form else None,
    )


def _open_draft(cycle: Cycle, at: datetime) -> None:
    if not any(step.fills is Filling.DIAGNOSIS for step in steps_of(cycle.template)):
        return
    scheme = scheme_coded(cycle.template.scheme) if cycle.template.scheme else None
    diagnosis = Diagnosis.objects.create(
        cycle=cycle, kind=DiagnosisKind.SELF, scheme=scheme, opened_at=at
    )
    if scheme is not None:
        Judgement.objects.bulk_create(
            Judgement(diagnosis=diagnosis, node=node) for node in points_of(scheme)
        )


def _check_finished(cycle: Cycle) -> None:
    diagnosis = diagnosis_of(cycle)
    finished = {DiagnosisState.SIGNED}
    if not cycle.template.is_checked:
        finished.add(DiagnosisState.FROZEN)
    if diagnosis is not None and diagnosis.state not in finished:
        raise DiagnosisUnfinished("diagnosis_unfinished")


def _carried(cycle: Cycle) -> dict[str, Any]:
    """Return what a finished cycle hands over: what it wrote, what fell short, what is open."""
    diagnosis = diagnosis_of(cycle)
    content = diagnosis_content(diagnosis) if diagnosis else {}
    written = [
        answer
        for stage in content.get("stages", [])
        if stage["is_diagnosis"]
        for answer in stage["answers"]
        if answer["value"]
    ]
    short = [row for row in content.get("judgements", []) if row["verdict"] != PointVerdict.MEETS]
    return {
        "cycle": cycle.pk,
        "answers": written,
        "points": short,
        "improvements": [
            {"id": row.pk, "problem": row.problem, "state": row.state}
            for row in improvements(EVERYTHING).filter(
                pk__in=[row["id"] for row in content.get("improvements", [])],
                state__in=OPEN_STATES,
            )
        ],
    }


def _carry_improvements(cycle: Cycle, *, by: User | None, at: datetime) -> None:
    keys = [row["id"] for row in cycle.carried["improvements"]]
    for improvement in improvements(EVERYTHING).filter(pk__in=keys):
        carry_into(
            improvement=improvement,
            target_label=f"{cycle.template.title} · {cycle.period.name}",
            target_url=reverse("diagnosis:cycle_detail", args=[cycle.pk]),
            by=by,
            at=at,
        )


def _finish_next_stage(cycle: Cycle, *, by: User | None, at: datetime) -> None:
    codes = [step.code for step in steps_of(cycle.template) if step.fills is Filling.NEXT]
    found = cycle.stages.filter(code__in=codes, done_at=None, mode=StageMode.CONFIRM)
    found.update(done_at=at, done_by=by)


def _audit(cycle: Cycle, action: str, *, by: User | None, at: datetime, **facts: object) -> None:
    record_audit(
        by=by, at=at, action=action, object_kind="Cycle", object_key=str(cycle.pk),
        facts={"subject": str(cycle.subject), "period": cycle.period.code, **facts},
    )  # fmt: skip
