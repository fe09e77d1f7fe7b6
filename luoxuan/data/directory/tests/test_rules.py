"""How new data are, and which figures are hidden."""

from datetime import date

import pytest

from luoxuan.data.directory.rules import Freshness, freshness_of, is_hidden

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("changed_on", "due_on", "expected"),
    [
        (None, None, Freshness.EMPTY),
        (None, TODAY, Freshness.EMPTY),
        (TODAY, None, Freshness.FRESH),
        (date(2025, 3, 2), None, Freshness.FRESH),
        (date(2025, 3, 1), None, Freshness.OLD),
        (date(2026, 2, 27), date(2026, 3, 1), Freshness.OVERDUE),
        (date(2026, 3, 1), date(2026, 3, 1), Freshness.FRESH),
        (date(2026, 2, 27), date(2026, 3, 5), Freshness.FRESH),
    ],
)
def test_freshness_follows_the_last_change_and_the_due_day(changed_on, due_on, expected):
    assert freshness_of(changed_on=changed_on, due_on=due_on, on=TODAY) is expected


@pytest.mark.parametrize(
    ("n_persons", "expected"), [(None, False), (0, True), (4, True), (5, False)]
)
def test_a_figure_about_fewer_than_five_persons_is_hidden(n_persons, expected):
    assert is_hidden(n_persons=n_persons) is expected
