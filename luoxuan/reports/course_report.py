"""The end-of-term report of a course「期末课程教学质量诊改报告」: what it says, from what is known.

The report is a Chinese document of the college, so its sentences are not translated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import children_of, periods, unit_of
from luoxuan.campus.rules import PeriodKind, SubjectKind
from luoxuan.campus.scope import Scope
from luoxuan.core.charts.options import Line, Scale, bars_option, lines_option
from luoxuan.core.charts.pictures import Limits
from luoxuan.core.charts.words import MISSING, reading_words
from luoxuan.indicators.queries import Reading
from luoxuan.indicators.rules import Direction, ReadingState, is_worse
from luoxuan.reports.comparison import (
    STATE_WORDS,
    Compared,
    Comparison,
    compare,
    fraction_of,
    words_of,
)
from luoxuan.reports.content import (
    Block,
    Cell,
    Chart,
    Content,
    Number,
    Numbers,
    Paragraph,
    Section,
    Table,
    row_of,
)
from luoxuan.reports.handled import Handled, handled

_LIMITS = {"target": "目标", "standard": "标准", "warning": "预警"}
_NUMERALS = "一二三四五六七八九十"
_MOST_NUMBERS, _MOST_CHARTS, _MOST_POINTS = 4, 4, 8


@dataclass(frozen=True)
class Material:
    """Everything that a course report is made from「报告素材」."""

    course: Subject
    classes: list[Subject]
    period: Period
    comparison: Comparison
    handled: Handled
    texts: Mapping[str, str]
    author: str


def course_report(
    scope: Scope,
    course: Subject,
    period: Period,
    *,
    texts: Mapping[str, str],
    author: str,
    on: date,
) -> Content:
    """Return what is to be reported about a course in a term.

    ``texts`` are the author's own words (summary, next_step). Only what the scope sees goes in;
    the standards are those in force on the day ``on``.
    """
    parts = children_of(scope, course).filter(kind=SubjectKind.TEACHING_CLASS).order_by("code")
    comparison = compare(scope, [course, *parts], period, on=on)
    read = {row.subject for rows in comparison.rows.values() for row in rows}
    material = Material(
        course=course,
        classes=[row for row in parts if row in read],
        period=period,
        comparison=comparison,
        handled=handled(scope, course, period),
        texts=texts,
        author=author,
    )
    titled = [
        ("教学结果与标准对照", _results(material)),
        ("预警与处置", material.handled.alert_blocks()),
        ("改进与成效", material.handled.improvement_blocks()),
        ("自我诊断", material.handled.diagnosis_blocks()),
        ("存在的问题", material.handled.problem_blocks()),
        ("下一步安排", _next_step(material)),
    ]
    return Content(
        summary=tuple(_summary(material)),
        facts=tuple(_facts(material)),
        sections=tuple(
            Section(f"{_NUMERALS[index]}、{title}", tuple(blocks))
            for index, (title, blocks) in enumerate(titled)
        ),
    )


def _facts(material: Material) -> list[tuple[str, str]]:
    course, period = material.course, material.period
    unit = unit_of(course)
    facts = [
        ("课程", f"{course.name}（{course.code}）"),
        ("开课单位", unit.subject.name if unit else MISSING),
        ("学期", period.name),
        ("教学班", f"{len(material.classes)} 个"),
        ("报告人", material.author),
    ]
    if period.start_on and period.end_on:
        last = period.end_on - timedelta(days=1)
        facts.insert(3, ("起止", f"{period.start_on} 至 {last}"))
    return facts


def _summary(material: Material) -> list[str]:
    lines = [_sentence(row) for row in material.comparison.of(material.course)[:_MOST_NUMBERS]]
    n_warning = material.comparison.count(ReadingState.WARNING)
    n_below = material.comparison.count(ReadingState.BELOW_STANDARD)
    if any(material.comparison.rows.values()):
        n_all = sum(len(rows) for rows in material.comparison.rows.values())
        counts = (
            f"课程及各教学班共 {n_all} 项指标值：越过预警值 {n_warning} 项，未达标准 {n_below} 项"
        )
        n_missing = material.comparison.count(ReadingState.NO_DATA)
        lines.append(counts + (f"，没有数值 {n_missing} 项。" if n_missing else "。"))
    else:
        lines.append("本学期还没有这门课程的指标值；没有数据不等于没有问题。")
    lines.append(material.handled.sentence())
    if own := material.texts.get("summary", "").strip():
        lines += [line.strip() for line in own.splitlines() if line.strip()]
    return lines


def _sentence(row: Compared) -> str:
    """Return now, standard, last term and a year ago as one sentence."""
    title = row.version.title
    if row.reading.value is None:
        return f"{title}：本学期没有数值。"
    if row.part:
        title = f"{title}（{row.part}）"
    fraction = fraction_of(row.reading)
    parts = [
        f"{title} {words_of(row.reading, row.version)}" + (f"（{fraction}）" if fraction else "")
    ]
    if row.judged.limits.standard is not None:
        parts.append(f"标准 {_limit(row, row.judged.limits.standard)}，{_stands(row)}")
    parts.append(_against(row, row.last, "上一期"))
    parts.append(_against(row, row.year_before, "去年同期"))
    return "；".join(part for part in parts if part) + "。"


def _stands(row: Compared) -> str:
    words = {
        ReadingState.MET: "达标",
        ReadingState.BELOW_STANDARD: "未达标准",
        ReadingState.WARNING: "越过预警值",
    }
    return words.get(row.judged.state, "不作判定")


def _against(row: Compared, other: Reading | None, name: str) -> str:
    if other is None or other.value is None:
        return ""
    direction = Direction(row.version.direction)
    words = f"{name} {words_of(other, row.version)}"
    now = row.reading.value or Decimal(0)
    if now == other.value:
        return f"与{words}持平"
    if direction is Direction.RANGE:
        return words
    return words + ("，有所下降" if is_worse(now, other.value, direction) else "，有所改善")


def _limit(row: Compared, value: Decimal | None) -> str:
    return reading_words(value, unit=row.version.unit, decimals=row.version.decimals)


def _results(material: Material) -> list[Block]:
    comparison = material.comparison
    own = comparison.of(material.course)
    blocks: list[Block] = []
    if own:
        blocks.append(Numbers(tuple(_number(row, comparison) for row in own[:_MOST_NUMBERS])))
    charts = 0
    for rows in comparison.rows.values():
        blocks.append(_table(rows, comparison))
        chart = _classes_chart(rows, len(blocks)) or _course_chart(rows, comparison, len(blocks))
        if charts < _MOST_CHARTS and chart is not None:
            charts += 1
            blocks.append(chart)
    if not blocks:
        return [Paragraph("本学期没有指标值：还没有导入这门课程的数据。")]
    notes = "“—”表示没有数值，缺失不等于零；“上一期”“去年同期”没有同一对象的数值时为“—”。"
    proofs = "数字下方是出处编号，在系统“核对数字出处”页输入即可看到计算依据。"
    return [*blocks, Paragraph(notes + proofs, is_note=True)]


def _number(row: Compared, comparison: Comparison) -> Number:
    standard = row.judged.limits.standard
    return Number(
        label=row.version.title,
        words=words_of(row.reading, row.version),
        below=f"标准 {_limit(row, standard)}" if standard is not None else "未设标准",
        proof=comparison.proofs.id_of(row.reading),
        state=STATE_WORDS[row.judged.state],
    )


def _table(rows: Sequence[Compared], comparison: Comparison) -> Table:
    return Table(
        title=rows[0].version.title,
        columns=("对象", "本学期", "分子/分母", "标准", "预警", "上一期", "去年同期", "状态"),
        rows=tuple(
            row_of(
                row.label,
                _proved(row, row.reading, comparison),
                Cell(fraction_of(row.reading) or MISSING, is_figure=True),
                Cell(_limit(row, row.judged.limits.standard), is_figure=True),
                Cell(_limit(row, row.judged.limits.warning), is_figure=True),
                _proved(row, row.last, comparison),
                _proved(row, row.year_before, comparison),
                Cell(STATE_WORDS[row.judged.state], state=row.judged.state),
            )
            for row in rows
        ),
        widths=(20, 17, 11, 9, 9, 17, 17, 12),
    )


def _proved(row: Compared, reading: Reading | None, comparison: Comparison) -> Cell:
    if reading is None:
        return Cell(MISSING, is_figure=True)
    proof = comparison.proofs.id_of(reading)
    return Cell(words_of(reading, row.version), proof=proof, is_figure=True)


def _classes_chart(rows: Sequence[Compared], number: int) -> Chart | None:
    """Return bars of the classes beside the course; nothing for fewer than two classes."""
    valued = [row for row in rows if row.reading.value is not None]
    if len({row.subject for row in valued}) < 3 and len(valued) < 4:
        return None
    lines = [Line("本学期", tuple(row.reading.value for row in rows))]
    for name, values in (
        ("上一期", [row.last.value if row.last else None for row in rows]),
        ("去年同期", [row.year_before.value if row.year_before else None for row in rows]),
    ):
        if any(value is not None for value in values):
            lines.append(Line(name, tuple(values)))
    lowest = min(valued, key=lambda row: row.reading.value or 0)
    highest = max(valued, key=lambda row: row.reading.value or 0)
    title = rows[0].version.title
    sentence = (
        f"{title}，{len(rows)} 项：最低 {lowest.label} {words_of(lowest.reading, lowest.version)}，"
        f"最高 {highest.label} {words_of(highest.reading, highest.version)}。"
    )
    labels = [row.label for row in rows]
    option = bars_option(labels, lines, _scale(rows[0]), _shown_limits(rows[0]), _LIMITS)
    return _chart(f"chart-{number}", f"{title}对照图", sentence, option, labels, lines, rows[0])


def _course_chart(rows: Sequence[Compared], comparison: Comparison, number: int) -> Chart | None:
    """Return the line of the course over the periods until now; nothing for fewer than three."""
    first = rows[0]
    known = {row.code: row for row in periods(kind=PeriodKind(comparison.kind_of(first)))}
    until = known[first.reading.period].position
    found = sorted(
        (
            row
            for row in comparison.history
            if (row.indicator, row.kind, row.subject)
            == (first.reading.indicator, first.reading.kind, first.reading.subject)
            and row.period in known
            and (not first.part or row.period in comparison.parts)
            and known[row.period].position <= until
        ),
        key=lambda row: known[row.period].position,
    )[-_MOST_POINTS:]
    if sum(row.value is not None for row in found) < 3:
        return None
    labels = [comparison.parts.get(row.period) or known[row.period].name for row in found]
    lines = [Line(first.subject.name, tuple(row.value for row in found))]
    title, version = first.version.title, first.version
    sentence = (
        f"{first.subject.name}的{title}：{labels[0]} {words_of(found[0], version)}，"
        f"{labels[-1]} {words_of(found[-1], version)}。"
    )
    option = lines_option(labels, lines, _scale(first), _shown_limits(first), _LIMITS)
    return _chart(f"chart-{number}", f"{title}历期变化图", sentence, option, labels, lines, first)


def _chart(
    name: str,
    title: str,
    sentence: str,
    option: dict[str, Any],
    labels: Sequence[str],
    lines: Sequence[Line],
    row: Compared,
) -> Chart:
    """Return a chart with its twin: the same labels and the same numbers as a table."""
    twin = tuple(
        row_of(
            label,
            *(Cell(_limit(row, line.values[index]), is_figure=True) for line in lines),
        )
        for index, label in enumerate(labels)
    )
    return Chart(name, title, sentence, option, ("", *(line.name for line in lines)), twin)


def _scale(row: Compared) -> Scale:
    return Scale(row.version.unit, row.version.decimals)


def _shown_limits(row: Compared) -> Limits:
    limits = row.judged.limits
    return Limits(row.version.direction, limits.target, limits.standard, limits.warning)


def _next_step(material: Material) -> list[Block]:
    own = material.texts.get("next_step", "").strip()
    if own:
        return [Paragraph(line.strip()) for line in own.splitlines() if line.strip()]
    open_now = material.handled.open_sentence()
    return [Paragraph(open_now or "报告人尚未填写下一步安排。")]
