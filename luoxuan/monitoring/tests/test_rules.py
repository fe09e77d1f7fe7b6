"""What a reading does to an alert, as a table."""

import pytest

from luoxuan.indicators.rules import ReadingState
from luoxuan.monitoring.rules import Effect, effect_of

TABLE = {
    ReadingState.WARNING: (Effect.OPEN, Effect.CONFIRM),
    ReadingState.BELOW_STANDARD: (Effect.NOTHING, Effect.RECOVER),
    ReadingState.MET: (Effect.NOTHING, Effect.RECOVER),
    ReadingState.NO_DATA: (Effect.NOTHING, Effect.NOTHING),
    ReadingState.NOT_JUDGED: (Effect.NOTHING, Effect.NOTHING),
}


@pytest.mark.parametrize("state", ReadingState)
@pytest.mark.parametrize("is_open", [False, True])
def test_a_reading_does_to_an_alert_what_the_table_says(state, is_open):
    assert effect_of(state, is_open=is_open) is TABLE[state][is_open]


def test_nothing_but_a_warning_opens_and_missing_news_is_no_good_news():
    opening = [state for state in ReadingState if effect_of(state, is_open=False) is Effect.OPEN]
    assert opening == [ReadingState.WARNING]
    assert effect_of(ReadingState.NO_DATA, is_open=True) is Effect.NOTHING
