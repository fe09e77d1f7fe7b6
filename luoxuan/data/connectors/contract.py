"""What a connector is asked for and what it hands back; knows neither Django nor the database."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any

from luoxuan.core.errors import Refused

Network = IPv4Network | IPv6Network


class ConnectorRefused(Refused):
    """Another system was not asked, or did not answer as it should「采集被拒」."""


@dataclass(frozen=True, slots=True)
class Marked:
    """How far rows were taken「水位」: the greatest value so far of the column that grows."""

    column: str
    last: Any = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of another system「采集请求」; the secret is shown nowhere.

    ``selection`` is a table, a query or a JSON pointer; ``next_page`` a pointer to the next link
    or the name of the page's parameter; ``user`` who logs in.
    """

    address: str
    selection: str
    user: str = ""
    secret: str = field(default="", repr=False)
    next_page: str = ""
    marked: Marked | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may come, how long it may take and where it may come from「采集限度」.

    ``networks`` are allowed although they are not public; ``folders`` are those that may be read.
    """

    rows: int
    seconds: float
    n_bytes: int
    networks: Sequence[Network] = ()
    folders: Sequence[Path] = ()
    ends_at: float = 0.0

    def started(self) -> "Bounds":
        """Return the same bounds with the clock running."""
        return replace(self, ends_at=time.monotonic() + self.seconds)

    def seconds_left(self) -> float:
        """Return the seconds that are left. Raises ConnectorRefused when the time is over."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise ConnectorRefused("source_too_slow", seconds=int(self.seconds))
        return left


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows on their way in「采集行」: the names of the columns, then batches of values."""

    columns: tuple[str, ...]
    batches: Iterator[Sequence[Sequence[Any]]]


Connector = Callable[[Wanted, Bounds], AbstractContextManager[Rows]]
