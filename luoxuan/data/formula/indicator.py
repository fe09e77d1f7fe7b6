"""Indicator formulas: rational arithmetic between measures, kept as numerator and denominator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlglot import exp

from luoxuan.data.formula.checking import refuse_scale, refused
from luoxuan.data.formula.measure import MeasureFormula
from luoxuan.data.formula.parser import parse
from luoxuan.data.formula.sql import cast, read, text_of, whole
from luoxuan.data.formula.tokens import same_name
from luoxuan.data.formula.tree import ArithmeticNode, NameNode, Node, NumberNode, UnaryNode

NO_TITLES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rational:
    """The SQL of a quotient of whole numbers; None as denominator means 1.

    Value = (numerator / 10^numerator_scale) / (denominator / 10^denominator_scale).
    """

    numerator_sql: str
    numerator_scale: int
    denominator_sql: str | None
    denominator_scale: int


@dataclass(frozen=True, slots=True)
class IndicatorFormula:
    """A checked formula between measures「指标公式」.

    ``codes`` gives the code of the measure for every name as it is written in ``tree``.
    """

    tree: Node
    codes: Mapping[str, str]
    formulas: Mapping[str, MeasureFormula]
    titles: Mapping[str, str]

    @property
    def measures(self) -> tuple[str, ...]:
        """Return the codes of the measures used, in order, each once."""
        return tuple(dict.fromkeys(self.codes[name] for name in _names(self.tree)))

    def rational(self, columns: Mapping[str, tuple[str, str | None]]) -> Rational:
        """Return numerator and denominator as SQL.

        ``columns`` gives for each measure the SQL columns, such as ``"t"."n"``, that hold its
        scaled numerator and denominator as HUGEINT.
        """
        fraction = self._fraction(self.tree, columns)
        denominator = fraction.denominator
        return Rational(
            text_of(fraction.numerator),
            fraction.numerator_scale,
            None if denominator is None else text_of(denominator),
            fraction.denominator_scale,
        )

    def _fraction(self, node: Node, columns: Mapping[str, tuple[str, str | None]]) -> _Fraction:
        match node:
            case NumberNode():
                return _constant(node)
            case NameNode():
                code = self.codes[node.name]
                return _measured(self.formulas[code], *columns[code])
            case UnaryNode():
                return _negated(self._fraction(node.operand, columns))
            case ArithmeticNode():
                left = self._fraction(node.left, columns)
                right = self._fraction(node.right, columns)
                result = _combined(node.operator, left, right)
                refuse_scale(max(result.numerator_scale, result.denominator_scale), node)
                return result
        raise refused("not_in_indicator", node)


@dataclass(frozen=True, slots=True)
class _Fraction:
    numerator: exp.Expr
    numerator_scale: int = 0
    denominator: exp.Expr | None = None
    denominator_scale: int = 0


def parse_indicator(
    text: str, measures: Mapping[str, MeasureFormula], titles: Mapping[str, str] = NO_TITLES
) -> IndicatorFormula:
    """Read the formula of an indicator; ``titles`` maps codes of measures to their titles.

    Raises FormulaRefused.
    """
    tree = parse(text)
    _refuse_foreign(tree)
    names = {
        name: node for node in _nodes(tree) if isinstance(node, NameNode) for name in [node.name]
    }
    codes = {name: _code(node, measures, titles) for name, node in names.items()}
    if not codes:
        raise refused("measure_expected", tree)
    formula = IndicatorFormula(
        tree, codes, {code: measures[code] for code in codes.values()}, titles
    )
    # building it once finds scales that grow too large
    formula.rational(
        {
            code: ("n", None if measures[code].denominator_sql() is None else "d")
            for code in codes.values()
        }
    )
    return formula


def _code(node: NameNode, measures: Mapping[str, MeasureFormula], titles: Mapping[str, str]) -> str:
    for code in measures:
        if same_name(code) == node.name:
            return code
    found = sorted(code for code in measures if same_name(titles.get(code, "")) == node.name)
    if not found:
        raise refused("unknown_measure", node, name=node.name)
    if len(found) > 1:
        raise refused("ambiguous_name", node, name=node.name, candidates=", ".join(found))
    return found[0]


def _nodes(node: Node) -> list[Node]:
    match node:
        case UnaryNode():
            return [node, *_nodes(node.operand)]
        case ArithmeticNode():
            return [node, *_nodes(node.left), *_nodes(node.right)]
    return [node]


def _names(tree: Node) -> list[str]:
    return [node.name for node in _nodes(tree) if isinstance(node, NameNode)]


def _refuse_foreign(tree: Node) -> None:
    """Refuse all but arithmetic between measures and numbers, and division by a literal 0."""
    for node in _nodes(tree):
        if not isinstance(node, NumberNode | NameNode | UnaryNode | ArithmeticNode):
            raise refused("not_in_indicator", node)
        if isinstance(node, UnaryNode) and node.operator != "-":
            raise refused("not_in_indicator", node)
        if isinstance(node, ArithmeticNode) and node.operator == "/" and _is_zero(node.right):
            raise refused("division_by_zero", node.right)
        if isinstance(node, NumberNode):
            refuse_scale(node.decimals, node)


def _is_zero(node: Node) -> bool:
    if isinstance(node, UnaryNode):
        return _is_zero(node.operand)
    return isinstance(node, NumberNode) and node.value == 0


def _constant(node: NumberNode) -> _Fraction:
    """Return the number with as few decimals as it needs: 60% is 6 tenths."""
    units, scale = int(node.value.scaleb(node.decimals)), node.decimals
    while scale and units % 10 == 0:
        units, scale = units // 10, scale - 1
    return _Fraction(cast(whole(units), "HUGEINT"), scale)


def _measured(formula: MeasureFormula, numerator: str, denominator: str | None) -> _Fraction:
    top = read(numerator)
    if denominator is None:
        return _Fraction(top, formula.numerator_scale)
    bottom = read(denominator)
    return _Fraction(top, formula.numerator_scale, bottom, formula.denominator_scale)


def _negated(fraction: _Fraction) -> _Fraction:
    return _Fraction(
        exp.Paren(this=exp.Neg(this=fraction.numerator)),
        fraction.numerator_scale,
        fraction.denominator,
        fraction.denominator_scale,
    )


def _combined(operator: str, left: _Fraction, right: _Fraction) -> _Fraction:
    if operator == "*":
        return _product(left, right)
    if operator == "/":
        return _quotient(left, right)
    return _sum(operator, left, right)


def _product(left: _Fraction, right: _Fraction) -> _Fraction:
    return _Fraction(
        _times(left.numerator, right.numerator),
        left.numerator_scale + right.numerator_scale,
        _times_or_one(left.denominator, right.denominator),
        left.denominator_scale + right.denominator_scale,
    )


def _quotient(left: _Fraction, right: _Fraction) -> _Fraction:
    """Divide; a divisor without a value (its own denominator is 0) leaves nothing, not zero."""
    top = left.numerator
    if right.denominator is not None:
        top = _times(top, exp.Nullif(this=right.denominator, expression=whole(0)))
    return _Fraction(
        top,
        left.numerator_scale + right.denominator_scale,
        _times_or_one(left.denominator, right.numerator),
        left.denominator_scale + right.numerator_scale,
    )


def _sum(operator: str, left: _Fraction, right: _Fraction) -> _Fraction:
    """Add or subtract over one denominator, multiplied out only if the two differ."""
    denominator, denominator_scale = left.denominator, left.denominator_scale
    if (left.denominator, left.denominator_scale) != (right.denominator, right.denominator_scale):
        shared = _Fraction(
            whole(1),
            0,
            _times_or_one(left.denominator, right.denominator),
            left.denominator_scale + right.denominator_scale,
        )
        left, right = _expanded(left, right), _expanded(right, left)
        denominator, denominator_scale = shared.denominator, shared.denominator_scale
    scale = max(left.numerator_scale, right.numerator_scale)
    kind = exp.Add if operator == "+" else exp.Sub
    total = kind(this=_aligned(left, scale), expression=_aligned(right, scale))
    return _Fraction(exp.Paren(this=total), scale, denominator, denominator_scale)


def _expanded(fraction: _Fraction, other: _Fraction) -> _Fraction:
    if other.denominator is None:
        return fraction
    return _Fraction(
        _times(fraction.numerator, other.denominator),
        fraction.numerator_scale + other.denominator_scale,
    )


def _aligned(fraction: _Fraction, scale: int) -> exp.Expr:
    missing_digits = scale - fraction.numerator_scale
    if not missing_digits:
        return fraction.numerator
    return _times(fraction.numerator, whole(10**missing_digits))


def _times(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.Mul(this=left, expression=right))


def _times_or_one(left: exp.Expr | None, right: exp.Expr | None) -> exp.Expr | None:
    if left is None or right is None:
        return right if left is None else left
    return _times(left, right)
