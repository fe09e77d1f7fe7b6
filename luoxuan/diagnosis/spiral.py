"""The geometry of the figure 8「8字形」: where each step stands, whatever their number; pure.

The step at the crossing leads into the small circle and takes its results back. On the small
side follow the big steps up to the small loop and the small loop itself; on the big side all
others. Without a small loop the steps after the crossing are shared between the two sides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, pi, sin

RADIUS = 31.0
GAP = 8.0
MARGIN = RADIUS + 9
LYING_WIDTH = 640.0
STANDING_WIDTH = 340.0
_SAMPLES = 480
# The highest point of sin t · sin(t/2): the lobe is as high as asked for.
_PEAK = 0.7698


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the drawing."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure 8「螺旋图」 ready to be drawn: its size, its places in the order of the steps.

    ``big`` and ``small`` are the two circles as lines of points, each from the crossing back to
    the crossing in the direction of travel; the centres are where their titles stand.
    """

    width: float
    height: float
    places: tuple[Point, ...]
    crossing: int
    big: tuple[Point, ...]
    small: tuple[Point, ...]
    big_centre: Point
    small_centre: Point


def sides(is_small: Sequence[bool], crossing: int) -> tuple[list[int], list[int]]:
    """Return the steps of the small side and of the big side, each in the order of travel."""
    after = list(range(crossing + 1, len(is_small)))
    inside = [index for index in after if is_small[index]]
    n_small = after.index(inside[-1]) + 1 if inside else len(is_small) // 2
    n_small = min(n_small, len(after))
    return after[:n_small], after[n_small:] + list(range(crossing))


def lying(is_small: Sequence[bool], crossing: int) -> Figure:
    """Return the figure that lies, for a wide page: the big circle left, the small one right."""
    small, big = sides(is_small, crossing)
    across = LYING_WIDTH - 2 * MARGIN
    share = min(0.6, max(0.4, (len(big) + 2) / (len(big) + len(small) + 4)))
    left, right = across * share, across * (1 - share)
    half = 120.0
    while True:
        lobes = _lobe(right, half), _lobe(left, half)
        places = _places(lobes, small, big, len(is_small), crossing)
        if _is_clear(places) or half > 2000:
            break
        half += 5
    middle = Point(MARGIN + left, MARGIN + half)
    return _figure(lobes, places, middle, crossing, LYING_WIDTH, 2 * (MARGIN + half))


def standing(is_small: Sequence[bool], crossing: int) -> Figure:
    """Return the figure that stands, for a phone: the big circle above, the small one below."""
    small, big = sides(is_small, crossing)
    half = STANDING_WIDTH / 2 - MARGIN
    above, below = 180.0, 180.0
    while True:
        lobes = _lobe(below, half), _lobe(above, half)
        places = _places(lobes, small, big, len(is_small), crossing)
        if _is_clear(places) or above > 4000:
            break
        if not _is_clear([places[index] for index in [*small, crossing]]):
            below += 8
        else:
            above += 8
    turned = tuple(tuple(Point(p.y, p.x) for p in lobe) for lobe in lobes)
    places = [Point(p.y, p.x) for p in places]
    middle = Point(STANDING_WIDTH / 2, MARGIN + above)
    height = 2 * MARGIN + above + below
    return _figure(turned, places, middle, crossing, STANDING_WIDTH, height)


def path_of(points: Sequence[Point]) -> str:
    """Return points as the path of an SVG."""
    first, *others = points
    lines = " ".join(f"L{p.x:.1f} {p.y:.1f}" for p in others)
    return f"M{first.x:.1f} {first.y:.1f} {lines}"


def _lobe(length: float, half: float) -> tuple[Point, ...]:
    """Return one drop from the crossing round to the crossing: out below, home above.

    The drop x = 1 - cos t, y = sin t · sin(t/2) is pointed at the crossing and round at its end.
    """
    found = []
    for step in range(_SAMPLES + 1):
        t = 2 * pi * step / _SAMPLES
        found.append(Point(length * (1 - cos(t)) / 2, half * sin(t) * sin(t / 2) / _PEAK))
    return tuple(found)


def _places(
    lobes: tuple[tuple[Point, ...], tuple[Point, ...]],
    small: Sequence[int],
    big: Sequence[int],
    n_steps: int,
    crossing: int,
) -> list[Point]:
    """Return the places around the crossing as origin; the big lobe is the mirrored one."""
    places = [Point(0.0, 0.0)] * n_steps
    for index, point in zip(small, _spaced(lobes[0], len(small)), strict=True):
        places[index] = point
    for index, point in zip(big, _spaced(lobes[1], len(big)), strict=True):
        places[index] = Point(-point.x, point.y)
    places[crossing] = Point(0.0, 0.0)
    return places


def _spaced(line: Sequence[Point], number: int) -> list[Point]:
    """Return so many points at equal distance along a line, without its two ends."""
    lengths = [hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(line)]
    step = sum(lengths) / (number + 1)
    found: list[Point] = []
    passed = 0.0
    for (a, b), length in zip(pairwise(line), lengths, strict=True):
        while len(found) < number and passed + length >= step * (len(found) + 1):
            share = (step * (len(found) + 1) - passed) / length
            found.append(Point(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share))
        passed += length
    return found


def _is_clear(places: Sequence[Point]) -> bool:
    """Return whether no two circles touch."""
    nearest = 2 * RADIUS + GAP
    return all(
        hypot(a.x - b.x, a.y - b.y) >= nearest
        for index, a in enumerate(places)
        for b in places[index + 1 :]
    )


def _figure(
    lobes: tuple[tuple[Point, ...], ...],
    places: Sequence[Point],
    middle: Point,
    crossing: int,
    width: float,
    height: float,
) -> Figure:
    """Return the figure with the crossing at its place and the big lobe mirrored."""
    is_standing = max(p.y for p in lobes[0]) > max(p.x for p in lobes[0])
    mirror = (1, -1) if is_standing else (-1, 1)

    def moved(points: Sequence[Point], x: int = 1, y: int = 1) -> tuple[Point, ...]:
        return tuple(Point(middle.x + x * p.x, middle.y + y * p.y) for p in points)

    small, big = moved(lobes[0]), moved(lobes[1], *mirror)
    return Figure(
        width=width,
        height=height,
        places=moved(places),
        crossing=crossing,
        big=big,
        small=small,
        big_centre=_centre(big, middle),
        small_centre=_centre(small, middle),
    )


def _centre(line: Sequence[Point], middle: Point) -> Point:
    """Return the roundest place inside a lobe: a little beyond the half of it."""
    end = line[len(line) // 2]
    return Point(middle.x + (end.x - middle.x) * 0.58, middle.y + (end.y - middle.y) * 0.58)
