"""The trend「趋势图」: one line of readings over the bands of its limits, in two sizes."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from luoxuan.core.charts.axis import axis_of, ticks_of
from luoxuan.core.charts.drawing import add, markup, picture, place, write
from luoxuan.core.charts.pictures import CLASS_OF_STATUS, TrendPicture, TrendPoint
from luoxuan.core.charts.words import amount_words


@dataclass(frozen=True, slots=True)
class Frame:
    """Size of the drawing and the room around the plot."""

    name: str
    width: int
    height: int
    left: int = 56
    right: int = 110
    top: int = 16
    bottom: int = 28
    n_labels: int = 9


FRAMES = {
    "wide": Frame("trend-wide", 760, 286),
    "phone": Frame("trend-phone", 350, 260, left=44, right=96, n_labels=4),
}


class Plot:
    """Turns values and positions of one trend into coordinates of one frame."""

    def __init__(self, trend: TrendPicture, frame: Frame) -> None:
        self.trend = trend
        self.frame = frame
        known = [point.value for point in trend.points if point.value is not None]
        self.lowest, self.highest = axis_of(
            [*known, *trend.limits.known()], unit=trend.unit, is_whole_share=False
        )

    def across(self, position: int) -> Decimal:
        """Return x of the point at that position; a single point stands in the middle."""
        span = self.right - self.frame.left
        last = len(self.trend.points) - 1
        share = Decimal(position) / last if last > 0 else Decimal("0.5")
        return self.frame.left + share * span

    def down(self, value: Decimal) -> Decimal:
        """Return y of a value."""
        span = self.frame.height - self.frame.top - self.frame.bottom
        share = (value - self.lowest) / (self.highest - self.lowest)
        return self.frame.height - self.frame.bottom - share * span

    @property
    def right(self) -> int:
        """Return x of the right edge of the plot; room for labels is kept only with limits."""
        return self.frame.width - (self.frame.right if self.trend.limits.known() else 32)


def trend_sentence(trend: TrendPicture) -> str:
    """Return the whole line as one sentence: first, last, how many, how many missing."""
    known = [point for point in trend.points if point.value is not None]
    if not known:
        return _("%(title)s：无数据") % {"title": trend.title}
    first, last = known[0], known[-1]
    sentence = _("%(title)s：%(first)s为 %(first_value)s，%(last)s为 %(last_value)s") % {
        "title": trend.title,
        "first": first.label,
        "first_value": trend.words(first.value),
        "last": last.label,
        "last_value": trend.words(last.value),
    }
    n_missing = len(trend.points) - len(known)
    if n_missing:
        sentence += ngettext("，%(count)d 期无数据", "，%(count)d 期无数据", n_missing) % {
            "count": n_missing
        }
    return sentence


def trend_svg(trend: TrendPicture, size: str) -> str:
    """Return the drawing in the size "wide" or "phone"."""
    frame = FRAMES[size]
    plot = Plot(trend, frame)
    svg = picture(frame.name, trend_sentence(trend), viewBox=f"0 0 {frame.width} {frame.height}")
    _draw_bands(svg, plot)
    _draw_axes(svg, plot)
    _draw_limits(svg, plot)
    _draw_line(svg, plot)
    return markup(svg)


def _draw_bands(svg: Element, plot: Plot) -> None:
    left, width = str(plot.frame.left), str(plot.right - plot.frame.left)
    for name, start, end in plot.trend.limits.zones(plot.lowest, plot.highest):
        top, bottom = sorted((plot.down(start), plot.down(end)))
        height = place(bottom - top)
        add(svg, "rect", class_=name, x=left, y=place(top), width=width, height=height)


def _draw_axes(svg: Element, plot: Plot) -> None:
    frame, trend = plot.frame, plot.trend
    base = str(frame.height - frame.bottom)
    for tick in ticks_of(plot.lowest, plot.highest):
        y = place(plot.down(tick))
        add(svg, "line", class_="grid", x1=str(frame.left), x2=str(plot.right), y1=y, y2=y)
        words = f"{amount_words(tick * 100)} %" if trend.unit == "share" else amount_words(tick)
        text_y = place(plot.down(tick) + 4)
        write(svg, words, x=str(frame.left - 8), y=text_y, text_anchor="end")
    add(svg, "line", class_="axis", x1=str(frame.left), x2=str(plot.right), y1=base, y2=base)
    for position in _labelled(plot):
        label, x = trend.points[position].label, plot.across(position)
        half = Decimal(_width(label)) / 2
        anchor = "start" if x < half else "end" if x + half > frame.width else "middle"
        write(svg, label, x=place(x), y=str(frame.height - 8), text_anchor=anchor)


def _width(text: str) -> int:
    """Guess the width of a text of 12 px; a Chinese character is about twice as wide as a digit."""
    return sum(12 if ord(character) > 255 else 7 for character in text)


def _labelled(plot: Plot) -> Iterator[int]:
    """Yield the positions that have room for a label, evenly from the last one backwards."""
    n_points = len(plot.trend.points)
    widest = max((_width(point.label) for point in plot.trend.points), default=0)
    room = (plot.right - plot.frame.left) // (widest + 12) + 1
    step = max(1, -(-n_points // min(room, plot.frame.n_labels)))
    yield from range(n_points - 1, -1, -step)


def _draw_limits(svg: Element, plot: Plot) -> None:
    limits = plot.trend.limits
    named = [
        ("limit-target", _("目标 %(value)s"), limits.target),
        ("limit-standard", _("标准 %(value)s"), limits.standard),
        ("limit-warning", _("预警 %(value)s"), limits.warning),
    ]
    places = [
        (plot.down(value), name, words % {"value": plot.trend.words(value)})
        for name, words, value in named
        if value is not None
    ]
    next_free = Decimal(plot.frame.top)
    for y, name, words in sorted(places):
        line = {"x1": str(plot.frame.left), "x2": str(plot.right), "y1": place(y), "y2": place(y)}
        add(svg, "line", class_=name, **line)
        # Labels of limits that lie close together are pushed down, so that none covers another.
        text_y = max(y + 4, next_free)
        next_free = text_y + 15
        write(svg, words, class_=name, x=str(plot.right + 8), y=place(text_y))


def _runs(points: tuple[TrendPoint, ...]) -> Iterator[list[tuple[int, Decimal, str]]]:
    """Yield the stretches without a missing value: the line is never drawn across a gap."""
    run: list[tuple[int, Decimal, str]] = []
    for position, point in enumerate(points):
        if point.value is not None:
            run.append((position, point.value, point.status))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _draw_line(svg: Element, plot: Plot) -> None:
    marks = []
    for run in _runs(plot.trend.points):
        steps = [(plot.across(position), plot.down(value)) for position, value, _status in run]
        if len(steps) > 1:
            path = "M" + " L".join(f"{place(x)} {place(y)}" for x, y in steps)
            add(svg, "path", class_="line", d=path)
        marks += [
            (x, y, value, CLASS_OF_STATUS.get(status, "no"))
            for (x, y), (_position, value, status) in zip(steps, run, strict=True)
        ]
    if not marks:
        return
    n_gaps = max(len(plot.trend.points) - 1, 1)
    spacing = (plot.right - plot.frame.left) // n_gaps
    for x, y, _value, kind in marks[:-1]:
        # Where points crowd, the line tells the course and marks only show what needs attention.
        if spacing >= 20 or kind in {"wa", "ba"}:
            _draw_mark(svg, x, y, kind, radius=5 if spacing >= 20 else 3)
    x, y, value, kind = marks[-1]
    _draw_mark(svg, x, y, kind, radius=5)
    comes_from_above = len(marks) > 1 and marks[-2][1] < y
    has_room_below = y + 24 < plot.frame.height - plot.frame.bottom
    is_high = y - plot.frame.top < 16
    text_y = y + 20 if is_high or (comes_from_above and has_room_below) else y - 12
    anchor = "end" if x > plot.right - 30 else "middle"
    words = plot.trend.words(value)
    write(svg, words, class_="last", x=place(x), y=place(text_y), text_anchor=anchor)


def _draw_mark(svg: Element, x: Decimal, y: Decimal, kind: str, *, radius: int) -> None:
    """Draw circle, triangle or square, so that the state can be read without colour."""
    if kind == "wa":
        corners = ((0, -radius - 1), (radius + 1, radius), (-radius - 1, radius))
        points = " ".join(f"{place(x + across)},{place(y + down)}" for across, down in corners)
        add(svg, "polygon", class_="mark mark-wa", points=points)
    elif kind == "ba":
        side = str(2 * radius)
        corner = {"x": place(x - radius), "y": place(y - radius)}
        add(svg, "rect", class_="mark mark-ba", width=side, height=side, **corner)
    else:
        add(svg, "circle", class_=f"mark mark-{kind}", cx=place(x), cy=place(y), r=str(radius))
