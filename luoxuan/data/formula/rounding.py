"""The one rounding of a reading: half to even, in whole numbers, in the engine and in Python."""

from decimal import Decimal

from sqlglot import exp

from luoxuan.data.formula.sql import cast, read, text_of, whole


def half_even(numerator: int, denominator: int, decimals: int) -> Decimal:
    """Return numerator / denominator rounded half to even to ``decimals`` digits.

    Raises ZeroDivisionError when the denominator is 0: such a reading is missing, not a number.
    """
    top, bottom = abs(numerator) * 10**decimals, abs(denominator)
    quotient, remainder = divmod(top, bottom)
    rest = bottom - remainder
    if remainder > rest or (remainder == rest and quotient % 2):
        quotient += 1
    is_negative = quotient != 0 and (numerator < 0) != (denominator < 0)
    # built from digits, because Decimal arithmetic would round to its context
    digits = tuple(int(digit) for digit in str(quotient))
    return Decimal((int(is_negative), digits, -decimals))


def rounded_sql(
    numerator_sql: str,
    numerator_scale: int,
    denominator_sql: str | None,
    denominator_scale: int,
    decimals: int,
) -> str:
    """Return a HUGEINT expression of the quotient in units of 10^-decimals, half to even.

    Missing if a part is missing or the denominator is 0.
    """
    numerator = read(numerator_sql)
    denominator = whole(1) if denominator_sql is None else read(denominator_sql)
    power = (denominator_scale if denominator_sql else 0) + decimals - numerator_scale
    top = _times(numerator, 10 ** max(power, 0))
    if denominator_sql is None and power >= 0:
        return text_of(top)
    return text_of(_quotient(top, _times(denominator, 10 ** max(-power, 0))))


def _times(expression: exp.Expr, factor: int) -> exp.Expr:
    if factor == 1:
        return expression
    return exp.Paren(this=exp.Mul(this=expression, expression=cast(whole(factor), "HUGEINT")))


def _quotient(top: exp.Expr, bottom: exp.Expr) -> exp.Expr:
    """Return the rounded quotient of whole numbers.

    // and % of DuckDB cut towards zero, so magnitudes are divided and the sign is put back.
    """
    size, base = exp.Abs(this=top), exp.Abs(this=exp.Nullif(this=bottom, expression=whole(0)))
    quotient = exp.IntDiv(this=size, expression=base)
    remainder = exp.Mod(this=size, expression=base)
    rest = exp.Paren(this=exp.Sub(this=base, expression=remainder))
    is_odd = exp.EQ(
        this=exp.Mod(this=exp.Paren(this=quotient), expression=whole(2)), expression=whole(1)
    )
    is_up = exp.or_(
        exp.GT(this=remainder, expression=rest),
        exp.and_(exp.EQ(this=remainder, expression=rest), is_odd),
    )
    step = exp.Case().when(is_up, whole(1)).else_(whole(0))
    rounded = exp.Paren(this=exp.Add(this=quotient, expression=step))
    differ = exp.NEQ(
        this=exp.Paren(this=exp.LT(this=top, expression=whole(0))),
        expression=exp.Paren(this=exp.LT(this=bottom, expression=whole(0))),
    )
    return exp.Case().when(differ, exp.Neg(this=rounded)).else_(rounded)
