"""The formula language「公式语言」: row formulas, measures and indicators, written as exact SQL."""

from luoxuan.data.formula.explain import explain
from luoxuan.data.formula.functions import Aggregate
from luoxuan.data.formula.indicator import IndicatorFormula, Rational, parse_indicator
from luoxuan.data.formula.measure import MeasureFormula, parse_measure
from luoxuan.data.formula.refusals import FormulaRefused, describe
from luoxuan.data.formula.rounding import half_even, rounded_sql
from luoxuan.data.formula.row import RowFormula, parse_row
from luoxuan.data.formula.types import FieldInfo, FieldType

__all__ = [
    "Aggregate",
    "FieldInfo",
    "FieldType",
    "FormulaRefused",
    "IndicatorFormula",
    "MeasureFormula",
    "Rational",
    "RowFormula",
    "describe",
    "explain",
    "half_even",
    "parse_indicator",
    "parse_measure",
    "parse_row",
    "rounded_sql",
]
