"""Cut the text of a formula into tokens「词」, each with its place in the text as written.

Full-width punctuation, digits and letters mean their ASCII counterparts, but never inside
quotation marks or 【】. There every character stands for itself: the name 就业率（%） and the text
"机电（南）" stay whole.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from luoxuan.data.formula.refusals import FormulaRefused

TEXT_LIMIT = 1000
STRING_LIMIT = 200
DIGITS_LIMIT = 15

FULL_WIDTH_FIRST, FULL_WIDTH_LAST, FULL_WIDTH_OFFSET = 0xFF01, 0xFF5E, 0xFEE0

# Signs that a Chinese keyboard or a text processor puts in place of ASCII ones.
SYNONYMS = {
    "\N{IDEOGRAPHIC SPACE}": " ",
    "\N{NO-BREAK SPACE}": " ",
    "\N{IDEOGRAPHIC COMMA}": ",",
    "\N{MINUS SIGN}": "-",
    "\N{MULTIPLICATION SIGN}": "*",
    "\N{DIVISION SIGN}": "/",
    "\N{NOT EQUAL TO}": "!=",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
}
SAME_OPERATOR = {"==": "=", "<>": "!="}
TWO_SIGNS = ("==", "!=", "<>", "<=", ">=")
ONE_SIGN = "+-*/=<>()[],%"

CLOSING_QUOTE = {
    '"': '"',
    "'": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}",
    "\N{LEFT SINGLE QUOTATION MARK}": "\N{RIGHT SINGLE QUOTATION MARK}",
    "\N{FULLWIDTH QUOTATION MARK}": "\N{FULLWIDTH QUOTATION MARK}",
    "\N{FULLWIDTH APOSTROPHE}": "\N{FULLWIDTH APOSTROPHE}",
}

KEYWORDS = {
    "and": "and",
    "且": "and",
    "or": "or",
    "或": "or",
    "not": "not",
    "非": "not",
    "in": "in",
    "属于": "in",
    "true": "true",
    "是": "true",
    "false": "false",
    "否": "false",
}


class TokenKind(StrEnum):
    """What a token is to the parser."""

    NUMBER = "number"
    STRING = "string"
    NAME = "name"
    QUOTED_NAME = "quoted_name"
    KEYWORD = "keyword"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign or literal「词」 of a formula; ``text`` is folded, the place is not.

    ``position`` counts from 1 in the text as written.
    """

    kind: TokenKind
    text: str
    position: int
    length: int


def folded(character: str) -> str:
    """Return the ASCII meaning of one character outside quotation marks."""
    if FULL_WIDTH_FIRST <= ord(character) <= FULL_WIDTH_LAST:
        return chr(ord(character) - FULL_WIDTH_OFFSET)
    return SYNONYMS.get(character, character)


def same_name(name: str) -> str:
    """Return the form in which two spellings of one name are equal."""
    return unicodedata.normalize("NFKC", name).strip()


def tokenize(text: str) -> tuple[Token, ...]:
    """Cut a formula into tokens, the last of which is END.

    Raises FormulaRefused.
    """
    if len(text) > TEXT_LIMIT:
        raise FormulaRefused(
            "text_too_long", TEXT_LIMIT + 1, len(text) - TEXT_LIMIT, limit=TEXT_LIMIT
        )
    tokens = []
    start = 0
    while start < len(text):
        if folded(text[start]).isspace():
            start += 1
            continue
        token = _token_at(text, start)
        tokens.append(token)
        start += token.length
    if not tokens:
        raise FormulaRefused("text_empty", 1, len(text))
    return (*tokens, Token(TokenKind.END, "", len(text) + 1, 0))


def _token_at(text: str, start: int) -> Token:
    return _reader_of(text[start])(text, start)


def _reader_of(character: str) -> Callable[[str, int], Token]:
    if character in CLOSING_QUOTE:
        return _string
    if character == "【":
        return _quoted_name
    if folded(character) in "0123456789":
        return _number
    if _starts_name(character):
        return _name
    return _sign


def _string(text: str, start: int) -> Token:
    """Read a literal text; the closing mark written twice stands for itself."""
    closing = CLOSING_QUOTE[text[start]]
    content = ""
    index = start + 1
    while index < len(text):
        if text[index] != closing:
            content += text[index]
            index += 1
        elif text[index + 1 : index + 2] == closing:
            content += closing
            index += 2
        else:
            _refuse_unprintable(text, start, index)
            if len(content) > STRING_LIMIT:
                raise FormulaRefused(
                    "string_too_long", start + 1, index + 1 - start, limit=STRING_LIMIT
                )
            return Token(TokenKind.STRING, content, start + 1, index + 1 - start)
    raise FormulaRefused("string_not_closed", start + 1, len(text) - start)


def _quoted_name(text: str, start: int) -> Token:
    end = text.find("】", start)
    if end < 0:
        raise FormulaRefused("name_not_closed", start + 1, len(text) - start)
    _refuse_unprintable(text, start, end)
    name = same_name(text[start + 1 : end])
    if not name:
        raise FormulaRefused("name_empty", start + 1, end + 1 - start)
    return Token(TokenKind.QUOTED_NAME, name, start + 1, end + 1 - start)


def _number(text: str, start: int) -> Token:
    end = _digits_end(text, start)
    if end + 1 < len(text) and folded(text[end]) == "." and folded(text[end + 1]) in "0123456789":
        end = _digits_end(text, end + 1)
    digits = "".join(folded(character) for character in text[start:end])
    if len(digits.replace(".", "")) > DIGITS_LIMIT:
        raise FormulaRefused("number_too_long", start + 1, end - start, limit=DIGITS_LIMIT)
    return Token(TokenKind.NUMBER, digits, start + 1, end - start)


def _digits_end(text: str, start: int) -> int:
    end = start
    while end < len(text) and folded(text[end]) in "0123456789":
        end += 1
    return end


def _name(text: str, start: int) -> Token:
    """Read a bare name or keyword; a dot inside belongs to the code of a measure."""
    end = start + 1
    while end < len(text) and (_continues_name(text[end]) or _joins_codes(text, end)):
        end += 1
    name = same_name(text[start:end])
    keyword = KEYWORDS.get(name.lower())
    if keyword is not None:
        return Token(TokenKind.KEYWORD, keyword, start + 1, end - start)
    return Token(TokenKind.NAME, name, start + 1, end - start)


def _joins_codes(text: str, index: int) -> bool:
    return folded(text[index]) == "." and index + 1 < len(text) and _starts_name(text[index + 1])


def _starts_name(character: str) -> bool:
    return character == "_" or character.isalpha()


def _continues_name(character: str) -> bool:
    return folded(character) == "_" or character.isalnum()


def _sign(text: str, start: int) -> Token:
    _refuse_unprintable(text, start, start + 1)
    first = folded(text[start])
    pair = first + (folded(text[start + 1]) if start + 1 < len(text) else "")
    if pair in TWO_SIGNS and len(first) == 1:
        return Token(TokenKind.SIGN, SAME_OPERATOR.get(pair, pair), start + 1, 2)
    if first in TWO_SIGNS or first in ONE_SIGN:
        return Token(TokenKind.SIGN, first, start + 1, 1)
    raise FormulaRefused("unexpected_character", start + 1, 1, character=text[start])


def _refuse_unprintable(text: str, start: int, end: int) -> None:
    """Refuse control characters and half surrogates, which no engine stores faithfully."""
    for index in range(start, end):
        if unicodedata.category(text[index]) in {"Cc", "Cs"}:
            raise FormulaRefused("control_character", index + 1, 1)
