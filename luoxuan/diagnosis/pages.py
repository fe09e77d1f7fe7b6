"""Everything the page of one cycle shows, put together for its reader."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django.http import HttpRequest

from luoxuan.campus.guard import ScopedRequest
from luoxuan.campus.rules import Action, Resource
from luoxuan.diagnosis.blocks import (
    cited_by_point,
    cycle_heading,
    figures,
    frozen_rows,
    shown_points,
    shown_readings,
    stage_rows,
)
from luoxuan.diagnosis.models import Cycle, Diagnosis, Stage
from luoxuan.diagnosis.queries import (
    Material,
    cycles,
    diagnosis_of,
    diagnosis_stage,
    material_of,
    next_of,
    next_period,
    standing,
)
from luoxuan.diagnosis.rules import DiagnosisState, StageMode
from luoxuan.diagnosis.shown import shown_stages
from luoxuan.improvement.blocks import shown_improvements
from luoxuan.improvement.rules import ImprovementState
from luoxuan.monitoring.blocks import shown_alerts


def cycle_page(
    request: ScopedRequest,
    cycle: Cycle,
    *,
    chosen: str,
    on: date,
    refused: str = "",
    answers: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    theirs: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the context of a cycle's page with one stage open, by default the current one."""
    here = standing(cycle, on=on)
    codes = [stage.code for stage in here.stages]
    code = chosen if chosen in codes else codes[here.current]
    material = material_of(request.scope, cycle, on=on)
    stages = shown_stages(cycle, here, material, chosen=code)
    index = codes.index(code)
    typed = {"answers": answers, "errors": errors, "theirs": theirs}
    lying, standing_figure = figures(stages, here, cycle.template.joins_at)
    return {
        "cycle": cycle,
        "heading": cycle_heading(cycle),
        "stages": stages,
        "figure": {"lying": lying, "standing": standing_figure},
        "current": stages[here.current],
        "chosen": stages[index],
        "n_done": here.n_done,
        "refused": refused,
        "next": next_of(cycle),
        "may_write": may_here(request, cycle, Resource.CYCLE, Action.EDIT),
        **_content(request, cycle, material, on=on),
        **_written(request, cycle, here.stages[index], material, typed),
    }


def may_here(request: HttpRequest, cycle: Cycle, resource: Resource, action: Action) -> bool:
    """Return whether the reader may do this at the cycle's subject."""
    reader = cast("ScopedRequest", request)
    scope = reader.rights.scope(resource, action)
    if scope == reader.scope:
        # The page has found the cycle there already.
        return True
    return scope is not None and cycles(scope).filter(pk=cycle.pk).exists()


def _content(
    request: ScopedRequest, cycle: Cycle, material: Material, *, on: date
) -> dict[str, Any]:
    """Return what fills the stages by itself."""
    rows_allowed = may_here(request, cycle, Resource.READING_ROWS, Action.VIEW)
    found = shown_improvements(material.improvements, on=on)
    return {
        "readings": shown_readings(material, rows_allowed=rows_allowed),
        "alerts": shown_alerts(material.alerts),
        "improvements": found,
        "lessons": [row for row in found if row.state == ImprovementState.CLOSED],
        "carried": cycle.carried,
        "next_period": next_period(cycle.period),
    }


def _written(
    request: ScopedRequest,
    cycle: Cycle,
    stage: Stage,
    material: Material,
    typed: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the form of the chosen stage, or what was frozen, and who may check it."""
    diagnosis = diagnosis_of(cycle)
    holder = diagnosis_stage(cycle)
    is_diagnosis = diagnosis is not None and holder is not None and holder.pk == stage.pk
    context: dict[str, Any] = {
        "stage": stage,
        "is_diagnosis": is_diagnosis,
        "diagnosis": diagnosis,
        "returned": _returned(cycle),
        "may_check": diagnosis is not None and _may_check(request, cycle, diagnosis),
        "may_open_improvements": is_diagnosis
        and may_here(request, cycle, Resource.IMPROVEMENT, Action.CREATE),
    }
    exchange = request.rights.scope(Resource.EXCHANGE, Action.VIEW)
    if is_diagnosis and diagnosis is not None and diagnosis.content is not None:
        context["frozen"] = diagnosis.content
        context["frozen_rows"] = frozen_rows(diagnosis.content, cited_by_point(diagnosis, exchange))
    elif stage.mode == StageMode.WRITE:
        context["rows"] = stage_rows(stage, **typed)
        if is_diagnosis and diagnosis is not None:
            context["points"] = shown_points(
                diagnosis, material, scope=request.scope,
                tables_scope=exchange, **typed,
            )  # fmt: skip
    return context


def _may_check(request: ScopedRequest, cycle: Cycle, diagnosis: Diagnosis) -> bool:
    return (
        diagnosis.state == DiagnosisState.FROZEN
        and cycle.template.is_checked
        and diagnosis.frozen_by_id != request.user.pk
        and may_here(request, cycle, Resource.CYCLE, Action.CHECK)
    )


def _returned(cycle: Cycle) -> Diagnosis | None:
    """Return the last returned diagnosis while its next draft is open."""
    newest = diagnosis_of(cycle)
    if newest is None or newest.state != DiagnosisState.DRAFT:
        return None
    return next((row for row in cycle.diagnoses.all() if row.number == newest.number - 1), None)
