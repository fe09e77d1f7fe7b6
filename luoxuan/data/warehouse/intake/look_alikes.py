"""Which known value a mistyped one means「形近字」; only ever a suggestion, never applied."""

import difflib
import unicodedata
from collections.abc import Mapping, Sequence

from pypinyin import Style, lazy_pinyin

from luoxuan.data.warehouse.intake.findings import VALUE_SHOWN

_CUTOFF = 0.5
# One letter abbreviates too much.
_SHORTEST_INITIALS = 2
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


def spelled_out(header: str, known: Mapping[str, Sequence[str]]) -> str:
    """Return the key whose Chinese names a header of letters spells「拼音首字母」, or nothing.

    ``xh`` is 学号; ``rq`` is 考勤日期 where no other name begins or ends so; ``kaoqinriqi`` too.
    """
    letters = "".join(part for part in header.casefold() if part.isalnum())
    if not letters.isascii() or len(letters) < _SHORTEST_INITIALS:
        return ""
    exact, partly = set(), set()
    for key, names in known.items():
        for name in names:
            initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).casefold()
            if letters in (initials, "".join(lazy_pinyin(name)).casefold()):
                exact.add(key)
            elif initials.startswith(letters) or initials.endswith(letters):
                partly.add(key)
    found = exact or partly
    return found.pop() if len(found) == 1 else ""


def _look(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES)
    return "".join(plain.split()).casefold()


def _sound(text: str) -> list[str]:
    return lazy_pinyin(text)
