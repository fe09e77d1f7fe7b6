"""What a field「字段」 is to a formula and to an import: its name, its titles and its type."""

from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    """The type「字段类型」 in which a field is stored."""

    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field as formulas see it: a column, its type and every name by which it may be written.

    ``decimals`` counts digits after the point; it is 0 unless the type is DECIMAL.
    """

    name: str
    type: FieldType
    titles: tuple[str, ...] = ()
    decimals: int = 0
