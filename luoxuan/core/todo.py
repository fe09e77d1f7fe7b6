"""What a person has to do「待办」; every package names its own, the portal puts them together."""

from dataclasses import dataclass
from datetime import date

MOST_TODOS = 50
"""How many things to do a package names at most, and how many rows it reads for one kind."""


@dataclass(frozen=True, slots=True)
class TodoItem:
    """One thing to do「待办」: what, where, until when; ``kind`` is the word of its package."""

    title: str
    url: str
    kind: str
    due_on: date | None = None
    is_late: bool = False
