"""The functions「函数」 of the language: their names in both languages and their parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from luoxuan.data.formula.refusals import FormulaRefused
from luoxuan.data.formula.tree import CallNode, Node


class Aggregate(StrEnum):
    """A function that makes one number of many rows「汇总函数」."""

    COUNT = "count"
    DISTINCT = "distinct"
    SUM = "sum"
    MEAN = "mean"
    WEIGHTED_MEAN = "weighted_mean"
    SHARE = "share"
    MAXIMUM = "max"
    MINIMUM = "min"


class Scalar(StrEnum):
    """A function that makes one value of the values of one row."""

    IF = "if"
    DEFAULT = "default"
    DATE = "date"
    YEAR = "year"
    MONTH = "month"
    CONCAT = "concat"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter「参数」 of a function; ``keywords`` are the names by which it may be given."""

    role: str
    keywords: tuple[str, ...] = ()
    is_positional: bool = True
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Signature:
    """A function and its parameters, positional ones first; ``repeats`` lets the last recur."""

    function: Aggregate | Scalar
    parameters: tuple[Parameter, ...]
    repeats: bool = False


VALUE = Parameter("value")
WEIGHT = Parameter("weight", ("权", "weight"))
HIT = Parameter("hit")
WHERE = Parameter("condition", ("条件", "where"), is_positional=False, is_required=False)
COUNT_WHERE = Parameter("condition", ("条件", "where"), is_required=False)
OF = Parameter("of", ("按", "of"), is_positional=False, is_required=False)

SIGNATURES = (
    (("计数", "count"), Signature(Aggregate.COUNT, (COUNT_WHERE,))),
    (("去重计数", "distinct"), Signature(Aggregate.DISTINCT, (VALUE, WHERE))),
    (("求和", "sum"), Signature(Aggregate.SUM, (VALUE, WHERE))),
    (("平均", "mean"), Signature(Aggregate.MEAN, (VALUE, WHERE))),
    (
        ("加权平均", "weighted_mean"),
        Signature(Aggregate.WEIGHTED_MEAN, (VALUE, WEIGHT, WHERE)),
    ),
    (("占比", "share"), Signature(Aggregate.SHARE, (HIT, OF, WHERE))),
    (("最大", "max"), Signature(Aggregate.MAXIMUM, (VALUE, WHERE))),
    (("最小", "min"), Signature(Aggregate.MINIMUM, (VALUE, WHERE))),
    (
        ("若", "if"),
        Signature(Scalar.IF, (HIT, Parameter("then"), Parameter("otherwise"))),
    ),
    (("缺省", "default"), Signature(Scalar.DEFAULT, (VALUE, Parameter("fallback")))),
    (
        ("日期", "date"),
        Signature(
            Scalar.DATE,
            (VALUE, Parameter("month", is_required=False), Parameter("day", is_required=False)),
        ),
    ),
    (("年", "year"), Signature(Scalar.YEAR, (VALUE,))),
    (("月", "month"), Signature(Scalar.MONTH, (VALUE,))),
    (("连接", "concat"), Signature(Scalar.CONCAT, (VALUE,), repeats=True)),
    (("缺失", "missing"), Signature(Scalar.MISSING, (VALUE,))),
)
FUNCTIONS: Mapping[str, Signature] = {
    name: signature for names, signature in SIGNATURES for name in names
}
CHINESE_NAMES: Mapping[Aggregate | Scalar, str] = {
    signature.function: names[0] for names, signature in SIGNATURES
}


def function_named(name: str) -> Signature | None:
    """Return the function of that name; ASCII names match in any case."""
    return FUNCTIONS.get(name.lower())


def keyword_parameter(signature: Signature, name: str) -> Parameter | None:
    """Return the parameter that ``name=`` gives in a call of this function."""
    for parameter in signature.parameters:
        if name.lower() in parameter.keywords:
            return parameter
    return None


def arguments_by_role(call: CallNode, signature: Signature) -> dict[str, tuple[Node, ...]]:
    """Give every argument of a call to its parameter; an absent one has no entry.

    Raises FormulaRefused.
    """
    roles: dict[str, tuple[Node, ...]] = {}
    places = [parameter for parameter in signature.parameters if parameter.is_positional]
    for index, argument in enumerate(call.arguments):
        if index >= len(places) and not signature.repeats:
            raise _refused("arguments_too_many", argument, function=call.name)
        role = places[min(index, len(places) - 1)].role
        roles[role] = (*roles.get(role, ()), argument)
    for name, argument in call.named:
        parameter = keyword_parameter(signature, name)
        if parameter is None or parameter.role in roles:
            raise _refused("argument_repeated", argument, argument=name)
        roles[parameter.role] = (argument,)
    _refuse_missing(call, signature, roles)
    return roles


def _refuse_missing(
    call: CallNode, signature: Signature, roles: Mapping[str, tuple[Node, ...]]
) -> None:
    for parameter in signature.parameters:
        if parameter.is_required and parameter.role not in roles:
            argument = parameter.keywords[0] if parameter.keywords else parameter.role
            place = call.place
            raise FormulaRefused(
                "argument_missing",
                place.position,
                place.length,
                function=call.name,
                argument=argument,
            )


def _refused(code: str, node: Node, **facts: object) -> FormulaRefused:
    return FormulaRefused(code, node.place.position, node.place.length, **facts)
