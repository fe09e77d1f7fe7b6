"""Who uses which dataset, as the packages above say「谁在用」."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from luoxuan.campus.queries import Rights
from luoxuan.core.lineage import Node

Users = Callable[[Rights], Mapping[str, list[Node]]]

_TELLERS: list[Users] = []


def register_users(tell: Users) -> None:
    """Take in a function that says, within a reader's rights, what uses each dataset."""
    if tell not in _TELLERS:
        _TELLERS.append(tell)


def users_by_dataset(rights: Rights) -> dict[str, list[Node]]:
    """Return by name of dataset what uses it, as far as the reader may know."""
    found: dict[str, list[Node]] = defaultdict(list)
    for tell in _TELLERS:
        for name, nodes in tell(rights).items():
            found[name] += nodes
    return found
