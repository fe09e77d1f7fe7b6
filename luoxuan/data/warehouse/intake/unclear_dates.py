"""Dates as people write them in plans「模糊日期」: answers for 「8月底前」 or 「12月中旬」."""

import calendar
import datetime as dt
import re
import unicodedata

# Words for a part of a month: the days it may end on; 0 is the last day of the month.
_PARTS = {"上旬": (10, 1), "中旬": (20, 15), "下旬": (0, 25), "月底": (0,), "月末": (0,),
          "月初": (5, 1), "月中": (15,)}  # fmt: skip
_MONTH = re.compile(r"(?:(\d{4})[年./-])?(\d{1,2})(?:月(?:份)?|$)(.*)")
_DAY = re.compile(r"(?:(\d{4})[年./-])?(\d{1,2})[月./-](\d{1,2})[日号]?(?:前|之前|以前|止|左右)?")
_EITHER_WAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_QUARTER = re.compile(r"(?:(\d{4})年)?第?([一二三四1-4])季度.*")
_YEAR_END = re.compile(r"(?:(\d{4})年)?(?:年底|年末|年终|岁末).*")
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4}
_MOST = 3


def ready_dates(text: str, year: int | None) -> list[dt.date]:
    """Return up to three days that a text may mean, the likeliest first.

    ``year`` is used where the text names none; without any year there is no answer.
    """
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    for pattern, read in _READERS:
        if found := pattern.fullmatch(folded):
            return list(dict.fromkeys(read(found, year)))[:_MOST]
    return []


def _either_way(found: re.Match[str], _year: int | None) -> list[dt.date]:
    first, second, year = map(int, found.groups())
    return _days(year, [(first, second), (second, first)])


def _day(found: re.Match[str], year: int | None) -> list[dt.date]:
    return _days(_year_of(found, year), [(int(found[2]), int(found[3]))])


def _month(found: re.Match[str], year: int | None) -> list[dt.date]:
    month = int(found[2])
    if not 1 <= month <= 12:
        return []
    words = f"月{found[3]}"
    parts = next((days for word, days in _PARTS.items() if word in words), (0,))
    return _days(_year_of(found, year), [(month, day) for day in parts])


def _quarter(found: re.Match[str], year: int | None) -> list[dt.date]:
    number = _DIGITS.get(found[2]) or int(found[2])
    return _days(_year_of(found, year), [(3 * number, 0)])


def _year_end(found: re.Match[str], year: int | None) -> list[dt.date]:
    return _days(_year_of(found, year), [(12, 31)])


def _year_of(found: re.Match[str], year: int | None) -> int | None:
    return int(found[1]) if found[1] else year


def _days(year: int | None, pairs: list[tuple[int, int]]) -> list[dt.date]:
    """Return the days that exist; day 0 is the last of the month."""
    if year is None or not dt.MINYEAR < year < dt.MAXYEAR:
        return []
    days = []
    for month, day in pairs:
        if not 1 <= month <= 12:
            continue
        last = calendar.monthrange(year, month)[1]
        if day <= last:
            days.append(dt.date(year, month, day or last))
    return days


_READERS = (
    (_EITHER_WAY, _either_way),
    (_DAY, _day),
    (_QUARTER, _quarter),
    (_YEAR_END, _year_end),
    (_MONTH, _month),
)
