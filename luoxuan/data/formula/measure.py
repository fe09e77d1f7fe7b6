"""Measures: exactly one aggregate over the rows of one dataset, as exact whole numbers.

A numerator or denominator leaves the engine as a HUGEINT that counts units of 10^-scale. Nothing
is divided here, so nothing is rounded here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from luoxuan.data.formula.checking import Checker, refuse_scale, refused
from luoxuan.data.formula.functions import Aggregate, arguments_by_role, function_named
from luoxuan.data.formula.parser import parse
from luoxuan.data.formula.sql import cast, expression_of, text_of, whole
from luoxuan.data.formula.tree import CallNode, Node
from luoxuan.data.formula.types import FieldInfo, FieldType
from luoxuan.data.formula.values import Arithmetic, FieldValue, Value, fields_of

SCALED = (Aggregate.SUM, Aggregate.MEAN, Aggregate.MAXIMUM, Aggregate.MINIMUM)
QUOTIENTS = (Aggregate.MEAN, Aggregate.WEIGHTED_MEAN, Aggregate.SHARE)


@dataclass(frozen=True, slots=True)
class MeasureFormula:
    """A checked measure「度量」: an aggregate, its arguments and the condition of its rows.

    ``hit`` is what a share counts, ``of`` the field whose different values it counts. A missing
    value never satisfies ``condition`` nor ``hit``.
    """

    aggregate: Aggregate
    value: Value | None = None
    weight: Value | None = None
    hit: Value | None = None
    of: Value | None = None
    condition: Value | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields used."""
        return fields_of(self.value, self.weight, self.hit, self.of, self.condition)

    @property
    def numerator_scale(self) -> int:
        """Return how many of the numerator's digits stand after the point."""
        if self.aggregate is Aggregate.WEIGHTED_MEAN:
            return _decimals(self.value) + _decimals(self.weight)
        return _decimals(self.value) if self.aggregate in SCALED else 0

    @property
    def denominator_scale(self) -> int:
        """Return how many of the denominator's digits stand after the point."""
        return _decimals(self.weight)

    def numerator_sql(self) -> str:
        """Return an aggregate over rows: HUGEINT in units of 10^-numerator_scale.

        Missing when there is nothing to add or compare; a count of nothing is 0.
        """
        return text_of(self._numerator())

    def denominator_sql(self) -> str | None:
        """Return the aggregate by which the numerator is divided; None for plain sums."""
        denominator = self._denominator()
        return None if denominator is None else text_of(denominator)

    def counted_sql(self) -> str:
        """Return the condition of the rows that this measure takes in; TRUE for all rows.

        For a share these are the rows of its denominator.
        """
        arguments = (self.value, self.weight, self.of)
        return text_of(self._rows_where(*arguments) or exp.true())

    def numerator_rows_sql(self) -> str:
        """Return the condition of the rows that the numerator counts; TRUE for all rows.

        It differs from :meth:`counted_sql` for a share only.
        """
        arguments = (self.value, self.weight, self.of)
        return text_of(self._rows_where(*arguments, hit=self.hit) or exp.true())

    def _numerator(self) -> exp.Expr:
        match self.aggregate:
            case Aggregate.COUNT:
                return _count(exp.Star(), self._rows_where())
            case Aggregate.DISTINCT:
                return _count(_different(self.value), self._rows_where())
            case Aggregate.SHARE:
                counted = exp.Star() if self.of is None else _different(self.of)
                return _count(counted, self._rows_where(hit=self.hit))
            case Aggregate.WEIGHTED_MEAN:
                total: exp.Expr = exp.Sum(this=expression_of(self._product()))
            case Aggregate.SUM | Aggregate.MEAN:
                total = exp.Sum(this=_required(self.value))
            case Aggregate.MAXIMUM:
                total = exp.Max(this=_required(self.value))
            case Aggregate.MINIMUM:
                total = exp.Min(this=_required(self.value))
        return _scaled(_filtered(total, self._rows_where()), self.numerator_scale)

    def _denominator(self) -> exp.Expr | None:
        match self.aggregate:
            case Aggregate.MEAN:
                return _count(_required(self.value), self._rows_where())
            case Aggregate.WEIGHTED_MEAN:
                total = exp.Sum(this=_required(self.weight))
                rows = self._rows_where(self.value)
                return _scaled(_filtered(total, rows), self.denominator_scale)
            case Aggregate.SHARE:
                counted = exp.Star() if self.of is None else _different(self.of)
                return _count(counted, self._rows_where())
        return None

    def _product(self) -> Value:
        if self.value is None or self.weight is None:
            raise ValueError(self.aggregate)
        kind = self.value.kind
        if self.weight.kind is FieldType.DECIMAL:
            kind = FieldType.DECIMAL
        return Arithmetic("*", self.value, self.weight, kind, self.numerator_scale)

    def _rows_where(self, *present: Value | None, hit: Value | None = None) -> exp.Expr | None:
        """Return the condition, the hit and the presence of values, joined; None for all rows."""
        parts = [expression_of(value) for value in (self.condition, hit) if value is not None]
        parts += [
            exp.Not(this=exp.Is(this=expression_of(value), expression=exp.null()))
            for value in present
            if value is not None
        ]
        return exp.and_(*parts, copy=False) if parts else None


def parse_measure(text: str, fields: Sequence[FieldInfo]) -> MeasureFormula:
    """Read a measure over these fields.

    Raises FormulaRefused.
    """
    node = parse(text)
    signature = function_named(node.name) if isinstance(node, CallNode) else None
    if (
        not isinstance(node, CallNode)
        or signature is None
        or not isinstance(signature.function, Aggregate)
    ):
        # a division of aggregates deserves the hint that it belongs into the indicator
        Checker(fields).value(node)
        raise refused("aggregate_expected", node)
    roles = {role: nodes[0] for role, nodes in arguments_by_role(node, signature).items()}
    return _measure(Checker(fields), signature.function, roles, node)


def _measure(
    checker: Checker, aggregate: Aggregate, roles: Mapping[str, Node], node: Node
) -> MeasureFormula:
    value = checker.value if aggregate is Aggregate.DISTINCT else checker.number
    formula = MeasureFormula(
        aggregate,
        value=value(roles["value"]) if "value" in roles else None,
        weight=checker.number(roles["weight"]) if "weight" in roles else None,
        hit=checker.condition(roles["hit"]) if "hit" in roles else None,
        of=FieldValue(checker.field(roles["of"])) if "of" in roles else None,
        condition=checker.condition(roles["condition"]) if "condition" in roles else None,
    )
    refuse_scale(formula.numerator_scale, node)
    return formula


def _decimals(value: Value | None) -> int:
    return 0 if value is None else value.decimals


def _required(value: Value | None) -> exp.Expr:
    if value is None:
        raise ValueError(value)
    return expression_of(value)


def _different(value: Value | None) -> exp.Expr:
    return exp.Distinct(expressions=[_required(value)])


def _count(counted: exp.Expr, rows: exp.Expr | None) -> exp.Expr:
    return cast(_filtered(exp.Count(this=counted), rows), "HUGEINT")


def _filtered(aggregate: exp.Expr, rows: exp.Expr | None) -> exp.Expr:
    if rows is None:
        return aggregate
    return exp.Filter(this=aggregate, expression=exp.Where(this=rows))


def _scaled(aggregate: exp.Expr, scale: int) -> exp.Expr:
    """Return the aggregate as a whole number of units, scaled once per group, not per row."""
    if not scale:
        return cast(aggregate, "HUGEINT")
    wide = cast(aggregate, f"DECIMAL(38, {scale})")
    return cast(exp.Mul(this=wide, expression=whole(10**scale)), "HUGEINT")
