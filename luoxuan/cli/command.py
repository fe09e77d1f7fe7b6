"""What every command has in common: how it is declared, how it ends, what it may be refused for."""

import argparse
from collections.abc import Callable
from typing import Protocol

from luoxuan.core.errors import Refused

DONE, REFUSED, USAGE, INTERNAL = 0, 1, 2, 3
Command = Callable[[argparse.Namespace], int]


class NotFound(Refused):
    """What a command names does not exist."""


class Add(Protocol):
    """Declares one command: its name, what runs, what it is about, an example."""

    def __call__(
        self, name: str, command: Command, about: str, example: str
    ) -> argparse.ArgumentParser:
        """Return the parser of the new command."""
        ...
