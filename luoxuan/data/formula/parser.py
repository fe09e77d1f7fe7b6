"""Read the tokens of a formula into a tree; the binding powers below are the whole grammar."""

from dataclasses import replace
from decimal import Decimal

from luoxuan.data.formula.functions import function_named, keyword_parameter
from luoxuan.data.formula.refusals import FormulaRefused
from luoxuan.data.formula.tokens import Token, TokenKind, tokenize
from luoxuan.data.formula.tree import (
    ArithmeticNode,
    CallNode,
    ComparisonNode,
    LogicNode,
    MembershipNode,
    NameNode,
    Node,
    NumberNode,
    Place,
    TextNode,
    TruthNode,
    UnaryNode,
)

NODES_LIMIT = 200
DEPTH_LIMIT = 12

OR, AND, NOT, COMPARISON, SUM, PRODUCT, NEGATION = range(1, 8)
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
POWERS = {
    "or": OR,
    "and": AND,
    **dict.fromkeys((*COMPARISONS, "in", "not"), COMPARISON),
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
}


def parse(text: str) -> Node:
    """Read a formula into its tree; names are not yet looked up.

    Raises FormulaRefused.
    """
    parser = _Parser(tokenize(text))
    node = parser.expression(0)
    parser.expect_end()
    return node


class _Parser:
    """A Pratt parser: an operator takes what binds closer than itself."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self._index = 0
        self._nodes = 0
        self._depth = 0

    def expression(self, power: int) -> Node:
        """Read an expression whose operators bind closer than ``power``."""
        left = self._prefix()
        while self._power() > power:
            left = self._infix(left)
        return left

    def expect_end(self) -> None:
        """Refuse anything that follows the formula."""
        if self._token.kind is not TokenKind.END:
            raise self._refused("unexpected_token", self._token, token=self._token.text)

    @property
    def _token(self) -> Token:
        return self._tokens[self._index]

    def _power(self) -> int:
        if self._token.kind in (TokenKind.SIGN, TokenKind.KEYWORD):
            return POWERS.get(self._token.text, 0)
        return 0

    def _advance(self) -> Token:
        token = self._token
        self._index += 1
        return token

    def _is_sign(self, text: str) -> bool:
        return self._token.kind is TokenKind.SIGN and self._token.text == text

    def _is_keyword(self, text: str) -> bool:
        return self._token.kind is TokenKind.KEYWORD and self._token.text == text

    def _expect(self, sign: str) -> Token:
        if not self._is_sign(sign):
            raise self._unexpected()
        return self._advance()

    def _unexpected(self) -> FormulaRefused:
        if self._token.kind is TokenKind.END:
            return self._refused("unexpected_end", self._token)
        return self._refused("unexpected_token", self._token, token=self._token.text)

    def _refused(self, code: str, token: Token, /, **facts: object) -> FormulaRefused:
        return FormulaRefused(code, token.position, token.length, **facts)

    def _nested(self, power: int = 0) -> Node:
        """Read an expression one level deeper; a long chain of sums is not deep."""
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise self._refused("too_deep", self._token, limit=DEPTH_LIMIT)
        inner = self.expression(power)
        self._depth -= 1
        return inner

    def _counted(self, token: Token) -> None:
        self._nodes += 1
        if self._nodes > NODES_LIMIT:
            raise self._refused("too_many_nodes", token, limit=NODES_LIMIT)

    def _prefix(self) -> Node:
        token = self._token
        self._counted(token)
        if token.kind is TokenKind.SIGN:
            return self._prefix_sign()
        if token.kind is TokenKind.KEYWORD:
            return self._prefix_keyword()
        if token.kind is TokenKind.END:
            raise self._unexpected()
        self._advance()
        place = _place(token)
        if token.kind is TokenKind.NUMBER:
            return self._number(token)
        if token.kind is TokenKind.STRING:
            return TextNode(place, token.text)
        if token.kind is TokenKind.NAME and self._is_sign("("):
            return self._call(token)
        return NameNode(place, token.text)

    def _prefix_sign(self) -> Node:
        token = self._token
        if token.text == "(":
            self._advance()
            inner = self._nested()
            closing = self._expect(")")
            return replace(inner, place=_place(token).to(_place(closing)))
        if token.text == "-":
            self._advance()
            operand = self._nested(NEGATION)
            return UnaryNode(_place(token).to(operand.place), "-", operand)
        raise self._unexpected()

    def _prefix_keyword(self) -> Node:
        token = self._token
        if token.text in ("true", "false"):
            self._advance()
            return TruthNode(_place(token), token.text == "true")
        if token.text == "not":
            self._advance()
            operand = self._nested(NOT)
            return UnaryNode(_place(token).to(operand.place), "not", operand)
        raise self._unexpected()

    def _number(self, token: Token) -> NumberNode:
        place = _place(token)
        value = Decimal(token.text)
        decimals = len(token.text.partition(".")[2])
        if not self._is_sign("%"):
            return NumberNode(place, value, decimals)
        percent = self._advance()
        return NumberNode(place.to(_place(percent)), value / 100, decimals + 2)

    def _infix(self, left: Node) -> Node:
        token = self._advance()
        self._counted(token)
        power = POWERS[token.text]
        if token.text in ("and", "or"):
            return _joined(token.text, left, self.expression(power))
        if token.text in ("in", "not"):
            return self._membership(left, token)
        right = self.expression(power)
        place = left.place.to(right.place)
        if token.text in COMPARISONS:
            return self._comparison(token, left, right)
        return ArithmeticNode(place, token.text, left, right)

    def _comparison(self, token: Token, left: Node, right: Node) -> Node:
        """Read also ``60 <= score < 90``: the middle is compared with both ends."""
        first = ComparisonNode(left.place.to(right.place), token.text, left, right)
        following = self._token.text if self._power() == COMPARISON else ""
        if not following:
            return first
        if token.text in ("=", "!=") or following not in ("<", "<=", ">", ">="):
            raise self._refused("chained_equality", self._token)
        second_token = self._advance()
        self._counted(second_token)
        end = self.expression(COMPARISON)
        second = ComparisonNode(right.place.to(end.place), second_token.text, right, end)
        if self._power() == COMPARISON:
            raise self._refused("chained_equality", self._token)
        return LogicNode(left.place.to(end.place), "and", (first, second))

    def _membership(self, item: Node, token: Token) -> MembershipNode:
        is_negated = token.text == "not"
        if is_negated:
            if not self._is_keyword("in"):
                raise self._unexpected()
            self._advance()
        if not self._is_sign("["):
            raise self._refused("list_expected", self._token)
        self._advance()
        options = [self._nested()]
        while self._is_sign(","):
            self._advance()
            options.append(self._nested())
        closing = self._expect("]")
        if self._power() == COMPARISON:
            raise self._refused("chained_equality", self._token)
        return MembershipNode(item.place.to(_place(closing)), item, tuple(options), is_negated)

    def _call(self, name: Token) -> CallNode:
        if function_named(name.text) is None:
            raise self._refused("unknown_function", name, name=name.text)
        self._advance()
        arguments: list[Node] = []
        named: list[tuple[str, Node]] = []
        while not self._is_sign(")"):
            keyword = self._argument_keyword(name.text)
            if keyword:
                named.append((keyword, self._nested()))
            elif named:
                raise self._unexpected()
            else:
                arguments.append(self._nested())
            if not self._is_sign(")"):
                self._expect(",")
                if self._is_sign(")"):
                    raise self._unexpected()
        closing = self._expect(")")
        place = _place(name).to(_place(closing))
        return CallNode(place, name.text, tuple(arguments), tuple(named))

    def _argument_keyword(self, function: str) -> str:
        """Take ``名=`` when this function knows the name; else it begins a comparison.

        So a field named weight can be compared in count(weight = 5).
        """
        signature = function_named(function)
        following = self._tokens[min(self._index + 1, len(self._tokens) - 1)]
        if signature is None or self._token.kind is not TokenKind.NAME:
            return ""
        # length 1 keeps "==" a comparison, although it is folded to "="
        if following.kind is not TokenKind.SIGN or (following.text, following.length) != ("=", 1):
            return ""
        if keyword_parameter(signature, self._token.text) is None:
            return ""
        keyword = self._advance().text
        self._advance()
        return keyword


def _place(token: Token) -> Place:
    return Place(token.position, token.length)


def _joined(operator: str, left: Node, right: Node) -> LogicNode:
    """Join two conditions, flattening a chain so that its length is not depth."""
    place = left.place.to(right.place)
    if isinstance(left, LogicNode) and left.operator == operator:
        return LogicNode(place, operator, (*left.parts, right))
    return LogicNode(place, operator, (left, right))
