"""The figure 8「螺旋图」 as SVG: every stage a link with its name, state and shape."""

from collections.abc import Sequence
from xml.etree import ElementTree

from django.utils.translation import gettext

from luoxuan.core.charts.drawing import add, markup, write
from luoxuan.diagnosis.rules import StageState
from luoxuan.diagnosis.shown import ShownStage
from luoxuan.diagnosis.spiral import RADIUS, Figure, Point, lying, path_of, standing

_CLASSES = {
    StageState.DONE: "done",
    StageState.DUE: "due",
    StageState.LATE: "late",
    StageState.NOT_DUE: "later",
}


def figure_svg(stages: Sequence[ShownStage], *, crossing: int, size: str) -> str:
    """Return the figure in one of two sizes; the page holds both and CSS shows the fitting one."""
    is_small = [stage.is_small for stage in stages]
    shape = standing if size == "standing" else lying
    figure = shape(is_small, crossing)
    svg = ElementTree.Element(
        "svg",
        {
            "class": f"loop-figure loop-{size}",
            "viewBox": f"0 0 {figure.width:.0f} {figure.height:.0f}",
            "role": "group",
            "aria-label": _sentence(stages),
        },
    )
    add(svg, "path", class_="loop-track", d=path_of(figure.big))
    add(svg, "path", class_="loop-track", d=path_of(figure.small))
    _draw_line(svg, figure, has_small=any(is_small))
    _draw_titles(svg, figure, stages)
    # The step at the crossing is drawn last: it lies on top of both circles.
    order = sorted(range(len(stages)), key=lambda index: index == crossing)
    for index in order:
        _draw_stage(svg, stages[index], figure.places[index])
    return markup(svg)


def _sentence(stages: Sequence[ShownStage]) -> str:
    n_small = sum(stage.is_small for stage in stages)
    facts = {"n": len(stages) - n_small, "small": n_small}
    if n_small:
        return gettext("8 字形质量改进螺旋：大循环 %(n)s 步，小循环 %(small)s 步") % facts
    return gettext("8 字形质量改进螺旋：%(n)s 步") % facts


def _draw_line(svg: ElementTree.Element, figure: Figure, *, has_small: bool) -> None:
    add(svg, "path", class_="loop-line", d=path_of(figure.big))
    name = "loop-line-small" if has_small else "loop-line"
    add(svg, "path", class_=name, d=path_of(figure.small))


def _draw_titles(svg: ElementTree.Element, figure: Figure, stages: Sequence[ShownStage]) -> None:
    big = [stage for stage in stages if not stage.is_small]
    done = sum(stage.state is StageState.DONE for stage in big)
    words = gettext("已完成 %(done)s / %(n)s") % {"done": done, "n": len(big)}
    _title(svg, figure.big_centre, gettext("大循环"), words)
    small = [stage for stage in stages if stage.is_small]
    if small:
        count = sum(stage.count for stage in small)
        waiting = gettext("%(n)s 项待办") % {"n": count} if count else gettext("没有待办")
        _title(svg, figure.small_centre, gettext("小循环"), waiting)


def _title(svg: ElementTree.Element, at: Point, title: str, words: str) -> None:
    write(svg, title, class_="loop-title", x=f"{at.x:.1f}", y=f"{at.y - 3:.1f}")
    write(svg, words, class_="loop-words", x=f"{at.x:.1f}", y=f"{at.y + 17:.1f}")


def _draw_stage(svg: ElementTree.Element, stage: ShownStage, at: Point) -> None:
    x, y = f"{at.x:.1f}", f"{at.y:.1f}"
    name = _CLASSES[stage.state]
    current = {"aria-current": "step"} if stage.is_current else {}
    link = ElementTree.SubElement(
        svg, "a", {"href": stage.url, "aria-label": stage.sentence, **current}
    )
    if stage.is_current:
        add(link, "circle", class_="loop-ring", cx=x, cy=y, r=f"{RADIUS + 5:.0f}")
        name = f"{name} current"
    add(link, "circle", class_=f"loop-node {name}", cx=x, cy=y, r=f"{RADIUS:.0f}")
    write(link, stage.name, class_=f"loop-name {name}", x=x, y=f"{at.y - 1:.1f}")
    write(link, stage.words, class_=f"loop-state {name}", x=x, y=f"{at.y + 16:.1f}")
    _draw_mark(link, stage, Point(at.x + RADIUS * 0.72, at.y - RADIUS * 0.72))


def _draw_mark(link: ElementTree.Element, stage: ShownStage, at: Point) -> None:
    """Draw the shape of the state: a tick for done, a triangle for late, a count of what waits."""
    x, y = at.x, at.y
    if stage.count:
        add(link, "circle", class_="loop-badge", cx=f"{x:.1f}", cy=f"{y:.1f}", r="10")
        write(link, str(min(stage.count, 99)), class_="loop-count", x=f"{x:.1f}", y=f"{y + 4:.1f}")
    elif stage.state is StageState.DONE:
        add(link, "circle", class_="loop-done", cx=f"{x:.1f}", cy=f"{y:.1f}", r="9")
        add(link, "path", class_="loop-tick", d=f"M{x - 4:.1f} {y:.1f}l3 3l5-5.4")
    elif stage.state is StageState.LATE:
        add(
            link, "path", class_="loop-late",
            d=f"M{x:.1f} {y - 10:.1f}L{x + 10.5:.1f} {y + 8:.1f}L{x - 10.5:.1f} {y + 8:.1f}Z",
        )  # fmt: skip
        write(link, "!", class_="loop-count", x=f"{x:.1f}", y=f"{y + 6:.1f}")
