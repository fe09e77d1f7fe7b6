"""Loops, their stages and the verdicts of a diagnosis; pure decisions on plain values."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from luoxuan.core.errors import Refused
from luoxuan.indicators.rules import ReadingState

GRACE_DAYS = 7
"""A stage that asks for an act leaves at least a week, also when a cycle opens late."""


class TemplateUnfit(Refused):
    """A loop template contradicts itself, or asks people to write more than they may be asked."""


class Track(StrEnum):
    """The two tracks「两条线」 of every level: building by plan, delivering by standard."""

    DEVELOPMENT = "DEVELOPMENT"
    DELIVERY = "DELIVERY"


class StagePart(StrEnum):
    """Which circle of the figure 8 a stage belongs to「大循环、小循环」."""

    BIG = "BIG"
    SMALL = "SMALL"


class StageMode(StrEnum):
    """What a stage asks「环节方式」: nothing, one tap, or words."""

    AUTO = "AUTO"
    CONFIRM = "CONFIRM"
    WRITE = "WRITE"


class StageState(StrEnum):
    """Where a stage stands on a day「环节状态」."""

    NOT_DUE = "NOT_DUE"
    DUE = "DUE"
    DONE = "DONE"
    LATE = "LATE"


class Filling(StrEnum):
    """What a stage is filled with「环节内容」; whatever it is, nobody types it again."""

    NOTHING = ""
    GOALS = "goals"
    STANDARDS = "standards"
    DESIGN = "design"
    READINGS = "readings"
    ALERTS = "alerts"
    IMPROVEMENTS = "improvements"
    DIAGNOSIS = "diagnosis"
    LESSONS = "lessons"
    NEXT = "next"


class DueFrom(StrEnum):
    """Which end of the period the days of a stage count from「期限起点」."""

    START = "start"
    END = "end"


class NodeKind(StrEnum):
    """What a node of a scheme is「诊断项目、要素、诊断点」."""

    ITEM = "ITEM"
    ELEMENT = "ELEMENT"
    POINT = "POINT"


class DiagnosisKind(StrEnum):
    """Who diagnoses「诊断种类」; the kinds are kept apart, each frozen before the next opens."""

    SELF = "SELF"


class DiagnosisState(StrEnum):
    """Where a diagnosis stands「诊断状态」; from FROZEN on its content never changes."""

    DRAFT = "DRAFT"
    FROZEN = "FROZEN"
    SIGNED = "SIGNED"
    RETURNED = "RETURNED"


class PointVerdict(StrEnum):
    """What a person judges of one point「诊断点结论」."""

    MEETS = "MEETS"
    PARTLY = "PARTLY"
    NOT_MET = "NOT_MET"


class Basis(StrEnum):
    """What a point is proposed from「结论依据」."""

    TARGET = "target"
    STANDARD = "standard"
    IMPROVEMENTS = "improvements"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a loop template「环节定义」 as declared."""

    code: str
    title: str
    title_en: str = ""
    meaning: str = ""
    meaning_en: str = ""
    part: StagePart = StagePart.BIG
    mode: StageMode = StageMode.AUTO
    fills: Filling = Filling.NOTHING
    form: str = ""
    due_from: DueFrom = DueFrom.END
    due_days: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A verdict that the numbers suggest「结论建议」, with the reason as code and facts."""

    verdict: PointVerdict | None
    reason: str
    facts: Mapping[str, object]


@cache
def most_written() -> Mapping[str, int]:
    """Return how many written stages a cycle may have by kind of subject「填写预算」."""
    text = files("luoxuan.diagnosis").joinpath("catalogues/written_stages.toml").read_text("utf-8")
    return {str(kind): int(number) for kind, number in tomllib.loads(text)["most"].items()}


def parse_steps(declared: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Return the steps of a template; raises ValueError or TypeError for a mistyped value."""
    return tuple(
        Step(
            **{
                **entry,
                "part": StagePart(entry.get("part", StagePart.BIG)),
                "mode": StageMode(entry.get("mode", StageMode.AUTO)),
                "fills": Filling(entry.get("fills", "")),
                "due_from": DueFrom(entry.get("due_from", DueFrom.END)),
                "due_days": int(entry.get("due_days", 0)),
            }
        )
        for entry in declared
    )


def plain_steps(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Return steps as plain values without defaults; the inverse of parsing."""
    plain = []
    for step in steps:
        entry: dict[str, Any] = {"code": step.code, "title": step.title}
        for column in fields(Step)[2:]:
            value = getattr(step, column.name)
            if value != column.default:
                entry[column.name] = value if isinstance(value, int) else str(value)
        plain.append(entry)
    return plain


def check_steps(code: str, steps: Sequence[Step], *, joins_at: str, kinds: Iterable[str]) -> None:
    """Refuse a template that contradicts itself or asks for too much writing「填写预算」.

    The small loop hangs inside the big one: its steps stand together and join at a big step. At
    most one stage holds the diagnosis. Raises TemplateUnfit.
    """
    codes = [step.code for step in steps]
    parts = [step.part for step in steps]
    small = [index for index, part in enumerate(parts) if part is StagePart.SMALL]
    if len(set(codes)) != len(codes) or parts.count(StagePart.BIG) < 3:
        raise TemplateUnfit("template_steps", template=code)
    crossing = codes.index(joins_at) if joins_at in codes else -1
    stands_apart = bool(small) and small != list(range(small[0], small[-1] + 1))
    if crossing < 0 or parts[crossing] is StagePart.SMALL or stands_apart or (
        small and small[0] < crossing
    ):  # fmt: skip
        raise TemplateUnfit("template_small_loop", template=code, step=joins_at)
    if [step.fills for step in steps].count(Filling.DIAGNOSIS) > 1:
        raise TemplateUnfit("template_two_diagnoses", template=code)
    for step in steps:
        if step.form and step.mode is not StageMode.WRITE:
            raise TemplateUnfit("template_form_unwritten", template=code, step=step.code)
    written = sum(step.mode is StageMode.WRITE for step in steps)
    for kind in kinds:
        if written > most_written().get(kind, written):
            raise TemplateUnfit(
                "template_over_budget", template=code, kind=kind, n=written,
                most=most_written()[kind],
            )  # fmt: skip


def due_date(step: Step, *, start_on: date | None, end_on: date | None, on: date) -> date | None:
    """Return the last day of a stage in a period, half-open; None when the period has no dates.

    What asks for an act leaves a week of grace from the day the cycle opens.
    """
    if start_on is None or end_on is None:
        return None
    base = start_on if step.due_from is DueFrom.START else end_on - timedelta(days=1)
    due = base + timedelta(days=step.due_days)
    if step.mode is StageMode.AUTO:
        return due
    return max(due, on + timedelta(days=GRACE_DAYS))


def stage_state(
    mode: StageMode, *, is_done: bool, starts_on: date | None, due_on: date | None, on: date
) -> StageState:
    """Return where a stage stands on a day; one that runs by itself is never late."""
    if is_done:
        return StageState.DONE
    if due_on is not None and on > due_on:
        return StageState.DONE if mode is StageMode.AUTO else StageState.LATE
    if starts_on is not None and on < starts_on:
        return StageState.NOT_DUE
    return StageState.DUE


def current_index(modes: Sequence[StageMode], states: Sequence[StageState]) -> int:
    """Return the one stage where the loop stands「当前环节」.

    The first that asks for an act and is due or late; else the first not done; else the last.
    """
    asking = {StageState.DUE, StageState.LATE}
    for index, (mode, state) in enumerate(zip(modes, states, strict=True)):
        if mode is not StageMode.AUTO and state in asking:
            return index
    for index, state in enumerate(states):
        if state is not StageState.DONE:
            return index
    return len(states) - 1


def propose_by_target(
    states: Sequence[ReadingState], reached: Sequence[bool], *, has_target: bool
) -> Proposal:
    """Propose from target and standard「目标达成」: all on target meets, all standard partly."""
    if not states or not has_target:
        return Proposal(None, "no_target", {})
    facts = {"n": len(states), "reached": sum(reached)}
    if all(reached):
        return Proposal(PointVerdict.MEETS, "target_reached", facts)
    if all(state is ReadingState.MET for state in states):
        return Proposal(PointVerdict.PARTLY, "target_near", facts)
    return Proposal(PointVerdict.NOT_MET, "target_missed", facts)


def propose_by_standard(states: Sequence[ReadingState]) -> Proposal:
    """Propose from the standard: all met meets, more than half in warning does not, else partly."""
    if not states:
        return Proposal(None, "no_readings", {})
    met = sum(state is ReadingState.MET for state in states)
    warned = sum(state is ReadingState.WARNING for state in states)
    facts = {"n": len(states), "met": met, "warned": warned}
    if met == len(states):
        return Proposal(PointVerdict.MEETS, "standard_met", facts)
    if warned * 2 > len(states):
        return Proposal(PointVerdict.NOT_MET, "standard_missed", facts)
    return Proposal(PointVerdict.PARTLY, "standard_partly", facts)


def propose_by_improvements(*, proved: int, under_way: int, unanswered: int) -> Proposal:
    """Propose from the improvements and unanswered alerts of the period「改进成效」."""
    facts = {"proved": proved, "under_way": under_way, "unanswered": unanswered}
    if not proved and not under_way and not unanswered:
        return Proposal(None, "no_improvements", {})
    if unanswered:
        return Proposal(PointVerdict.NOT_MET, "alerts_unanswered", facts)
    if under_way:
        return Proposal(PointVerdict.PARTLY, "improvements_under_way", facts)
    return Proposal(PointVerdict.MEETS, "improvements_proved", facts)
