"""Row formulas: a computed field of one row."""

from collections.abc import Sequence
from dataclasses import dataclass

from luoxuan.data.formula.checking import Checker
from luoxuan.data.formula.parser import parse
from luoxuan.data.formula.sql import expression_of, text_of
from luoxuan.data.formula.types import FieldInfo, FieldType
from luoxuan.data.formula.values import Value, fields_of


@dataclass(frozen=True, slots=True)
class RowFormula:
    """A formula with one value in each row「行公式」."""

    value: Value

    @property
    def type(self) -> FieldType:
        """Return the type of the value; a text is TEXT even if it was read from a code."""
        return self.value.kind

    @property
    def decimals(self) -> int:
        """Return the digits after the point."""
        return self.value.decimals

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields used."""
        return fields_of(self.value)

    def sql(self) -> str:
        """Return the DuckDB expression over bare quoted column names.

        Numbers come out as wide as they were computed: the caller casts to the stored type.
        """
        return text_of(expression_of(self.value))


def parse_row(text: str, fields: Sequence[FieldInfo]) -> RowFormula:
    """Read a row formula over these fields.

    Raises FormulaRefused.
    """
    return RowFormula(Checker(fields).value(parse(text)))
