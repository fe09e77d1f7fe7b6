"""The figure 8 holds any template: no circle touches another, everything is inside."""

from itertools import combinations
from math import hypot

import pytest

from luoxuan.diagnosis.spiral import GAP, RADIUS, lying, sides, standing

CASES = [
    (n_steps, n_small, crossing)
    for n_steps in range(4, 17)
    for n_small in (0, 2, 3, 4)
    for crossing in (0, 1, 2)
    if n_steps - n_small >= 3 and crossing + 1 + n_small <= n_steps
]


def marks(n_steps: int, n_small: int, crossing: int) -> list[bool]:
    first = crossing + 1 + min(1, n_steps - n_small - crossing - 1)
    return [first <= index < first + n_small for index in range(n_steps)]


@pytest.mark.parametrize(("n_steps", "n_small", "crossing"), CASES)
@pytest.mark.parametrize("shape", [lying, standing])
def test_no_two_circles_touch_and_all_are_inside(shape, n_steps, n_small, crossing):
    figure = shape(marks(n_steps, n_small, crossing), crossing)
    assert len(figure.places) == n_steps
    for a, b in combinations(figure.places, 2):
        assert hypot(a.x - b.x, a.y - b.y) >= 2 * RADIUS + GAP - 0.01
    # The name and the words of a stage stand within its circle; the badge sticks out by ten.
    for place in figure.places:
        assert RADIUS + 5 <= place.x <= figure.width - RADIUS - 5
        assert RADIUS + 5 <= place.y <= figure.height - RADIUS - 5
    for line in (figure.big, figure.small):
        assert all(0 <= p.x <= figure.width and 0 <= p.y <= figure.height for p in line)


def test_the_ten_steps_lie_as_the_seed_draws_them():
    small = [False] * 5 + [True] * 3 + [False] * 5
    right, left = sides(small, 2)
    # 组织 实施 监测 预警 改进 return to the design; 诊断 … 改进 lead to 目标 and 标准.
    assert (right, left) == ([3, 4, 5, 6, 7], [8, 9, 10, 11, 12, 0, 1])
    figure = lying(small, 2)
    crossing = figure.places[2]
    assert all(figure.places[index].x > crossing.x for index in right)
    assert all(figure.places[index].x < crossing.x for index in left)
    # The circle is left below and entered from above on the small side: 组织 below, 改进 above.
    assert figure.places[3].y > crossing.y > figure.places[7].y
    upright = standing(small, 2)
    assert all(upright.places[index].y > upright.places[2].y for index in right)
    assert all(upright.places[index].y < upright.places[2].y for index in left)


def test_five_steps_without_a_small_loop_are_shared_by_both_sides():
    assert sides([False] * 5, 2) == ([3, 4], [0, 1])
