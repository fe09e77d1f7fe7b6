"""The one-page paper for the college affairs meeting「院务会一页纸」: counts and names."""

from collections.abc import Mapping, Sequence
from datetime import date

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import periods, subjects
from luoxuan.campus.rules import PeriodKind, SubjectKind
from luoxuan.campus.scope import Scope
from luoxuan.core.charts.words import MISSING
from luoxuan.goals.queries import LateTask, MeetingFacts, meeting_facts
from luoxuan.goals.rules import DateDecision
from luoxuan.improvement.models import Improvement
from luoxuan.improvement.queries import improvements
from luoxuan.improvement.rules import ImprovementState
from luoxuan.indicators.rules import ReadingState
from luoxuan.monitoring.models import Alert
from luoxuan.monitoring.queries import alerts
from luoxuan.monitoring.rules import AlertState
from luoxuan.reports.comparison import Comparison, compare
from luoxuan.reports.content import (
    Block,
    Cell,
    Content,
    Number,
    Numbers,
    Paragraph,
    Section,
    Table,
    row_of,
)

_DECISIONS = {
    DateDecision.ASKED: "待审批",
    DateDecision.APPROVED: "同意延期",
    DateDecision.REFUSED: "不同意，按原期限",
}
# What fits on one page; the rest is counted and stays in the system.
_MOST_LATE, _MOST_OTHERS, _MOST_NAMES = 8, 5, 14


def meeting_paper(
    scope: Scope,
    institution: Subject,
    period: Period,
    *,
    texts: Mapping[str, str],
    author: str,
    on: date,
) -> Content:
    """Return what the meeting reads about a month: sheets, tasks, alerts, improvements, points."""
    facts = _facts_of(scope, period, on=on)
    units = list(
        subjects(scope).filter(kind__in=[SubjectKind.COURSE, SubjectKind.PROGRAM]).order_by("code")
    )
    comparison = compare(scope, units, _term_of(period), on=on)
    unanswered = alerts(scope, state=AlertState.OPEN).filter(improvement=None)
    waiting = improvements(scope).filter(state=ImprovementState.AWAITING_REMEASUREMENT)
    sections = [
        Section("一、月报与任务", tuple(_tasks(facts))),
        Section("二、滞后任务", tuple(_late(facts))),
        Section("三、预警与改进", tuple(_alerts(list(unanswered), list(waiting)))),
        Section("四、未达标准的指标", tuple(_below(comparison))),
    ]
    own = texts.get("summary", "").strip()
    if own:
        sections.append(Section("五、提请会议研究", (Paragraph(own),)))
    return Content(
        summary=(),
        facts=(("学校", institution.name), ("时段", period.name), ("报告人", author)),
        sections=tuple(sections),
    )


def _facts_of(scope: Scope, period: Period, *, on: date) -> MeetingFacts | None:
    """Return the facts of the month, None for a period that is no month with tasks."""
    if period.start_on is None or period.kind != "MONTH":
        return None
    try:
        return meeting_facts(scope, period.start_on.year, period.start_on.month, on=on)
    except Period.DoesNotExist:
        return None


def _term_of(period: Period) -> Period:
    """Return the term that holds the end of a month; the period itself when it is none."""
    if period.kind != "MONTH" or period.end_on is None:
        return period
    terms = periods(kind=PeriodKind.TERM).filter(start_on__lt=period.end_on)
    return terms.order_by("-start_on").first() or period


def _tasks(facts: MeetingFacts | None) -> list[Block]:
    if facts is None:
        return [Paragraph("本时段没有月报和年度任务。")]
    n_all = sum(row.n_all for row in facts.counts)
    n_late = sum(row.n_late for row in facts.counts)
    n_done = sum(row.n_done for row in facts.counts)
    blocks: list[Block] = [
        Numbers(
            (
                Number("月报已收", f"{facts.n_received}/{facts.n_sheets}", "已收 / 应收"),
                Number("任务完成", f"{n_done}/{n_all}", "已完成 / 全部"),
                Number("滞后任务", str(n_late), "项"),
            )
        )
    ]
    if facts.missing:
        blocks.append(Paragraph(f"未交月报：{_names(facts.missing)}。"))
    if facts.waiting:
        blocks.append(Paragraph(f"已交待收：{_names(facts.waiting)}。"))
    blocks.append(
        Table(
            "各类任务",
            ("类别", "全部", "已完成", "进行中", "滞后"),
            tuple(
                row_of(
                    f"{row.kind} 类",
                    *(
                        Cell(str(number), is_figure=True)
                        for number in (row.n_all, row.n_done, row.n_on_track, row.n_late)
                    ),
                )
                for row in facts.counts
            ),
        )
    )
    return blocks


def _names(units: Sequence[Subject]) -> str:
    names = "、".join(row.name for row in units[:_MOST_NAMES])
    return names if len(units) <= _MOST_NAMES else f"{names}等 {len(units)} 个部门"


def _late(facts: MeetingFacts | None) -> list[Block]:
    late = facts.late if facts else ()
    if not late:
        return [Paragraph("没有滞后任务。")]
    table = Table(
        "",
        ("任务", "责任部门", "原期限", "申请改为", "审批", "原因、措施"),
        tuple(_late_row(row) for row in late[:_MOST_LATE]),
        (30, 16, 13, 13, 14, 30),
    )
    return [table, *_more(len(late), _MOST_LATE, "项滞后任务")]


def _late_row(row: LateTask) -> tuple[Cell, ...]:
    told = "；".join(_cut(part.rstrip("。；"), 30) for part in (row.cause, row.measure) if part)
    decision = _DECISIONS[DateDecision(row.decision)] if row.decision else MISSING
    return row_of(
        f"{row.kind}　{_cut(row.title, 28)}",
        row.unit.name,
        str(row.deadline_on or MISSING),
        str(row.asked_on or MISSING),
        decision,
        told or "未说明",
    )


def _alerts(unanswered: Sequence[Alert], waiting: Sequence[Improvement]) -> list[Block]:
    blocks: list[Block] = [
        Paragraph(
            f"未处置的预警 {len(unanswered)} 条；措施已落实、待复测的改进 {len(waiting)} 项。"
        )
    ]
    lines = [
        (row.subject.name, f"{row.indicator_version.title}越过预警值", "■ 未处置")
        for row in unanswered[:_MOST_OTHERS]
    ]
    lines += [
        (row.subject.name, _cut(row.problem, 40), "◇ 待复测") for row in waiting[:_MOST_OTHERS]
    ]
    if lines:
        table = Table(
            "", ("对象", "内容", "状态"), tuple(row_of(*line) for line in lines), (30, 60, 16)
        )
        blocks.append(table)
    return blocks


def _below(comparison: Comparison) -> list[Block]:
    rows = []
    for items in comparison.rows.values():
        states = [row.judged.state for row in items]
        n_judged = sum(
            state in {ReadingState.MET, ReadingState.BELOW_STANDARD, ReadingState.WARNING}
            for state in states
        )
        n_below, n_warning = (
            states.count(ReadingState.BELOW_STANDARD),
            states.count(ReadingState.WARNING),
        )
        if n_below or n_warning:
            rows.append((items[0].version.title, n_judged, n_below, n_warning))
    if not rows:
        return [Paragraph("课程和专业的指标中没有未达标准的。")]
    table = Table(
        "",
        ("指标", "已判定", "▲ 未达标准", "■ 预警"),
        tuple(
            row_of(title, *(Cell(str(number), is_figure=True) for number in numbers))
            for title, *numbers in rows[:_MOST_OTHERS]
        ),
        (46, 18, 18, 18),
    )
    note = "按课程和专业计数，不排名；名单见系统。"
    return [table, *_more(len(rows), _MOST_OTHERS, "个指标"), Paragraph(note, is_note=True)]


def _more(n_all: int, shown: int, words: str) -> list[Block]:
    if n_all <= shown:
        return []
    return [Paragraph(f"另有 {n_all - shown} {words}，见系统。", is_note=True)]


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
