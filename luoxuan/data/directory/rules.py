"""Decisions of the data directory on plain values."""

from datetime import date
from enum import StrEnum

FEWEST_PERSONS = 5
"""Below this many different persons a figure is not shown: it would say who they are."""

STALE_AFTER_DAYS = 365
"""A dataset without a due day that is older than a year is called old."""


class UseKind(StrEnum):
    """What a dataset was used for「使用方式」; only counted, never with a name."""

    OPENED = "OPENED"
    EXPORTED = "EXPORTED"
    PULLED = "PULLED"
    COUNTED = "COUNTED"
    PRINTED = "PRINTED"


class RequestState(StrEnum):
    """Where a request for data stands「需求状态」."""

    OPEN = "OPEN"
    PLANNED = "PLANNED"
    GIVEN = "GIVEN"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


WAITING = frozenset({RequestState.OPEN, RequestState.PLANNED})
ANSWERS = (RequestState.GIVEN, RequestState.PLANNED, RequestState.REFUSED)


class StatisticFunction(StrEnum):
    """What a statistic tells of each group「统计方式」."""

    COUNT = "COUNT"
    PERSONS = "PERSONS"
    SUM = "SUM"
    MEAN = "MEAN"


class Freshness(StrEnum):
    """How new the rows of a dataset are「新鲜度」."""

    EMPTY = "EMPTY"
    FRESH = "FRESH"
    OLD = "OLD"
    OVERDUE = "OVERDUE"


def freshness_of(*, changed_on: date | None, due_on: date | None, on: date) -> Freshness:
    """Return how new rows are; overdue is what did not change since its last due day."""
    if changed_on is None:
        return Freshness.EMPTY
    if due_on is not None and changed_on < due_on <= on:
        return Freshness.OVERDUE
    return Freshness.OLD if (on - changed_on).days > STALE_AFTER_DAYS else Freshness.FRESH


def is_hidden(*, n_persons: int | None) -> bool:
    """Return whether a figure is about too few persons; None means that it is about none."""
    return n_persons is not None and n_persons < FEWEST_PERSONS
