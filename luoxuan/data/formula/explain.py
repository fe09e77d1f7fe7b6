"""Say in words what a formula computes, in Chinese or in English.

Two tables of templates instead of a gettext catalogue, because this package knows no Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from luoxuan.data.formula.functions import Aggregate, Scalar
from luoxuan.data.formula.indicator import IndicatorFormula
from luoxuan.data.formula.measure import QUOTIENTS, MeasureFormula
from luoxuan.data.formula.row import RowFormula
from luoxuan.data.formula.tree import ArithmeticNode, NameNode, Node, NumberNode, UnaryNode
from luoxuan.data.formula.types import FieldInfo
from luoxuan.data.formula.values import (
    Applied,
    Arithmetic,
    Comparison,
    FieldValue,
    Literal,
    Logic,
    Membership,
    Negative,
    Not,
    Value,
)

SIGNS = {
    "*": "\N{MULTIPLICATION SIGN}",
    "/": "\N{DIVISION SIGN}",
    "-": "\N{MINUS SIGN}",
    "!=": "\N{NOT EQUAL TO}",
    "<=": "\N{LESS-THAN OR EQUAL TO}",
    ">=": "\N{GREATER-THAN OR EQUAL TO}",
}

CHINESE: Mapping[str, str] = {
    "true": "是",
    "false": "否",
    "text": "“{text}”",
    "and": " 且 ",
    "or": " 或 ",
    "not": "并非（{value}）",
    "in": "{value} 属于 {options}",
    "not_in": "{value} 不属于 {options}",
    "comma": "、",
    "group": "（{value}）",
    "if": "若 {0} 则为 {1}，否则为 {2}",
    "default": "{0}（缺失时为 {1}）",
    "date": "{0}的日期",
    "year": "{0}的年份",
    "month": "{0}的月份",
    "concat": "依次连接 {all}",
    "missing": "{0} 缺失",
    "all_rows": "全部行数",
    "rows": "{where} 的行数",
    "scope": "在 {where} 的行中，",
    "different": "{scope}不同的 {value} 的个数",
    "sum": "{scope}{value} 的合计",
    "present": "{scope}有 {value} 的行数",
    "max": "{scope}{value} 的最大值",
    "min": "{scope}{value} 的最小值",
    "weighted": "{scope}{value} {times} {weight} 的合计",
    "weights": "{scope}有 {value} 的行中 {weight} 的合计",
    "quotient": "分子：{numerator}；分母：{denominator}",
    "where_indicator": "{formula}。其中 {measures}",
    "measure": "{title} = {words}",
    "semicolon": "；",
}

ENGLISH: Mapping[str, str] = {
    "true": "yes",
    "false": "no",
    "text": "“{text}”",
    "and": " and ",
    "or": " or ",
    "not": "not ({value})",
    "in": "{value} is one of {options}",
    "not_in": "{value} is none of {options}",
    "comma": ", ",
    "group": "({value})",
    "if": "{1} if {0}, else {2}",
    "default": "{0} ({1} where missing)",
    "date": "the date of {0}",
    "year": "the year of {0}",
    "month": "the month of {0}",
    "concat": "{all} joined",
    "missing": "{0} is missing",
    "all_rows": "number of all rows",
    "rows": "number of rows where {where}",
    "scope": "among rows where {where}, ",
    "different": "{scope}number of different {value}",
    "sum": "{scope}sum of {value}",
    "present": "{scope}number of rows that have {value}",
    "max": "{scope}greatest {value}",
    "min": "{scope}least {value}",
    "weighted": "{scope}sum of {value} {times} {weight}",
    "weights": "{scope}sum of {weight} over rows that have {value}",
    "quotient": "Numerator: {numerator}; denominator: {denominator}",
    "where_indicator": "{formula}. Here {measures}",
    "measure": "{title} = {words}",
    "semicolon": "; ",
}


def explain(formula: RowFormula | MeasureFormula | IndicatorFormula, language: str = "zh") -> str:
    """Return the meaning of a formula in words; ``language`` is "zh" or "en"."""
    words = _Words(CHINESE, is_chinese=True)
    if not language.startswith("zh"):
        words = _Words(ENGLISH, is_chinese=False)
    match formula:
        case RowFormula():
            return words.value(formula.value)
        case MeasureFormula():
            return words.measure(formula)
        case IndicatorFormula():
            return words.indicator(formula)


@dataclass(frozen=True, slots=True)
class _Words:
    """One language: its templates and its choice of titles."""

    templates: Mapping[str, str]
    is_chinese: bool

    def indicator(self, formula: IndicatorFormula) -> str:
        measures = [
            self._say(
                "measure",
                title=formula.titles.get(code, code),
                words=self.measure(formula.formulas[code]),
            )
            for code in formula.measures
        ]
        written = self._terms(formula.tree, formula)
        joined = self.templates["semicolon"].join(measures)
        return self._say("where_indicator", formula=written, measures=joined)

    def measure(self, formula: MeasureFormula) -> str:
        numerator = self._numerator(formula)
        if formula.aggregate not in QUOTIENTS:
            return numerator
        return self._say("quotient", numerator=numerator, denominator=self._denominator(formula))

    def value(self, value: Value) -> str:
        match value:
            case FieldValue():
                return self._title(value.field)
            case Literal():
                return self._literal(value)
            case Negative():
                return SIGNS["-"] + self._grouped(value.operand)
            case Arithmetic() | Comparison():
                sign = SIGNS.get(value.operator, value.operator)
                return f"{self._grouped(value.left)} {sign} {self._grouped(value.right)}"
            case Logic():
                return self.templates[value.operator].join(
                    self._grouped(part) if isinstance(part, Logic) else self.value(part)
                    for part in value.parts
                )
            case Not():
                return self._say("not", value=self.value(value.operand))
            case Membership():
                options = self.templates["comma"].join(map(self.value, value.options))
                key = "not_in" if value.is_negated else "in"
                return self._say(key, value=self._grouped(value.item), options=options)
            case Applied():
                return self._applied(value)

    def _applied(self, value: Applied) -> str:
        said = [self.value(argument) for argument in value.arguments]
        if value.function is Scalar.CONCAT:
            return self._say("concat", all=self.templates["comma"].join(said))
        return self.templates[value.function].format(*said)

    def _numerator(self, formula: MeasureFormula) -> str:
        match formula.aggregate:
            case Aggregate.COUNT:
                return self._rows(formula.condition)
            case Aggregate.SHARE:
                met = _both(formula.hit, formula.condition)
                return self._rows(met) if formula.of is None else self._different(formula.of, met)
            case Aggregate.DISTINCT:
                return self._different(formula.value, formula.condition)
            case Aggregate.WEIGHTED_MEAN:
                return self._over("weighted", formula)
            case Aggregate.SUM | Aggregate.MEAN:
                return self._over("sum", formula)
            case Aggregate.MAXIMUM | Aggregate.MINIMUM:
                return self._over(formula.aggregate, formula)

    def _denominator(self, formula: MeasureFormula) -> str:
        if formula.aggregate is Aggregate.MEAN:
            return self._over("present", formula)
        if formula.aggregate is Aggregate.WEIGHTED_MEAN:
            return self._over("weights", formula)
        if formula.of is None:
            return self._rows(formula.condition)
        return self._different(formula.of, formula.condition)

    def _over(self, key: str, formula: MeasureFormula) -> str:
        return self._say(
            key,
            scope=self._scope(formula.condition),
            value=self._argument(formula.value),
            weight=self._argument(formula.weight),
            times=SIGNS["*"],
        )

    def _rows(self, condition: Value | None) -> str:
        if condition is None:
            return self.templates["all_rows"]
        return self._say("rows", where=self.value(condition))

    def _different(self, value: Value | None, condition: Value | None) -> str:
        scope = self._scope(condition)
        return self._say("different", scope=scope, value=self._argument(value))

    def _scope(self, condition: Value | None) -> str:
        return "" if condition is None else self._say("scope", where=self.value(condition))

    def _argument(self, value: Value | None) -> str:
        return "" if value is None else self._grouped(value)

    def _grouped(self, value: Value) -> str:
        said = self.value(value)
        if isinstance(value, Arithmetic | Comparison | Logic):
            return self._say("group", value=said)
        return said

    def _title(self, field: FieldInfo) -> str:
        """Choose the title in the language; titles of a field carry no mark of theirs."""
        fitting = [title for title in field.titles if title.isascii() is not self.is_chinese]
        return next(iter(fitting or field.titles), field.name)

    def _literal(self, literal: Literal) -> str:
        value = literal.value
        if isinstance(value, bool):
            return self.templates["true" if value else "false"]
        if isinstance(value, str):
            return self._say("text", text=value)
        if isinstance(value, date):
            return value.isoformat()
        return _written(value)

    def _terms(self, node: Node, formula: IndicatorFormula) -> str:
        match node:
            case NumberNode():
                return _written(node.value)
            case NameNode():
                code = formula.codes[node.name]
                return formula.titles.get(code, code)
            case UnaryNode():
                return SIGNS["-"] + self._grouped_terms(node.operand, formula)
            case ArithmeticNode():
                sign = SIGNS.get(node.operator, node.operator)
                left = self._grouped_terms(node.left, formula)
                return f"{left} {sign} {self._grouped_terms(node.right, formula)}"
        raise TypeError(node)

    def _grouped_terms(self, node: Node, formula: IndicatorFormula) -> str:
        said = self._terms(node, formula)
        return self._say("group", value=said) if isinstance(node, ArithmeticNode) else said

    def _say(self, key: str, **parts: str) -> str:
        return self.templates[key].format(**parts)


def _written(value: Decimal) -> str:
    return f"{value:f}"


def _both(first: Value | None, second: Value | None) -> Value | None:
    if first is None or second is None:
        return second if first is None else first
    return Logic("and", (first, second))
