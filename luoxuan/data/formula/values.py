"""A formula after checking: every name is a field and every value has a type and a scale.

Values of type CODE are TEXT here. A condition is a value of type BOOLEAN; it follows the
three-valued logic of SQL, so that neither ``x > 5`` nor ``not (x > 5)`` takes in a row whose x is
missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from luoxuan.data.formula.functions import Scalar
from luoxuan.data.formula.types import FieldInfo, FieldType


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The value of a field in a row."""

    field: FieldInfo

    @property
    def kind(self) -> FieldType:
        """Return the type of the field."""
        return FieldType.TEXT if self.field.type is FieldType.CODE else self.field.type

    @property
    def decimals(self) -> int:
        """Return the digits after the point."""
        return self.field.decimals if self.kind is FieldType.DECIMAL else 0


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out; a TIME literal is the midnight that begins its date."""

    kind: FieldType
    value: Decimal | str | bool | date
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Negative:
    """A number with its sign changed."""

    operand: Value
    kind: FieldType
    decimals: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A sum, difference or product of two numbers, exact."""

    operator: str
    left: Value
    right: Value
    kind: FieldType
    decimals: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of two values of comparable types."""

    operator: str
    left: Value
    right: Value
    kind: FieldType = FieldType.BOOLEAN
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Membership:
    """A test whether a value is one of several written out."""

    item: Value
    options: tuple[Value, ...]
    is_negated: bool
    kind: FieldType = FieldType.BOOLEAN
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Logic:
    """Conditions joined by "and" or "or"."""

    operator: str
    parts: tuple[Value, ...]
    kind: FieldType = FieldType.BOOLEAN
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    """A condition turned round."""

    operand: Value
    kind: FieldType = FieldType.BOOLEAN
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Applied:
    """A function applied to values of one row."""

    function: Scalar
    arguments: tuple[Value, ...]
    kind: FieldType
    decimals: int = 0


Value = (
    FieldValue | Literal | Negative | Arithmetic | Comparison | Membership | Logic | Not | Applied
)


def parts_of(value: Value) -> tuple[Value, ...]:
    """Return the values of which a value is directly made."""
    match value:
        case FieldValue() | Literal():
            return ()
        case Negative() | Not():
            return (value.operand,)
        case Arithmetic() | Comparison():
            return (value.left, value.right)
        case Membership():
            return (value.item, *value.options)
        case Logic():
            return value.parts
        case Applied():
            return value.arguments


def fields_of(*values: Value | None) -> tuple[str, ...]:
    """Return the names of all fields used, in order, each once."""
    names: dict[str, None] = {}
    waiting = [value for value in reversed(values) if value is not None]
    while waiting:
        value = waiting.pop()
        if isinstance(value, FieldValue):
            names[value.field.name] = None
        waiting.extend(reversed(parts_of(value)))
    return tuple(names)
