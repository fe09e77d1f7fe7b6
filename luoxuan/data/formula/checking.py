"""The typing rules: turn a tree and a list of fields into typed values, or refuse."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from luoxuan.data.formula.functions import (
    Aggregate,
    Scalar,
    arguments_by_role,
    function_named,
)
from luoxuan.data.formula.refusals import FormulaRefused
from luoxuan.data.formula.tokens import same_name
from luoxuan.data.formula.tree import (
    ArithmeticNode,
    CallNode,
    ComparisonNode,
    LogicNode,
    MembershipNode,
    NameNode,
    Node,
    NumberNode,
    TextNode,
    TruthNode,
    UnaryNode,
)
from luoxuan.data.formula.types import FieldInfo, FieldType
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

SCALE_LIMIT = 9

NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)
MOMENTS = (FieldType.DATE, FieldType.TIME)
ORDERINGS = ("<", "<=", ">", ">=")


def refused(code: str, node: Node, **facts: object) -> FormulaRefused:
    """Return a refusal that points at a node."""
    return FormulaRefused(code, node.place.position, node.place.length, **facts)


class Checker:
    """Gives every node its value; one checker serves one list of fields."""

    def __init__(self, fields: Sequence[FieldInfo]) -> None:
        self._by_name = {same_name(field.name): field for field in fields}
        self._by_title: dict[str, list[FieldInfo]] = {}
        for field in fields:
            for title in dict.fromkeys(same_name(title) for title in field.titles):
                self._by_title.setdefault(title, []).append(field)

    def value(self, node: Node) -> Value:
        """Return the typed value of a node.

        Raises FormulaRefused.
        """
        match node:
            case NumberNode() | TextNode() | TruthNode():
                return _literal(node)
            case NameNode():
                return FieldValue(self.field(node))
            case UnaryNode():
                return self._unary(node)
            case ArithmeticNode():
                return self._arithmetic(node)
            case ComparisonNode():
                return self._comparison(node)
            case LogicNode():
                return Logic(node.operator, tuple(self.condition(part) for part in node.parts))
            case MembershipNode():
                return self._membership(node)
            case CallNode():
                return self._call(node)

    def condition(self, node: Node) -> Value:
        """Return a value that is true or false."""
        value = self.value(node)
        if value.kind is not FieldType.BOOLEAN:
            raise refused("condition_expected", node, found=value.kind)
        return value

    def number(self, node: Node) -> Value:
        """Return a value that is a number."""
        value = self.value(node)
        if value.kind not in NUMBERS:
            raise refused("number_expected", node, found=value.kind)
        return value

    def field(self, node: Node) -> FieldInfo:
        """Return the field that a name means; its identifier wins over titles of other fields."""
        if not isinstance(node, NameNode):
            raise refused("field_expected", node)
        if node.name in self._by_name:
            return self._by_name[node.name]
        candidates = self._by_title.get(node.name, [])
        if not candidates:
            raise refused("unknown_name", node, name=node.name)
        if len(candidates) > 1:
            names = ", ".join(sorted(field.name for field in candidates))
            raise refused("ambiguous_name", node, name=node.name, candidates=names)
        return candidates[0]

    def _unary(self, node: UnaryNode) -> Value:
        if node.operator == "not":
            return Not(self.condition(node.operand))
        operand = self.number(node.operand)
        if isinstance(operand, Literal) and isinstance(operand.value, Decimal):
            return Literal(operand.kind, -operand.value, operand.decimals)
        return Negative(operand, operand.kind, operand.decimals)

    def _arithmetic(self, node: ArithmeticNode) -> Value:
        if node.operator == "/":
            raise refused("division_in_measure", node)
        left, right = self.number(node.left), self.number(node.right)
        decimals = (
            left.decimals + right.decimals
            if node.operator == "*"
            else max(left.decimals, right.decimals)
        )
        refuse_scale(decimals, node)
        return Arithmetic(node.operator, left, right, _wider(left, right), decimals)

    def _comparison(self, node: ComparisonNode) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        left, right = _as_moment(left, node.left, right), _as_moment(right, node.right, left)
        _refuse_incomparable(left, right, node)
        if left.kind is FieldType.BOOLEAN and node.operator in ORDERINGS:
            raise refused("types_differ", node, left=left.kind, right=right.kind)
        return Comparison(node.operator, left, right)

    def _membership(self, node: MembershipNode) -> Value:
        item = self.value(node.item)
        options = []
        for option_node in node.options:
            option = _as_moment(self.value(option_node), option_node, item)
            if not isinstance(option, Literal):
                raise refused("literal_expected", option_node)
            _refuse_incomparable(item, option, option_node)
            options.append(option)
        return Membership(item, tuple(options), node.is_negated)

    def _call(self, node: CallNode) -> Value:
        signature = function_named(node.name)
        if signature is None:
            raise refused("unknown_function", node, name=node.name)
        if isinstance(signature.function, Aggregate):
            raise refused("aggregate_nested", node, function=node.name)
        by_role = arguments_by_role(node, signature)
        arguments = [argument for nodes in by_role.values() for argument in nodes]
        match signature.function:
            case Scalar.IF:
                return self._if(*arguments)
            case Scalar.DEFAULT:
                return self._default(*arguments)
            case Scalar.DATE:
                return self._date(node, arguments)
            case Scalar.YEAR | Scalar.MONTH:
                moment = self._moment(arguments[0])
                return Applied(signature.function, (moment,), FieldType.INTEGER)
            case Scalar.CONCAT:
                texts = tuple(self._writable(argument) for argument in arguments)
                return Applied(Scalar.CONCAT, texts, FieldType.TEXT)
            case Scalar.MISSING:
                return Applied(Scalar.MISSING, (self.value(arguments[0]),), FieldType.BOOLEAN)

    def _if(self, hit: Node, then: Node, otherwise: Node) -> Value:
        condition = self.condition(hit)
        left, right = self.value(then), self.value(otherwise)
        kind = _common_kind(left, right, otherwise)
        decimals = max(left.decimals, right.decimals)
        return Applied(Scalar.IF, (condition, left, right), kind, decimals)

    def _default(self, node: Node, fallback_node: Node) -> Value:
        value = self.value(node)
        fallback = _as_moment(self.value(fallback_node), fallback_node, value)
        if not isinstance(fallback, Literal):
            raise refused("literal_expected", fallback_node)
        kind = _common_kind(value, fallback, fallback_node)
        decimals = max(value.decimals, fallback.decimals)
        return Applied(Scalar.DEFAULT, (value, fallback), kind, decimals)

    def _date(self, node: CallNode, arguments: Sequence[Node]) -> Value:
        """Read the date of a time, or a date written as three numbers or as a text."""
        if len(arguments) == 1:
            return self._date_of(arguments[0])
        if len(arguments) == 2:
            raise refused("argument_missing", node, function=node.name, argument="day")
        numbers = [
            int(argument.value)
            for argument in arguments
            if isinstance(argument, NumberNode) and not argument.decimals
        ]
        if len(numbers) < 3:
            raise refused("literal_expected", node)
        written = "-".join(str(number) for number in numbers)
        try:
            return Literal(FieldType.DATE, date(*numbers))
        except (ValueError, OverflowError):
            raise refused("date_invalid", node, text=written) from None

    def _date_of(self, node: Node) -> Value:
        if isinstance(node, TextNode):
            return Literal(FieldType.DATE, _written_date(node.value, node))
        moment = self._moment(node)
        if moment.kind is FieldType.DATE:
            return moment
        return Applied(Scalar.DATE, (moment,), FieldType.DATE)

    def _moment(self, node: Node) -> Value:
        value = self.value(node)
        if value.kind not in MOMENTS:
            raise refused("date_expected", node, found=value.kind)
        return value

    def _writable(self, node: Node) -> Value:
        value = self.value(node)
        if value.kind not in (FieldType.TEXT, FieldType.INTEGER):
            raise refused("text_expected", node, found=value.kind)
        return value


def refuse_scale(decimals: int, node: Node) -> None:
    """Refuse a result with more decimals than the stored readings can hold."""
    if decimals > SCALE_LIMIT:
        raise refused("scale_too_large", node, limit=SCALE_LIMIT)


def _literal(node: NumberNode | TextNode | TruthNode) -> Literal:
    if isinstance(node, TextNode):
        return Literal(FieldType.TEXT, node.value)
    if isinstance(node, TruthNode):
        return Literal(FieldType.BOOLEAN, node.value)
    refuse_scale(node.decimals, node)
    kind = FieldType.DECIMAL if node.decimals else FieldType.INTEGER
    return Literal(kind, node.value, node.decimals)


def _wider(left: Value, right: Value) -> FieldType:
    return FieldType.DECIMAL if FieldType.DECIMAL in (left.kind, right.kind) else FieldType.INTEGER


def _common_kind(left: Value, right: Value, node: Node) -> FieldType:
    if left.kind in NUMBERS and right.kind in NUMBERS:
        return _wider(left, right)
    if left.kind is not right.kind:
        raise refused("types_differ", node, left=left.kind, right=right.kind)
    return left.kind


def _refuse_incomparable(left: Value, right: Value, node: Node) -> None:
    for family in (NUMBERS, MOMENTS):
        if left.kind in family and right.kind in family:
            return
    if left.kind is not right.kind:
        raise refused("types_differ", node, left=left.kind, right=right.kind)


def _as_moment(value: Value, node: Node, other: Value) -> Value:
    """Read a text literal as a date where it meets a date or a time."""
    if other.kind not in MOMENTS or not isinstance(value, Literal):
        return value
    if value.kind is FieldType.TEXT:
        return Literal(other.kind, _written_date(str(value.value), node))
    if value.kind is FieldType.DATE:
        return Literal(other.kind, value.value)
    return value


def _written_date(text: str, node: Node) -> date:
    """Read ``2025-05-31`` and nothing else, so that no other notation is guessed at."""
    digits = text.replace("-", "")
    if len(text) == len("2025-05-31") and digits.isascii() and len(digits) == 8:
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise refused("date_invalid", node, text=text)
