"""What a new reading does to an alert; a pure decision."""

from enum import StrEnum

from luoxuan.indicators.rules import ReadingState


class AlertState(StrEnum):
    """Where an alert「预警」 stands: open until a later reading is no longer in warning."""

    OPEN = "OPEN"
    RECOVERED = "RECOVERED"


class Effect(StrEnum):
    """What a reading does「预警动作」."""

    OPEN = "OPEN"
    CONFIRM = "CONFIRM"
    RECOVER = "RECOVER"
    NOTHING = "NOTHING"


def effect_of(state: ReadingState, *, is_open: bool) -> Effect:
    """Return what a reading in this state does, given whether an alert is open.

    A missing value neither opens nor closes anything: missing is not good news.
    """
    if state is ReadingState.WARNING:
        return Effect.CONFIRM if is_open else Effect.OPEN
    if state in {ReadingState.MET, ReadingState.BELOW_STANDARD} and is_open:
        return Effect.RECOVER
    return Effect.NOTHING
