"""What number formats「数字格式」 do to a value: dates of two epochs, percent, leading zeros."""

import datetime as dt
import re
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

# Built-in dates and times, those of East Asian versions (27-36, 50-58) among them; they need no
# entry in the file and other readers take them for plain numbers.
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_BUILT_IN_PERCENT = {9, 10}
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ZEROS = re.compile(r"0{2,}")
_DATE_LETTERS = re.compile(r"[ymdhseg]|\[(?:h+|m+|s+)\]", re.IGNORECASE)
_EPOCH_1900, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # noqa: DTZ001
# The 1900 calendar of spreadsheets has a 29 February 1900 that never was: serial 60.
_FALSE_LEAP_DAY, _LAST_SERIAL = 60, 2_958_466
_SIGNIFICANT, _LARGEST_EXPONENT = 15, 400


def format_kind(identifier: int, code: str | None) -> str:
    """Return "date", "percent", "leading_zeros:<digits>" or nothing for a number format."""
    if code is None:
        if identifier in _BUILT_IN_DATES:
            return "date"
        return "percent" if identifier in _BUILT_IN_PERCENT else ""
    first = code.split(";")[0]
    plain = _QUOTED.sub("", first)
    if "%" in plain:
        return "percent"
    if plain.lower() != "general" and _DATE_LETTERS.search(plain):
        return "date"
    if _ZEROS.fullmatch(plain.strip()):
        return f"leading_zeros:{len(plain.strip())}"
    return ""


def date_text(serial: str, *, is_1904: bool) -> str:
    """Return the moment that a serial number means as text, or nothing if it means none.

    The serial 60 of the 1900 calendar is no day. Moments are rounded to the second.
    """
    try:
        number = Decimal(serial)
    except InvalidOperation:
        return ""
    if not number.is_finite():
        return ""
    if not 0 <= number < _LAST_SERIAL or (not is_1904 and _is_no_day(number)):
        return ""
    if is_1904:
        epoch = _EPOCH_1904
    else:
        epoch = _EPOCH_1900 + dt.timedelta(days=1 if number < _FALSE_LEAP_DAY else 0)
    seconds = int((number * 86_400).to_integral_value(ROUND_HALF_EVEN))
    try:
        moment = epoch + dt.timedelta(seconds=seconds)
    except OverflowError:
        return ""
    return f"{moment:%Y-%m-%d}" if seconds % 86_400 == 0 else f"{moment:%Y-%m-%d %H:%M:%S}"


def _is_no_day(number: Decimal) -> bool:
    return number < 1 or _FALSE_LEAP_DAY <= number < _FALSE_LEAP_DAY + 1


def plain_number(text: str) -> str:
    """Return a number as digits, rounded to the fifteen that a spreadsheet keeps."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > _LARGEST_EXPONENT:
        return text
    digits = len(number.as_tuple().digits)
    if digits > _SIGNIFICANT:
        step = Decimal(1).scaleb(number.adjusted() - _SIGNIFICANT + 1)
        number = number.quantize(step, rounding=ROUND_HALF_EVEN)
    shown = format(number, "f")
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return "0" if shown in {"-0", ""} else shown
