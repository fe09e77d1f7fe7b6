"""What the parser makes of a formula: a tree「语法树」 of names and operations, not yet typed.

Every node knows the place it was read from, so that a refusal can point at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the text as written; ``position`` counts from 1."""

    position: int
    length: int

    def to(self, other: Place) -> Place:
        """Return the stretch from the start of this place to the end of ``other``."""
        return Place(self.position, other.position + other.length - self.position)


@dataclass(frozen=True, slots=True)
class NumberNode:
    """A number written out; ``decimals`` counts the digits written after the point."""

    place: Place
    value: Decimal
    decimals: int


@dataclass(frozen=True, slots=True)
class TextNode:
    """A text between quotation marks."""

    place: Place
    value: str


@dataclass(frozen=True, slots=True)
class TruthNode:
    """The word 是 or 否."""

    place: Place
    value: bool


@dataclass(frozen=True, slots=True)
class NameNode:
    """The name of a field or of a measure."""

    place: Place
    name: str


@dataclass(frozen=True, slots=True)
class UnaryNode:
    """An operation on one value: "-" or "not"."""

    place: Place
    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class ArithmeticNode:
    """An operation between two numbers: + - * /."""

    place: Place
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class ComparisonNode:
    """A comparison of two values: = != < <= > >=."""

    place: Place
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class LogicNode:
    """Conditions joined by "and" or "or"; equal neighbors are one node."""

    place: Place
    operator: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MembershipNode:
    """A test whether a value is in a list, or not in it."""

    place: Place
    item: Node
    options: tuple[Node, ...]
    is_negated: bool


@dataclass(frozen=True, slots=True)
class CallNode:
    """A function and its arguments; ``named`` are those written ``名=…``."""

    place: Place
    name: str
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]


Node = (
    NumberNode
    | TextNode
    | TruthNode
    | NameNode
    | UnaryNode
    | ArithmeticNode
    | ComparisonNode
    | LogicNode
    | MembershipNode
    | CallNode
)
