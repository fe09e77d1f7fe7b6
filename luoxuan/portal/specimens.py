"""What the style guide shows「样例」: invented values in the shape that the real parts ask for."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from re import findall
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.core.charts.options import Line, Scale, bars_option
from luoxuan.core.charts.pictures import limits_of
from luoxuan.core.models import Job
from luoxuan.core.rules import JobState
from luoxuan.diagnosis.figure import figure_svg
from luoxuan.diagnosis.rules import Filling, StageMode, StageState
from luoxuan.diagnosis.shown import ShownStage, mode_words, state_words
from luoxuan.goals.rules import CellState, DateDecision, SheetState
from luoxuan.improvement import blocks as improvement_blocks
from luoxuan.improvement.models import Improvement
from luoxuan.improvement.rules import ImprovementState
from luoxuan.indicators.rules import ReadingState
from luoxuan.reports.content import Cell
from luoxuan.reports.sections import ShownBlock

_AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
_ON = date(2026, 3, 9)
_ROWS, _PAGE = 230, 50
_LIMITS = {
    "target_value": Decimal("0.90"),
    "standard_value": Decimal("0.80"),
    "warning_value": Decimal("0.60"),
}


class SpecimenForm(forms.Form):
    """A form of the guide「样例表单」: one field is right, one is missing, one is wrong."""

    name = forms.CharField(label=_("名称"), help_text=_("不超过 50 个字。"), max_length=50)
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 2}))
    day = forms.DateField(label=_("完成时限"), widget=forms.DateInput(attrs={"type": "date"}))


def numbers() -> dict[str, Any]:
    """Return counts, readings of every state and one line of readings."""
    values = {
        ReadingState.MET: (46, 50),
        ReadingState.BELOW_STANDARD: (36, 50),
        ReadingState.WARNING: (26, 50),
        ReadingState.NOT_JUDGED: (41, 50),
        ReadingState.NO_DATA: None,
    }
    readings = [_reading(state, part) for state, part in values.items()]
    return {
        "counts": [
            {
                "url": "#counts", "icon": "alert-triangle", "title": gettext("未恢复预警"),
                "value": 3, "base": 128, "note": gettext("占已判定的指标值"),
            },
            {
                "url": "#counts", "icon": "list-check", "title": gettext("滞后任务"),
                "value": 0, "base": 24, "note": gettext("占年度任务"),
            },
        ],
        "readings": readings,
        "reading": readings[1],
        "rows": [
            {"indicator": _indicator(), "formula_words": "", "reading": reading}
            for reading in readings[:3]
        ],
        "indicator": _indicator(),
        "trend": {
            "title": _indicator()["title"], "unit": "share", "decimals": 4, "direction": "HIGHER",
            **_LIMITS,
            "points": [_point("2025-1", readings[0]), _point("2025-2", readings[2])],
        },
        "rows_url": "#drawer",
    }  # fmt: skip


def lists() -> dict[str, Any]:
    """Return rows of lists, with chips of every state."""
    return {
        "page_obj": Paginator(range(_ROWS), _PAGE).page(2),
        "reading_states": list(ReadingState),
        "alert_states": [{"status": "OPEN"}, {"status": "RECOVERED"}],
        "dispositions": ["accept", "reject_rows", "reject_file"],
        "jobs": [Job(state=state, queued_at=_AT) for state in JobState],
        "task_states": [state for state in CellState if state is not CellState.EMPTY],
        "sheet_states": list(SheetState),
        "decisions": list(DateDecision),
        "todos": [
            _todo(gettext("报送本月任务进展"), is_late=True),
            _todo(gettext("答复一条预警"), is_late=False),
        ],
        "improvements": [_improvement(state) for state in ImprovementState],
        "alerts": [_alert(is_open=True), _alert(is_open=False)],
    }


def drawings() -> dict[str, Any]:
    """Return the figure 8 in both positions, a chart, and the names of all icons."""
    stages = _stages()
    return {
        "figures": [
            SafeString(figure_svg(stages, crossing=2, size=size)) for size in ("lying", "standing")
        ],
        "chart": _chart(),
        "icons": _icons(),
    }


def reader_input() -> dict[str, Any]:
    """Return a refused form, the fields of a written stage, and messages."""
    form = SpecimenForm({"name": gettext("示例名称"), "reason": "", "day": "2026-02-30"})
    return {
        "form": form,
        "fields": [
            _field("text", gettext("原因"), theirs=gettext("别处写的另一句话。")),
            _field("choice", gettext("结论"), error=gettext("请选择一项。")),
        ],
        "sent": [
            Message(constants.SUCCESS, gettext("已保存，从现在起生效。")),
            Message(constants.INFO, gettext("数据每晚更新一次。")),
            Message(constants.WARNING, gettext("离截止还有一天。")),
            Message(constants.ERROR, gettext("没有保存：第 3 行缺少学号。补上后再交一次。")),
        ],
    }  # fmt: skip


def work() -> dict[str, Any]:
    """Return steps, progress, a timeline and what the drawer says."""
    return {
        "steps": [
            {"number": 1, "title": gettext("选择文件"), "url": "#wizard", "is_done": True},
            {"number": 2, "title": gettext("检查"), "is_current": True},
            {"number": 3, "title": gettext("写入")},
        ],
        "running": Job(
            state=JobState.RUNNING, done=3, total=8, words=gettext("正在计算"), queued_at=_AT
        ),
        "events": [
            {"title": gettext("措施已落实"), "text": gettext("两次辅导。"), "at": _AT},
            {"title": gettext("提出问题"), "at": _AT},
        ],
        "drawer": _drawer(),
    }


def _indicator() -> dict[str, Any]:
    return {
        "title": gettext("通过率"), "code": "course.pass_share", "unit": "share", "decimals": 4,
        "direction": "HIGHER", "url": "#readings", "about": gettext("通过人数占应考人数的比例。"),
    }  # fmt: skip


def _subject() -> dict[str, str]:
    return {"name": gettext("示例课程"), "kind": "COURSE", "code": "C-01"}


def _reading(state: ReadingState, part: tuple[int, int] | None) -> dict[str, Any]:
    numerator, denominator = part or (None, None)
    return {
        "indicator": _indicator(), "url": "#readings", "status": state,
        "value": Decimal(part[0]) / part[1] if part else None,
        "numerator": numerator, "denominator": denominator,
        "reason": gettext("这个时段没有成绩。"), "period": {"name": gettext("2025 学年第一学期")},
        "is_on_target": state is ReadingState.MET, "rows": part[1] if part else 0,
        "rows_url": "#readings" if part else "",
        **({} if state is ReadingState.NOT_JUDGED else _LIMITS),
    }  # fmt: skip


def _point(label: str, reading: Mapping[str, Any]) -> dict[str, Any]:
    return {**reading, "label": label, "url": "#trend"}


def _todo(title: str, *, is_late: bool) -> dict[str, Any]:
    return {
        "url": "#links", "title": title, "kind": gettext("年度任务"), "due_on": _ON,
        "is_late": is_late,
    }  # fmt: skip


def _improvement(state: ImprovementState) -> dict[str, Any]:
    row = Improvement(state=state, indicator="course.pass_share")
    words, shape = improvement_blocks.state_words(row, shows_unproved=True)
    is_late = state is ImprovementState.UNDER_WAY
    return {
        "url": "#links", "problem": gettext("示例课程的通过率低于标准"), "subject": _subject(),
        "due_on": _ON, "before": "72.00 %", "now": "81.00 %", "state_words": words,
        "state_class": shape, "is_late": is_late, "late_days": 2,
    }  # fmt: skip


def _alert(*, is_open: bool) -> dict[str, Any]:
    return {
        "url": "#alerts", "status": "OPEN" if is_open else "RECOVERED", "direction": "HIGHER",
        "subject": _subject(), "indicator": _indicator(), "value": Decimal("0.52"),
        "warning_value": _LIMITS["warning_value"], "numerator": 26, "denominator": 50,
        "period": {"name": gettext("2025 学年第一学期")}, "title": gettext("通过率监测"),
        "is_answered": not is_open, "answer_url": "#alerts", "is_late": is_open, "days_late": 2,
        "opened_at": _AT, "closed_at": None if is_open else _AT,
    }  # fmt: skip


def _stages() -> list[ShownStage]:
    write, auto = StageMode.WRITE, StageMode.AUTO
    done, due = StageState.DONE, StageState.DUE
    late, later = StageState.LATE, StageState.NOT_DUE
    return [
        _stage("goal", gettext("目标"), auto, done),
        _stage("standard", gettext("标准"), auto, done),
        _stage("design", gettext("设计"), write, due, is_current=True),
        _stage("organize", gettext("组织"), write, late),
        _stage("carry-out", gettext("实施"), write, later),
        _stage("monitor", gettext("监测"), auto, due, is_small=True),
        _stage("warn", gettext("预警"), auto, due, is_small=True, count=2),
        _stage("improve", gettext("改进"), write, later, is_small=True),
        _stage("diagnose", gettext("诊断"), write, later),
    ]


def _stage(
    code: str,
    name: str,
    mode: StageMode,
    state: StageState,
    *,
    is_small: bool = False,
    is_current: bool = False,
    count: int = 0,
) -> ShownStage:
    words = state_words(mode, state)
    return ShownStage(
        code=code, name=name, meaning="", mode=mode, mode_words=mode_words(mode), state=state,
        words=words, sentence=f"{name} {words}", fills=Filling.NOTHING, is_small=is_small,
        is_current=is_current, is_chosen=is_current, count=count, starts_on=None, due_on=_ON,
        done_at=None, done_by="", url="#spiral",
    )  # fmt: skip


def _chart() -> ShownBlock:
    labels = [gettext("一班"), gettext("二班"), gettext("三班")]
    values = (Decimal("0.92"), Decimal("0.72"), Decimal("0.81"))
    words = {
        "target": gettext("目标"), "standard": gettext("标准"), "warning": gettext("预警"),
    }  # fmt: skip
    line = Line(gettext("通过率"), values)
    shown = [f"{value * 100:.2f} %" for value in values]
    return ShownBlock(
        type="chart",
        title=gettext("各班通过率"),
        name="specimen-chart",
        sentence=gettext("通过率，三个班：最低 72.00 %，最高 92.00 %。"),
        option=bars_option(labels, [line], Scale("share", 4), limits_of(_LIMITS, "HIGHER"), words),
        columns=(gettext("教学班"), gettext("通过率")),
        rows=[
            (Cell(label), Cell(value, is_figure=True))
            for label, value in zip(labels, shown, strict=True)
        ],
    )


def _icons() -> list[str]:
    sprite = files("luoxuan.portal").joinpath("static/icons/icons.svg").read_text(encoding="utf-8")
    return sorted(findall(r'<symbol id="([^"]+)"', sprite))


def _field(kind: str, title: str, *, error: str = "", theirs: str | None = None) -> dict[str, Any]:
    choices = [{"value": "MEETS", "title": gettext("符合")}]
    return {
        "field": {
            "name": f"specimen-{kind}", "type": kind, "title": title, "is_required": True,
            "max_length": 500, "choices": choices, "help": gettext("写一两句就够。"),
        },
        "value": "", "error": error, "theirs": theirs,
    }  # fmt: skip


def _drawer() -> dict[str, Any]:
    thresholds = [
        {"name": name, "value": value, "source": gettext("专业教学标准"), "valid_from": _ON}
        for name, value in _LIMITS.items()
    ]
    return {
        "formula": {
            "numerator_words": gettext("通过人数"), "denominator_words": gettext("应考人数"),
            "explanation": gettext("通过人数除以应考人数。"), "text": "score.passed / score.taken",
        },
        "datasets": [
            {"title": gettext("成绩"), "version": 3, "n_rows": 50, "imported_at": _AT},
        ],
        "thresholds": thresholds,
        "versions": [
            {"number": 2, "is_current": True, "formula": ""}, {"number": 1, "formula": ""},
        ],
        "run": {"id": 12, "finished_at": _AT},
    }  # fmt: skip
