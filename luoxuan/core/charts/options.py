"""Options of ECharts「图表选项」: plain JSON, one for the screen and for paper, no functions in it.

Animation is off and tooltips draw inside the picture, so that a page with a strict content policy
and a server without a browser show the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from luoxuan.core.charts.pictures import Limits
from luoxuan.core.charts.words import reading_words

FONT = "Noto Sans CJK SC"
_INK, _SOFT, _LINE = "#17202e", "#5f6b7d", "#dbe1ea"
_SERIES = ("#3b6fd8", "#2a9d8f", "#7b61d1", "#c9772b")
_LIMIT_COLORS = {"target": "#0b7a43", "standard": "#855800", "warning": "#b0201c"}
_LIMIT_DASHES = {"target": "solid", "standard": "dashed", "warning": "dotted"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of values「数据系列」, by the labels of the axis; None is a gap, not a zero."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """How values are written: a share is drawn as percent."""

    unit: str
    decimals: int

    def drawn(self, value: Decimal | None) -> float | None:
        """Return the number that is drawn, with exactly the digits that are printed."""
        if value is None:
            return None
        if self.unit == "share":
            return float(round(value * 100, max(self.decimals - 2, 0)))
        return float(round(value, self.decimals))

    @property
    def suffix(self) -> str:
        """Return what stands behind a number on the axis."""
        return " %" if self.unit == "share" else ""


def bars_option(
    labels: Sequence[str],
    lines: Sequence[Line],
    scale: Scale,
    limits: Limits,
    words: dict[str, str],
) -> dict[str, Any]:
    """Return bars side by side with the limits as lines across; ``words`` name the limits."""
    option = _frame(labels, scale, limits)
    option["series"] = [
        {
            "type": "bar",
            "name": line.name,
            "barMaxWidth": 34,
            "itemStyle": {"color": _SERIES[index % len(_SERIES)]},
            "label": {
                "show": index == 0,
                "position": "top",
                "color": _INK,
                "formatter": "{c}" + scale.suffix,
            },
            "data": [_point(value, scale) for value in line.values],
        }
        for index, line in enumerate(lines)
    ]
    return _with_limits(option, lines, limits, scale, words)


def lines_option(
    labels: Sequence[str],
    lines: Sequence[Line],
    scale: Scale,
    limits: Limits,
    words: dict[str, str],
) -> dict[str, Any]:
    """Return lines over time; they differ by symbol and dash too, and break where values miss."""
    option = _frame(labels, scale, limits)
    option["series"] = [
        {
            "type": "line",
            "name": line.name,
            "symbol": ("circle", "rect", "triangle", "diamond")[index % 4],
            "symbolSize": 7,
            "connectNulls": False,
            "itemStyle": {"color": _SERIES[index % len(_SERIES)]},
            "lineStyle": {"type": ("solid", "dashed", "dotted")[index % 3], "width": 2},
            "data": [_point(value, scale) for value in line.values],
        }
        for index, line in enumerate(lines)
    ]
    return _with_limits(option, lines, limits, scale, words)


def _point(value: Decimal | None, scale: Scale) -> float | str | None:
    # A dash is how ECharts is told that nothing was measured.
    return "-" if value is None else scale.drawn(value)


def _frame(labels: Sequence[str], scale: Scale, limits: Limits) -> dict[str, Any]:
    room = 96 if limits.known() else 24
    # Labels are broken at the breadth of their place, so that neighbours never overlap.
    breadth = max(40, min(110, 480 // max(len(labels), 1)))
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT, "color": _INK, "fontSize": 13},
        "grid": {"left": 12, "right": room, "top": 44, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "renderMode": "richText", "confine": True},
        "xAxis": {
            "type": "category",
            "data": list(labels),
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": _LINE}},
            "axisLabel": {"color": _SOFT, "interval": 0, "width": breadth, "overflow": "break"},
        },
        "yAxis": {
            "type": "value",
            "axisLabel": {"color": _SOFT, "formatter": "{value}" + scale.suffix},
            "splitLine": {"lineStyle": {"color": _LINE}},
        },
    }


def _with_limits(
    option: dict[str, Any],
    lines: Sequence[Line],
    limits: Limits,
    scale: Scale,
    words: dict[str, str],
) -> dict[str, Any]:
    given = [
        (name, value)
        for name in ("target", "standard", "warning")
        if (value := getattr(limits, name)) is not None
    ]
    if given:
        option["series"][0]["markLine"] = {
            "symbol": "none",
            "silent": True,
            "data": [_limit(name, value, scale, words) for name, value in given],
        }
        values = [value for line in lines for value in line.values if value is not None]
        known = [scale.drawn(value) or 0.0 for value in [*values, *(row for _, row in given)]]
        # Limits above the highest bar would fall outside an axis that only knows the bars.
        option["yAxis"]["max"] = _ceiling(max(known), is_share=scale.unit == "share")
    if len(lines) > 1:
        option["legend"] = {
            "top": 4,
            "left": "center",
            "textStyle": {"color": _INK},
            "data": [line.name for line in lines],
        }
    return option


def _limit(name: str, value: Decimal, scale: Scale, words: dict[str, str]) -> dict[str, Any]:
    text = f"{words[name]} {reading_words(value, unit=scale.unit, decimals=scale.decimals)}"
    return {
        "yAxis": scale.drawn(value),
        "lineStyle": {"color": _LIMIT_COLORS[name], "type": _LIMIT_DASHES[name], "width": 1.5},
        "label": {"formatter": text, "position": "end", "color": _LIMIT_COLORS[name]},
    }


def _ceiling(highest: float, *, is_share: bool) -> float:
    if is_share and highest <= 100:
        return 100.0
    return float(int(highest * 1.15) + 1)
