"""Write checked values as SQL of DuckDB, built from sqlglot expressions, never from text.

Arithmetic is exact: integers become HUGEINT and products DECIMAL(38, s) before they can overflow
the 64 bits they are stored in; beyond 38 digits the engine stops with an error, never with a
rounded number.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from sqlglot import exp

from luoxuan.data.formula.functions import Scalar
from luoxuan.data.formula.types import FieldType
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

DIALECT = "duckdb"

COLUMN = re.compile(r'[\w."]+')

ARITHMETIC: Mapping[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}
COMPARISONS: Mapping[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}


def text_of(expression: exp.Expr) -> str:
    """Return the SQL text of an expression."""
    return expression.sql(dialect=DIALECT)


def expression_of(value: Value) -> exp.Expr:
    """Return the SQL expression of a value over the bare columns of one row."""
    match value:
        case FieldValue():
            return exp.column(value.field.name, quoted=True)
        case Literal():
            return _literal(value)
        case Negative():
            return exp.Neg(this=_exact_operand(value.operand))
        case Arithmetic():
            return _arithmetic(value)
        case Comparison():
            left, right = expression_of(value.left), expression_of(value.right)
            return exp.Paren(this=COMPARISONS[value.operator](this=left, expression=right))
        case Membership():
            options = [expression_of(option) for option in value.options]
            test = exp.In(this=expression_of(value.item), expressions=options)
            return exp.Paren(this=exp.Not(this=test) if value.is_negated else test)
        case Logic():
            join = exp.and_ if value.operator == "and" else exp.or_
            parts = [expression_of(part) for part in value.parts]
            return exp.Paren(this=join(*parts, copy=False))
        case Not():
            return exp.Paren(this=exp.Not(this=expression_of(value.operand)))
        case Applied():
            return FUNCTIONS[value.function](value)


def read(sql: str) -> exp.Expr:
    """Return SQL that this package or its caller wrote, never a user's text, as one operand.

    It is not parsed again: the brackets of a long chain are deeper than sqlglot's parser can go.
    """
    operand = exp.Var(this=sql)
    return operand if COLUMN.fullmatch(sql) else exp.Paren(this=operand)


def cast(expression: exp.Expr, type_name: str) -> exp.Expr:
    """Return the expression cast to a type of DuckDB."""
    return exp.Cast(this=expression, to=exp.DataType.build(type_name, dialect=DIALECT))


def whole(number: int) -> exp.Expr:
    """Return an integer literal."""
    literal = exp.Literal.number(abs(number))
    return exp.Paren(this=exp.Neg(this=literal)) if number < 0 else literal


def _literal(literal: Literal) -> exp.Expr:
    value = literal.value
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, str):
        return exp.Literal.string(value)
    if isinstance(value, date):
        written = exp.Literal.string(value.isoformat())
        return cast(written, "DATE" if literal.kind is FieldType.DATE else "TIMESTAMP")
    return _decimal(value, literal.decimals)


def _decimal(value: Decimal, decimals: int) -> exp.Expr:
    number = exp.Literal.number(f"{abs(value):.{decimals}f}")
    return exp.Paren(this=exp.Neg(this=number)) if value < 0 else number


def _exact_operand(value: Value) -> exp.Expr:
    """Return an operand of arithmetic, wide enough that 64 bits never overflow."""
    expression = expression_of(value)
    if isinstance(value, Literal | Arithmetic | Negative):
        return expression
    if value.kind is FieldType.INTEGER:
        return cast(expression, "HUGEINT")
    return cast(expression, f"DECIMAL(38, {value.decimals})")


def _arithmetic(value: Arithmetic) -> exp.Expr:
    left, right = _exact_operand(value.left), _exact_operand(value.right)
    if isinstance(value.left, Literal) and isinstance(value.right, Literal):
        wide = "HUGEINT" if value.left.kind is FieldType.INTEGER else "DECIMAL(38, {})"
        left = cast(left, wide.format(value.left.decimals))
    return exp.Paren(this=ARITHMETIC[value.operator](this=left, expression=right))


def _in_common_type(part: Value, whole_value: Applied) -> exp.Expr:
    """Return a branch in the type of the whole, where numbers of two scales meet."""
    expression = expression_of(part)
    if whole_value.kind is not FieldType.DECIMAL:
        return expression
    return cast(expression, f"DECIMAL(38, {whole_value.decimals})")


def _if(value: Applied) -> exp.Expr:
    condition, then, otherwise = value.arguments
    return (
        exp.Case()
        .when(expression_of(condition), _in_common_type(then, value))
        .else_(_in_common_type(otherwise, value))
    )


def _default(value: Applied) -> exp.Expr:
    first, fallback = (_in_common_type(part, value) for part in value.arguments)
    return exp.Coalesce(this=first, expressions=[fallback])


def _concat(value: Applied) -> exp.Expr:
    """Join with ||, which is missing as soon as one part is."""
    first, *rest = (cast(expression_of(part), "TEXT") for part in value.arguments)
    joined = first
    for part in rest:
        joined = exp.DPipe(this=joined, expression=part, safe=True)
    return exp.Paren(this=joined)


def _only(value: Applied) -> exp.Expr:
    return expression_of(value.arguments[0])


FUNCTIONS: Mapping[Scalar, Callable[[Applied], exp.Expr]] = {
    Scalar.IF: _if,
    Scalar.DEFAULT: _default,
    Scalar.DATE: lambda value: cast(_only(value), "DATE"),
    Scalar.YEAR: lambda value: exp.Year(this=_only(value)),
    Scalar.MONTH: lambda value: exp.Month(this=_only(value)),
    Scalar.CONCAT: _concat,
    Scalar.MISSING: lambda value: exp.Paren(this=exp.Is(this=_only(value), expression=exp.null())),
}
