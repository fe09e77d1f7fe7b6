"""What a person has to do「待办」, put together from all packages."""

from collections.abc import Callable
from datetime import date

from luoxuan.campus.queries import Rights
from luoxuan.core.todo import MOST_TODOS, TodoItem
from luoxuan.data.collecting import queries as collecting
from luoxuan.data.directory import queries as directory
from luoxuan.data.exchange import queries as exchange
from luoxuan.data.quality import queries as quality
from luoxuan.data.sources import queries as sources
from luoxuan.diagnosis import queries as diagnosis
from luoxuan.goals import queries as goals
from luoxuan.improvement import queries as improvement
from luoxuan.monitoring import queries as monitoring
from luoxuan.reports import queries as reports

Source = Callable[..., list[TodoItem]]

SOURCES: tuple[Source, ...] = (
    monitoring.todos,
    goals.todos,
    improvement.todos,
    diagnosis.todos,
    reports.todos,
    collecting.todos,
    sources.todos,
    quality.todos,
    directory.todos,
    exchange.todos,
)
"""Every package that gives people something to do; each answers within the reader's rights."""


def todos_of(rights: Rights, *, on: date) -> list[TodoItem]:
    """Return everything that the user has to do, late things first, then by day."""
    found = [item for source in SOURCES for item in source(rights, on=on)[:MOST_TODOS]]
    return sorted(found, key=lambda item: (not item.is_late, item.due_on or date.max, item.title))
