"""Stages as pages and figures show them: names, words and addresses in the reader's language."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import get_language, gettext

from luoxuan.diagnosis.models import Cycle, Stage
from luoxuan.diagnosis.queries import Material, Standing
from luoxuan.diagnosis.rules import Filling, StageMode, StagePart, StageState, Step
from luoxuan.improvement.rules import OPEN_STATES


@dataclass(frozen=True, slots=True)
class ShownStage:
    """One stage「环节」 ready to be drawn; ``count`` is how much in it waits for people."""

    code: str
    name: str
    meaning: str
    mode: StageMode
    mode_words: str
    state: StageState
    words: str
    sentence: str
    fills: Filling
    is_small: bool
    is_current: bool
    is_chosen: bool
    count: int
    starts_on: date | None
    due_on: date | None
    done_at: datetime | None
    done_by: str
    url: str


def shown_stages(
    cycle: Cycle, here: Standing, material: Material, *, chosen: str
) -> list[ShownStage]:
    """Return the stages of a cycle as pages draw them, in their order."""
    return [
        _shown(cycle, stage, step, state, material, index == here.current, stage.code == chosen)
        for index, (stage, step, state) in enumerate(
            zip(here.stages, here.steps, here.states, strict=True)
        )
    ]


def state_words(mode: StageMode, state: StageState) -> str:
    """Return the state of a stage in a word or two; every drawing shows it beside the colour."""
    if state is StageState.DUE:
        return {
            StageMode.AUTO: gettext("进行中"),
            StageMode.CONFIRM: gettext("待确认"),
            StageMode.WRITE: gettext("待填写"),
        }[mode]
    return {
        StageState.NOT_DUE: gettext("未开始"),
        StageState.DONE: gettext("已完成"),
        StageState.LATE: gettext("已逾期"),
    }[state]


def mode_words(mode: StageMode) -> str:
    """Return what a stage asks of people."""
    return {
        StageMode.AUTO: gettext("自动"),
        StageMode.CONFIRM: gettext("确认"),
        StageMode.WRITE: gettext("填写"),
    }[mode]


def step_text(step: Step, name: str) -> str:
    """Return a text of a step in the reader's language."""
    is_english = (get_language() or "").startswith("en")
    english = str(getattr(step, f"{name}_en"))
    return english if is_english and english else str(getattr(step, name))


def stage_url(cycle: Cycle, code: str) -> str:
    """Return the address of a cycle's page with one stage open."""
    return f"{reverse('diagnosis:cycle_detail', args=[cycle.pk])}?stage={code}#stage"


def _shown(
    cycle: Cycle,
    stage: Stage,
    step: Step,
    state: StageState,
    material: Material,
    is_current: bool,
    is_chosen: bool,
) -> ShownStage:
    mode = StageMode(stage.mode)
    name, words = step_text(step, "title"), state_words(mode, state)
    parts = [name, words]
    if stage.due_on and state in {StageState.DUE, StageState.LATE} and mode is not StageMode.AUTO:
        parts.append(gettext("截止 %(day)s") % {"day": stage.due_on.isoformat()})
    count = _count(step.fills, material) if step.part is StagePart.SMALL else 0
    if count:
        parts.append(gettext("%(n)s 项待办") % {"n": count})
    if is_current:
        parts.append(gettext("当前环节"))
    return ShownStage(
        code=stage.code,
        name=name,
        meaning=step_text(step, "meaning"),
        mode=mode,
        mode_words=mode_words(mode),
        state=state,
        words=words,
        sentence=gettext("，").join(parts),
        fills=step.fills,
        is_small=step.part is StagePart.SMALL,
        is_current=is_current,
        is_chosen=is_chosen,
        count=count,
        starts_on=stage.starts_on,
        due_on=stage.due_on,
        done_at=stage.done_at,
        done_by=stage.done_by.name if stage.done_by else "",
        url=stage_url(cycle, stage.code),
    )


def _count(fills: Filling, material: Material) -> int:
    """Return what waits for people: alerts without an answer, improvements not closed."""
    if fills is Filling.ALERTS:
        return sum(
            row.recovered_at is None and row.improvement_id is None for row in material.alerts
        )
    if fills is Filling.IMPROVEMENTS:
        return sum(row.state in OPEN_STATES for row in material.improvements)
    return 0
