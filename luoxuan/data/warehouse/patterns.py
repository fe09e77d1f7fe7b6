"""Patterns of fields「正则表达式」 as the engine takes them: RE2, which never runs away."""

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

MOST = 200


def is_sound(pattern: str) -> bool:
    """Tell whether RE2 takes a pattern, by itself and as the import uses it.

    RE2 reads a text in time proportional to its length whatever the pattern; what it cannot do so
    (back references, look-around) or what grows too large (nested counts) it does not take.
    """
    if len(pattern) > MOST:
        return False
    probe: Any = pa.array([""])
    try:
        for text in (pattern, f"^(?:{pattern})\\z"):
            pc.match_substring_regex(probe, pattern=text)
    except (pa.ArrowInvalid, UnicodeEncodeError):
        return False
    return True


# A part of a pattern that a person could have written by hand: a class or a plain character, and
# how often.
_PART = re.compile(r"(?:\[([^\[\]\\^]+)\]|([^\[\](){}.*+?|\\^$]))(?:\{(\d{1,2})(?:,\d{0,2})?\})?")
_DIGITS = "1234567890"


def example_of(pattern: str) -> str:
    """Return a text of the form that a pattern asks for「示例」; the pattern if none is plain.

    ``[0-9]{4}-[1-3]`` gives ``1234-1``: whoever sees it knows what to write.
    """
    plain = pattern.removeprefix("^").removesuffix("$")
    parts, at = [], 0
    while at < len(plain) and (found := _PART.match(plain, at)):
        among, character, n = found.groups()
        parts.append(_some(among or character, is_class=bool(among), n=int(n or 1)))
        at = found.end()
    text = "".join(parts)
    return text if at == len(plain) and re.fullmatch(plain, text) else pattern


def _some(among: str, *, is_class: bool, n: int) -> str:
    if is_class and among.startswith("0-9"):
        return (_DIGITS * (n // len(_DIGITS) + 1))[:n]
    return among[0] * n
