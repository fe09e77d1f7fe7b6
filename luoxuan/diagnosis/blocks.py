"""A cycle as its page shows it: figure, the chosen stage with what fills it, the diagnosis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from luoxuan.campus.scope import Scope
from luoxuan.data.exchange.queries import CitedTable, cited_tables
from luoxuan.data.form_blocks import FormRow, form_rows
from luoxuan.data.form_fields import parse_fields
from luoxuan.diagnosis.figure import figure_svg
from luoxuan.diagnosis.models import Cycle, Diagnosis, LoopTemplate, SchemeNode, Stage
from luoxuan.diagnosis.queries import (
    Material,
    Standing,
    diagnosis_of,
    points_of,
    proposals,
    standing,
    steps_of,
)
from luoxuan.diagnosis.queries.brought import brought_answers
from luoxuan.diagnosis.rules import (
    DiagnosisState,
    PointVerdict,
    Proposal,
    StageMode,
    StagePart,
    StageState,
)
from luoxuan.diagnosis.shown import ShownStage, mode_words, state_words, step_text
from luoxuan.improvement.queries import improvements
from luoxuan.indicators.blocks import Frame, ShownReading, shown


@dataclass(frozen=True, slots=True)
class ShownPoint:
    """One point「诊断点」 to be judged: the proposal with its reason, verdict and words so far."""

    node: SchemeNode
    proposed: str
    proposed_words: str
    reason: str
    verdict: str
    text: str
    error: str
    theirs: str | None
    improvement_url: str
    choices: tuple[tuple[str, str], ...]
    tables: tuple[CitedTable, ...] = ()


def figures(stages: Sequence[ShownStage], here: Standing, joins_at: str) -> list[SafeString]:
    """Return the figure lying and standing; ElementTree has escaped every text in it."""
    crossing = next(i for i, stage in enumerate(here.stages) if stage.code == joins_at)
    return [
        SafeString(figure_svg(stages, crossing=crossing, size=size))
        for size in ("lying", "standing")
    ]


def shown_readings(material: Material, *, rows_allowed: bool) -> list[ShownReading]:
    """Return the newest reading of each indicator, of the subject first and then of its parts."""
    frame = Frame(material.versions, material.subjects, material.periods, rows_allowed)
    return [shown(row, frame) for row in material.newest()]


def stage_rows(
    stage: Stage,
    *,
    answers: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    theirs: Mapping[str, str] | None = None,
) -> list[FormRow]:
    """Return the form of a written stage with what was typed."""
    fields = parse_fields(stage.form.fields) if stage.form else ()
    brought = brought_answers(stage)
    fresh = {} if stage.version else {name: row["value"] for name, row in brought.items()}
    values = answers or {**fresh, **stage.values}
    return form_rows(fields, values, errors=errors, theirs=theirs, brought=brought)


def shown_points(
    diagnosis: Diagnosis,
    material: Material,
    *,
    scope: Scope,
    tables_scope: Scope | None = None,
    answers: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    theirs: Mapping[str, str] | None = None,
) -> list[ShownPoint]:
    """Return the points of a draft; a proposal stands beside the choice and is never applied.

    Cited tables are linked for who may see them in ``tables_scope``.
    """
    if diagnosis.scheme is None:
        return []
    points = list(points_of(diagnosis.scheme))
    suggested = proposals(material, points)
    stored = {row.node_id: row for row in diagnosis.judgements.all()}
    opened = _opened(diagnosis, scope)
    cited = cited_by_point(diagnosis, tables_scope)
    found = []
    for node in points:
        row, proposal = stored.get(node.pk), suggested[node.code]
        names = {kind: f"{kind}-{node.code}" for kind in ("verdict", "text")}
        typed = answers or {
            names["verdict"]: row.verdict if row else "",
            names["text"]: row.text if row else "",
        }
        found.append(
            ShownPoint(
                node=node,
                proposed=str(proposal.verdict or ""),
                proposed_words=verdict_words(str(proposal.verdict or "")),
                reason=reason_words(proposal),
                verdict=typed.get(names["verdict"], ""),
                text=typed.get(names["text"], ""),
                error=gettext("请选一个结论。") if names["verdict"] in (errors or {}) else "",
                theirs=_theirs(theirs or {}, names),
                improvement_url=opened.get(node.code, ""),
                choices=tuple((str(v), verdict_words(v)) for v in PointVerdict),
                tables=cited[node.code],
            )
        )
    return found


def cited_by_point(diagnosis: Diagnosis, scope: Scope | None) -> dict[str, tuple[CitedTable, ...]]:
    """Return the tables「状态数据表」 that the points of a diagnosis rest on, by point."""
    points = list(points_of(diagnosis.scheme)) if diagnosis.scheme else []
    cited = cited_tables(scope, (number for node in points for number in node.tables))
    return {node.code: tuple(cited[number] for number in node.tables) for node in points}


def verdict_words(verdict: str) -> str:
    """Return a verdict in words."""
    words = {
        PointVerdict.MEETS: gettext("达到"),
        PointVerdict.PARTLY: gettext("部分达到"),
        PointVerdict.NOT_MET: gettext("未达到"),
    }
    return words[PointVerdict(verdict)] if verdict else gettext("没有建议")


def reason_words(proposal: Proposal) -> str:
    """Return why a verdict is proposed, or why none is."""
    texts = {
        "no_target": gettext("本期没有可与目标值比较的指标值，缺失不等于零。"),
        "target_reached": gettext("%(n)s 个指标值全部达到目标值。"),
        "target_near": gettext("%(n)s 个指标值中 %(reached)s 个达到目标值，其余达到标准值。"),
        "target_missed": gettext("%(n)s 个指标值中 %(reached)s 个达到目标值，有的未达标准值。"),
        "no_readings": gettext("本期没有可以判断的指标值，请按实际情况判断。"),
        "standard_met": gettext("%(n)s 个指标值全部达到标准值。"),
        "standard_partly": gettext("%(n)s 个指标值中 %(met)s 个达标，%(warned)s 个越过预警值。"),
        "standard_missed": gettext("%(n)s 个指标值中 %(warned)s 个越过预警值。"),
        "no_improvements": gettext("本期没有预警，也没有改进事项。"),
        "alerts_unanswered": gettext(
            "%(unanswered)s 条预警还没有措施；%(proved)s 项改进已证明有效。"
        ),
        "improvements_under_way": gettext("%(proved)s 项改进已有效，%(under_way)s 项还在进行。"),
        "improvements_proved": gettext("%(proved)s 项改进已证明有效。"),
        "by_person": gettext("这一点由人判断。"),
    }
    return texts[proposal.reason] % proposal.facts


def frozen_rows(
    content: Mapping[str, Any], cited: Mapping[str, tuple[CitedTable, ...]]
) -> list[dict[str, Any]]:
    """Return the judgements of a frozen content with their words and the tables that they cite."""
    return [
        {
            **row,
            "tables": cited.get(row["point"], ()),
            "verdict_words": verdict_words(row["verdict"]),
            "proposed_words": verdict_words(row["proposed"]),
            "reason_words": reason_words(Proposal(None, row["reason"], row["facts"])),
        }
        for row in content["judgements"]
    ]


def _opened(diagnosis: Diagnosis, scope: Scope) -> dict[str, str]:
    """Return the addresses of the improvements opened from this diagnosis, by point."""
    address = reverse("diagnosis:cycle_detail", args=[diagnosis.cycle_id])
    start = f"{address}#{diagnosis.number}-"
    return {
        row.origin_url.removeprefix(start): reverse("improvement:improvement_detail", args=[row.pk])
        for row in improvements(scope).filter(origin_url__startswith=start)
    }


def _theirs(theirs: Mapping[str, str], names: Mapping[str, str]) -> str | None:
    found = []
    if names["verdict"] in theirs:
        stored = theirs[names["verdict"]]
        found.append(verdict_words(stored) if stored else gettext("未选"))
    if names["text"] in theirs:
        found.append(theirs[names["text"]])
    return "\n".join(found) if found else None


@dataclass(frozen=True, slots=True)
class ShownCycle:
    """One cycle「循环」 as a line of the list."""

    cycle: Cycle
    stage: str
    words: str
    chip: str
    due_on: date | None
    is_late: bool
    diagnosis_words: str
    n_done: int
    n_stages: int


def list_rows(found: Sequence[Cycle], *, on: date) -> list[ShownCycle]:
    """Return cycles as lines with the stage where each stands."""
    rows = []
    for cycle in found:
        here = standing(cycle, on=on)
        stage, state = here.stages[here.current], here.states[here.current]
        diagnosis = diagnosis_of(cycle)
        rows.append(
            ShownCycle(
                cycle=cycle,
                stage=step_text(here.steps[here.current], "title"),
                words=state_words(StageMode(stage.mode), state),
                chip=_STATE_CHIPS[state],
                due_on=stage.due_on,
                is_late=here.is_late,
                diagnosis_words=diagnosis_words(diagnosis.state) if diagnosis else "",
                n_done=here.n_done,
                n_stages=len(here.stages),
            )
        )
    return rows


_STATE_CHIPS = {
    StageState.NOT_DUE: "no",
    StageState.DUE: "wa",
    StageState.DONE: "ok",
    StageState.LATE: "ba",
}


def diagnosis_words(state: str) -> str:
    """Return the state of a diagnosis in words."""
    return {
        DiagnosisState.DRAFT: gettext("填写中"),
        DiagnosisState.FROZEN: gettext("已冻结"),
        DiagnosisState.SIGNED: gettext("已审核"),
        DiagnosisState.RETURNED: gettext("已退回"),
    }[DiagnosisState(state)]


def template_rows(found: Sequence[LoopTemplate]) -> list[dict[str, Any]]:
    """Return loop templates with their steps and what they ask of people."""
    return [
        {
            "template": row,
            "track": cycle_track_words(row.track),
            "kinds": row.kinds,
            "steps": [
                {
                    "name": step_text(step, "title"),
                    "meaning": step_text(step, "meaning"),
                    "mode_words": mode_words(step.mode),
                    "is_small": step.part is StagePart.SMALL,
                }
                for step in steps_of(row)
            ],
            "n_written": sum(step.mode is StageMode.WRITE for step in steps_of(row)),
        }
        for row in found
    ]


def cycle_track_words(track: str) -> str:
    """Return a track in words."""
    return {"DEVELOPMENT": gettext("建设"), "DELIVERY": gettext("运行")}[track]


def cycle_heading(cycle: Cycle) -> dict[str, str]:
    """Return the words of a cycle's head: track, and whether it is a trial."""
    return {"track": cycle_track_words(cycle.track)}
