"""Which known value a mistyped one means「形近字」; only ever a suggestion, never applied."""

import difflib
import unicodedata
from collections.abc import Sequence

from pypinyin import lazy_pinyin

from luoxuan.data.warehouse.intake.findings import VALUE_SHOWN

_CUTOFF = 0.5
# Characters that are mistaken for each other: the first of a group stands for all of it.
_LOOK_ALIKES = str.maketrans(
    {
        other: group[0]
        for group in ("己已巳", "未末", "土士", "日曰", "人入", "干千", "戊戌戍", "0oO", "1lI")
        for other in group[1:]
    }
)


def closest(text: str, known: Sequence[str]) -> str:
    """Return the value that looks most alike, or nothing: first the same shape, then letters."""
    return next(iter(closest_few(text, known, 1)), "")


def closest_few(text: str, known: Sequence[str], n: int) -> list[str]:
    """Return up to ``n`` values that look or sound like a text, the likeliest first.

    Traditional and simplified characters sound alike, so 計算機學院 finds 计算机学院.
    """
    looks = _look(text)
    found = [value for value in known if _look(value) == looks]
    if len(found) < n and text and not text.isascii():
        sound = _sound(text)
        found += [value for value in known if len(value) == len(text) and _sound(value) == sound]
    if len(found) < n:
        found += difflib.get_close_matches(text[:VALUE_SHOWN].strip(), known, n, _CUTOFF)
    return list(dict.fromkeys(found))[:n]


def _look(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES)
    return "".join(plain.split()).casefold()


def _sound(text: str) -> list[str]:
    return lazy_pinyin(text)
