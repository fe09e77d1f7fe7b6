"""The story of a teaching group that changes its college between two terms.

In the first term the group of mathematics belongs to the east; in March it moves to the west. What
it did in autumn still counts for the east, what it does in spring counts for the west, and the new
head may open the rows at once.
"""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from luoxuan.campus.models import Unit
from luoxuan.campus.queries import scope_for
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import EVERYTHING
from luoxuan.campus.unit_actions import merge_units, move_unit
from luoxuan.indicators.queries import reading_at, rows_of
from luoxuan.portal.catch_up import catch_up
from luoxuan.testing.college import (
    NOW,
    Passes,
    fill_college,
    import_text,
    open_user,
    score_csv,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=7)
AUTUMN = [Passes("MATH-1", 9, 1), Passes("MATH-2", 5, 5), Passes("WELD-1", 8, 2)]
SPRING = [Passes("MATH-1", 6, 4, "2025-2"), Passes("WELD-1", 9, 1, "2025-2")]


def unit(code: str) -> Unit:
    return Unit.objects.select_related("subject", "parent__subject").get(subject__code=code)


def share(subject: str, period: str):
    found = reading_at(
        EVERYTHING, code="course.pass_share", kind="UNIT", subject=subject, period=period
    )
    if found is None or found.numerator is None or not found.denominator:
        return None
    return Fraction(found.numerator) / Fraction(found.denominator)


def test_a_group_that_moves_leaves_its_past_where_it_was(tmp_path):
    fill_college(tmp_path)
    west = open_user("west")
    assert share("EAST", "2025-1") == Fraction(14, 20)
    move_unit(
        unit=unit("EAST-MATH"), to=unit("WEST"), on=date(2026, 3, 1), reason="院务会", by=None,
        at=LATER,
    )  # fmt: skip
    import_text(score_csv([*AUTUMN, *SPRING]), tmp_path)
    catch_up(by=None, at=LATER)

    assert share("EAST", "2025-1") == Fraction(14, 20)
    assert share("WEST", "2025-1") == Fraction(8, 10)
    assert share("EAST", "2025-2") is None
    assert share("WEST", "2025-2") == Fraction(15, 20)
    assert share("EAST-MATH", "2025-1") == Fraction(14, 20)

    # The rows behind each number are those that it counted, also for the new head.
    scope = scope_for(west, Resource.READING_ROWS, Action.VIEW, on=LATER.date())
    assert scope is not None
    spring = reading_at(
        scope, code="course.pass_share", kind="UNIT", subject="WEST", period="2025-2"
    )
    assert spring is not None
    page = rows_of(scope, spring).page
    assert (page.n_rows, page.n_hidden) == (20, 0)


def test_a_merged_college_keeps_its_numbers_and_its_heir_may_open_them(tmp_path):
    fill_college(tmp_path)
    east = open_user("east")
    merge_units(
        units=[unit("WEST")], into=unit("EAST"), on=date(2026, 3, 1), reason="院务会", by=None,
        at=LATER,
    )  # fmt: skip
    catch_up(by=None, at=LATER)
    assert share("WEST", "2025-1") == Fraction(8, 10)
    assert share("EAST", "2025-1") == Fraction(14, 20)
    scope = scope_for(east, Resource.READING_ROWS, Action.VIEW, on=LATER.date())
    assert scope is not None
    past = reading_at(scope, code="course.pass_share", kind="UNIT", subject="WEST", period="2025-1")
    assert past is not None
    assert rows_of(scope, past).page.n_rows == 10
