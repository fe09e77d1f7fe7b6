"""Cycles with their stages, and what they ask of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext

from luoxuan.campus.models import Period
from luoxuan.campus.queries import Rights, periods
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import Scope
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.todo import MOST_TODOS, TodoItem
from luoxuan.diagnosis.models import Cycle, Diagnosis, Stage
from luoxuan.diagnosis.queries.definitions import steps_of
from luoxuan.diagnosis.rules import (
    DiagnosisState,
    Filling,
    StageMode,
    StageState,
    Step,
    current_index,
    stage_state,
)


@dataclass(frozen=True)
class Standing:
    """Where a cycle stands on a day「循环进度」: every stage with its definition and state."""

    stages: tuple[Stage, ...]
    steps: tuple[Step, ...]
    states: tuple[StageState, ...]
    current: int

    @property
    def is_late(self) -> bool:
        """Return whether any stage is late."""
        return StageState.LATE in self.states

    @property
    def n_done(self) -> int:
        """Return how many stages are done."""
        return self.states.count(StageState.DONE)


@dataclass(frozen=True, slots=True)
class CycleCounts:
    """How many cycles in force stand where「循环统计」; trials are in none of the numbers."""

    open: int
    late: int
    frozen: int
    signed: int
    trials: int


def cycles(scope: Scope) -> QuerySet[Cycle]:
    """Return the cycles「循环」 about subjects in scope, those of the newest period first."""
    found = Cycle.objects.filter(scope.q(Cycle)).select_related("subject", "period", "template")
    return found.prefetch_related(
        Prefetch("stages", queryset=Stage.objects.select_related("form")),
        Prefetch("diagnoses", queryset=Diagnosis.objects.select_related("scheme")),
    )


def cycle_at(scope: Scope, pk: int) -> Cycle:
    """Return one cycle in scope; raises Cycle.DoesNotExist for hidden and absent alike."""
    return cycles(scope).get(pk=pk)


def standing(cycle: Cycle, *, on: date) -> Standing:
    """Return where a cycle stands on a day."""
    stages = tuple(sorted(cycle.stages.all(), key=lambda stage: stage.position))
    known = {step.code: step for step in steps_of(cycle.template)}
    states = tuple(
        stage_state(
            StageMode(stage.mode),
            is_done=stage.done_at is not None,
            starts_on=stage.starts_on,
            due_on=stage.due_on,
            on=on,
        )
        for stage in stages
    )
    modes = [StageMode(stage.mode) for stage in stages]
    steps = tuple(known[stage.code] for stage in stages)
    return Standing(stages, steps, states, current_index(modes, states))


def diagnosis_of(cycle: Cycle) -> Diagnosis | None:
    """Return the newest diagnosis of a cycle, None when its template has none."""
    found = sorted(cycle.diagnoses.all(), key=lambda row: row.number)
    return found[-1] if found else None


def diagnosis_stage(cycle: Cycle) -> Stage | None:
    """Return the stage that holds the diagnosis."""
    codes = {step.code for step in steps_of(cycle.template) if step.fills is Filling.DIAGNOSIS}
    return next((stage for stage in cycle.stages.all() if stage.code in codes), None)


def next_of(cycle: Cycle) -> Cycle | None:
    """Return the cycle that was opened from this one."""
    return Cycle.objects.filter(previous=cycle).select_related("period").first()


def next_period(period: Period) -> Period | None:
    """Return the period of the same kind that follows."""
    later = periods().filter(kind=period.kind, position__gt=period.position)
    if period.end_on is not None:
        later = later.filter(start_on__gte=period.end_on)
    return later.order_by("position").first()


def effective_diagnoses(scope: Scope) -> QuerySet[Diagnosis]:
    """Return the frozen diagnoses that have an effect: of cycles in force, never of trials."""
    found = Diagnosis.objects.filter(cycle__in=Cycle.objects.filter(scope.q(Cycle)))
    return found.filter(
        cycle__is_trial=False, state__in=[DiagnosisState.FROZEN, DiagnosisState.SIGNED]
    ).select_related("cycle__subject", "cycle__period", "cycle__template")


def waiting_diagnoses(rights: Rights) -> QuerySet[Diagnosis]:
    """Return the diagnoses that the user may check, never his own."""
    scope = rights.scope(Resource.CYCLE, Action.CHECK)
    if scope is None:
        return Diagnosis.objects.none()
    found = Diagnosis.objects.filter(
        cycle__in=Cycle.objects.filter(scope.q(Cycle)), state=DiagnosisState.FROZEN
    )
    return (
        found.filter(cycle__template__is_checked=True)
        .exclude(frozen_by=rights.user)
        .select_related("cycle__subject", "cycle__period", "cycle__template")
        .order_by("frozen_at")
    )


def cycle_counts(found: Sequence[Cycle], *, on: date) -> CycleCounts:
    """Return counts of cycles, trials apart."""
    in_force = [cycle for cycle in found if not cycle.is_trial]
    states = [row.state for cycle in in_force if (row := diagnosis_of(cycle)) is not None]
    return CycleCounts(
        open=len(in_force),
        late=sum(standing(cycle, on=on).is_late for cycle in in_force),
        frozen=states.count(DiagnosisState.FROZEN),
        signed=states.count(DiagnosisState.SIGNED),
        trials=len(found) - len(in_force),
    )


def todos(rights: Rights, *, on: date) -> list[TodoItem]:
    """Return the stages that wait for the user「待办」, and the diagnoses he may check."""
    items = [item for cycle in _own(rights) for item in _stage_items(cycle, on)]
    for row in waiting_diagnoses(rights)[:MOST_TODOS]:
        items.append(
            TodoItem(
                title=gettext("审核诊断：%(cycle)s") % {"cycle": _title(row.cycle)},
                url=reverse("diagnosis:cycle_detail", args=[row.cycle_id]),
                kind=gettext("诊改"),
            )
        )
    items.sort(key=lambda item: (item.due_on is None, item.due_on or date.max, item.url))
    return items


def _own(rights: Rights) -> QuerySet[Cycle]:
    """Return the unfinished cycles that the user runs by a role at their subjects."""
    if rights.scope(Resource.CYCLE, Action.EDIT) is None:
        return Cycle.objects.none()
    # The role that a template names for the kind of subject; an overseer's list is not a to-do.
    templates = Cycle.objects.values_list("template_code", "template__roles")
    named = [
        (code, kind, role)
        for code, roles in templates.distinct().order_by()
        for kind, role in roles.items()
    ]
    mine = Q(pk__in=[])
    scopes = rights.scopes_by_role()
    for code, kind, role in named:
        if role in scopes:
            mine |= Q(template_code=code, subject__kind=kind) & scopes[role].q(Cycle)
    found = Cycle.objects.filter(mine).select_related("subject", "period", "template")
    unfinished = Q(stages__done_at=None) & ~Q(stages__mode=StageMode.AUTO)
    return found.filter(unfinished).distinct().prefetch_related("stages")


def _stage_items(cycle: Cycle, on: date) -> list[TodoItem]:
    here = standing(cycle, on=on)
    return [
        TodoItem(
            title=gettext("%(step)s：%(cycle)s") % {"step": _words(step), "cycle": _title(cycle)},
            url=f"{reverse('diagnosis:cycle_detail', args=[cycle.pk])}?stage={stage.code}",
            kind=gettext("诊改"),
            due_on=stage.due_on,
            is_late=state is StageState.LATE,
        )
        for stage, step, state in zip(here.stages, here.steps, here.states, strict=True)
        if stage.mode != StageMode.AUTO and state in {StageState.DUE, StageState.LATE}
    ]


def _words(step: Step) -> str:
    is_english = (get_language() or "").startswith("en")
    return (step.title_en if is_english else "") or step.title


def _title(cycle: Cycle) -> str:
    trial = f" · {gettext('试运行')}" if cycle.is_trial else ""
    subject, period = text_of(cycle.subject, "name"), text_of(cycle.period, "name")
    return f"{subject} · {period}{trial}"
