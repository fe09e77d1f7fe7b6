"""Texts that a spreadsheet would run as formulas「文本中的公式」, in files without formulas."""

import re
from collections.abc import Mapping
from typing import Any

import pyarrow.compute as pc

from luoxuan.data.warehouse.intake.texture import may_hold, texture_of

# Functions that call something outside the workbook, and the bar of a DDE call.
_CALL = re.compile(
    r"\b(?:HYPERLINK|WEBSERVICE|FILTERXML|IMPORT(?:XML|DATA|HTML|FEED|RANGE)|DDE|CALL|REGISTER"
    r"(?:\.ID)?|EXEC|RTD|IMAGE|SQL\.REQUEST)\s*\(",
    re.IGNORECASE,
)
_IN_QUOTES = re.compile(r'"[^"]*"')
_STARTS_LIKE_ONE = "(?s)^\\s*[=+@-].*[(|]"
# A dash or plus also begins lists and numbers: there only a bar right behind a name is a call.
_LIST_SIGNS = ("+", "-")
_DDE = re.compile(r"\w\|")
# The apostrophe before a text that would be a formula says that it is none; it is not of the text.
_GUARD = "'[=+@\t\r'-]"
_GUARDED = "(?s)^'('*[=+@\t\r-].*)$"


def is_dangerous(formula: str) -> bool:
    """Tell whether a formula reaches outside the workbook; what stands in quotes is only text."""
    plain = _IN_QUOTES.sub('""', formula)
    return "|" in plain or _CALL.search(plain) is not None


def _is_dangerous_text(text: str) -> bool:
    if not text.lstrip().startswith(_LIST_SIGNS):
        return is_dangerous(text)
    plain = _IN_QUOTES.sub('""', text)
    return (_DDE.search(plain) or _CALL.search(plain)) is not None


def dangerous_cells(columns: list[Any], row_numbers: Any) -> dict[int, Mapping[str, list[int]]]:
    """Return the rows of each column whose text would reach outside once a spreadsheet opens it."""
    found: dict[int, Mapping[str, list[int]]] = {}
    for position, column in enumerate(columns):
        texture = texture_of(column)
        if not (texture.holds("(") or texture.holds("|")):
            continue
        likely = pc.indices_nonzero(pc.match_substring_regex(column, pattern=_STARTS_LIKE_ONE))
        rows = row_numbers.take(likely).to_pylist()
        texts = column.take(likely).to_pylist()
        bad = [row for row, text in zip(rows, texts, strict=True) if _is_dangerous_text(text)]
        if bad:
            found[position] = {"dangerous_formula": bad}
    return found


def without_guard(column: Any) -> Any:
    """Return a column of a CSV file without the apostrophes before texts that look like formulas.

    Exports write them, ours as well as those of other systems, so that no spreadsheet runs a text.
    """
    if not texture_of(column).holds("'") or not may_hold(column, _GUARD):
        return column
    return pc.replace_substring_regex(column, pattern=_GUARDED, replacement=r"\1")
