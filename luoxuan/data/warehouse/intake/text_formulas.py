"""Texts that a spreadsheet would run as formulas「文本中的公式」, in files that know no formulas."""

import re
from collections.abc import Mapping
from typing import Any

import pyarrow.compute as pc

from luoxuan.data.warehouse.intake.texture import texture_of

# Functions that call something outside the workbook, and the bar of a DDE call.
DANGEROUS = re.compile(
    r"\b(?:HYPERLINK|WEBSERVICE|FILTERXML|IMPORT(?:XML|DATA|HTML|FEED|RANGE)|DDE|CALL|REGISTER"
    r"(?:\.ID)?|EXEC|RTD|IMAGE|SQL\.REQUEST)\s*\(|\|",
    re.IGNORECASE,
)
IN_QUOTES = re.compile(r'"[^"]*"')
_STARTS_LIKE_ONE = "^\\s*[=+@-].*[(|]"
# A dash or plus also begins lists and telephone numbers: there the bar follows a name at once.
_LIST = re.compile(r"\s*[+-](?!.*(?:\w\||\())", re.DOTALL)


def is_dangerous(formula: str) -> bool:
    """Tell whether a formula reaches outside the workbook; what stands in quotes is only text."""
    return DANGEROUS.search(IN_QUOTES.sub('""', formula)) is not None


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
        bad = [
            row
            for row, text in zip(rows, texts, strict=True)
            if is_dangerous(text) and not _LIST.match(text)
        ]
        if bad:
            found[position] = {"dangerous_formula": bad}
    return found
