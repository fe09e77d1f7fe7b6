"""What is made of what「数据血缘」; every package names its own, the portal puts them together."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class NodeKind(StrEnum):
    """What stands at a place of the lineage「血缘环节」, from the origin to the use."""

    SOURCE = "SOURCE"
    IMPORT = "IMPORT"
    DATASET = "DATASET"
    MEASURE = "MEASURE"
    STATISTIC = "STATISTIC"
    INDICATOR = "INDICATOR"
    TASK_LIST = "TASK_LIST"
    WATCH = "WATCH"
    DIAGNOSIS_POINT = "DIAGNOSIS_POINT"
    REPORT = "REPORT"
    EXCHANGE = "EXCHANGE"


@dataclass(frozen=True, slots=True)
class Node:
    """One thing of the lineage「血缘节点」; ``url`` is empty for whom may not open it."""

    kind: NodeKind
    code: str
    title: str
    title_en: str = ""
    url: str = ""

    @property
    def key(self) -> str:
        """Return what ties name the node by."""
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class Tie:
    """That one thing reads another「血缘关系」; ``fields`` are those it reads, None for all."""

    origin: str
    user: str
    fields: frozenset[str] | None = None

    def reads(self, name: str) -> bool:
        """Tell whether a field is read; no name asks for the thing as a whole."""
        return not name or self.fields is None or name in self.fields


@dataclass(slots=True)
class Lineage:
    """Things and how they read each other「数据血缘」."""

    nodes: dict[str, Node] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)

    def add(self, node: Node) -> Node:
        """Take a thing in; the first of a key stays."""
        return self.nodes.setdefault(node.key, node)

    def tie(self, origin: str, user: str, fields: Iterable[str] | None = None) -> None:
        """Say that ``user`` reads these fields of ``origin``, all of them without a word."""
        self.ties.append(Tie(origin, user, None if fields is None else frozenset(fields)))

    def join(self, other: "Lineage") -> None:
        """Take in what another package says."""
        for node in other.nodes.values():
            self.add(node)
        self.ties += other.ties

    def users_of(self, key: str, *, name: str = "") -> dict[str, int]:
        """Return the keys of all that depend on a node, with the number of steps to it.

        With ``name`` only what depends on that field: a dataset that looks it up hands it on.
        """
        outgoing = self._ties_by(lambda tie: tie.origin)
        found: dict[str, int] = {}
        todo = deque([(key, name, 0)])
        seen = {(key, name)}
        while todo:
            here, wanted, n_steps = todo.popleft()
            for tie in outgoing.get(here, ()):
                if tie.user not in self.nodes or not tie.reads(wanted):
                    continue
                # Only a dataset that looks a field up has it as a field of its own.
                further = wanted if tie.user.startswith(f"{NodeKind.DATASET}:") else ""
                if (tie.user, further) not in seen:
                    seen.add((tie.user, further))
                    if tie.user != key:
                        found.setdefault(tie.user, n_steps + 1)
                    todo.append((tie.user, further, n_steps + 1))
        return found

    def origins_of(self, key: str) -> dict[str, int]:
        """Return the keys of all that a node depends on, with the number of steps to it."""
        incoming = self._ties_by(lambda tie: tie.user)
        found = {key: 0}
        todo = deque([key])
        while todo:
            here = todo.popleft()
            for tie in incoming.get(here, ()):
                if tie.origin in self.nodes and tie.origin not in found:
                    found[tie.origin] = found[here] + 1
                    todo.append(tie.origin)
        del found[key]
        return found

    def _ties_by(self, end: Callable[[Tie], str]) -> Mapping[str, list[Tie]]:
        found = defaultdict(list)
        for tie in self.ties:
            found[end(tie)].append(tie)
        return found
