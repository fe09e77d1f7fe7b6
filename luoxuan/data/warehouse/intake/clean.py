"""What is done to every cell before its type is looked at: width, invisible characters, missing."""

import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.warehouse.intake.failures import Column
from luoxuan.data.warehouse.intake.findings import Note
from luoxuan.data.warehouse.intake.raw import LONE_SURROGATE
from luoxuan.data.warehouse.intake.spec import FieldSpec, Limits
from luoxuan.data.warehouse.intake.texture import may_hold

# C0 and C1 controls but TAB, LF and CR; soft hyphen; zero-width and direction marks;
# line separators; noncharacters.
_INVISIBLE = (
    "[\\x{00}-\\x{08}\\x{0B}\\x{0C}\\x{0E}-\\x{1F}\\x{7F}-\\x{84}\\x{86}-\\x{9F}\\x{AD}\\x{61C}"
    "\\x{180E}\\x{200B}-\\x{200F}\\x{2028}-\\x{202E}\\x{2060}-\\x{206F}\\x{FEFF}"
    "\\x{FFF9}-\\x{FFFB}\\x{FFFE}\\x{FFFF}\\x{FDD1}-\\x{FDEF}]"
)
_INVISIBLE_PYTHON = re.compile(
    "[" + re.sub(r"\\x\{(\w+)\}", lambda found: f"\\U{found[1]:0>8}", _INVISIBLE)[1:]
)
# One code for several letters or a whole phrase: typesetting, not writing.
_LIGATURE = "[\\x{FB00}-\\x{FB06}\\x{FB13}-\\x{FB17}\\x{FDF0}-\\x{FDFB}]"
_LIGATURE_PYTHON = re.compile("[\ufb00-\ufb06\ufb13-\ufb17\ufdf0-\ufdfb]")
# More than eight combining marks in a row are no writing of any language (Vietnamese needs two).
_COMBINING_FLOOD = "\\p{M}{9,}"
# Full-width digits, point, signs, colon and slash, and the mathematical minus.
WIDE = {chr(ord(plain) + 0xFEE0): plain for plain in "0123456789.-+:/"} | {"\u2212": "-"}
# Searched in whole columns. Blanks are those that trimming cuts off.
_UNUSUAL = "[\\x{FFFD}\\x{FDD0}\\x{FB00}-\\x{FB17}\\x{FDF0}-\\x{FDFB}]|\\p{M}"
_BLANK = (
    "[\\s\\x{0B}\\x{1C}-\\x{1F}\\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}"
    "\\x{202F}\\x{205F}\\x{3000}]"
)
# What NFC may change: combining marks, Hangul letters, and the compatibility ideographs.
_DECOMPOSED = (
    "\\p{M}|[\\x{340}-\\x{37E}\\x{387}\\x{1100}-\\x{11FF}\\x{1F00}-\\x{2FFF}"
    "\\x{F900}-\\x{FB4F}\\x{10000}-\\x{10FFFF}]"
)
_EXCEL_TEXT = '^="([^"]*)"$'


def clean(
    text: Any, field: FieldSpec, limits: Limits, flaws: Mapping[str, Any]
) -> tuple[Column, list[Note]]:
    """Return the trimmed texts of a column; missing cells are null, unreadable ones failures."""
    column, notes = Column(text), []
    for code, mask in flaws.items():
        column.fail(code, mask)
    _fail_long_cells(column, limits)
    if not column.texture().is_plain:
        _fail_invisible(column)
        notes.extend(_trim(column, field))
    notes.extend(_unwrap_excel_text(column, field))
    notes.extend(_set_missing(column, field))
    return column, notes


def count_true(mask: Any) -> int:
    """Count the true cells of a mask; null is not true."""
    return int(pc.sum(mask).as_py() or 0)


def _fail_long_cells(column: Column, limits: Limits) -> None:
    if column.texture().longest > limits.cell:  # bytes: never fewer than characters
        too_long = pc.greater(pc.utf8_length(column.text), limits.cell)
        column.fail("cell_too_long", too_long, lambda text: _length_facts(text, limits))


def _length_facts(text: str, limits: Limits) -> Mapping[str, object]:
    return {"found": len(text), "limit": limits.cell}


def _fail_invisible(column: Column) -> None:
    if may_hold(column.text, _INVISIBLE):
        found = pc.match_substring_regex(column.text, pattern=_INVISIBLE)
        column.fail("invisible_character", found, _invisible_facts)
    if column.texture().is_ascii:
        return
    if may_hold(column.text, _UNUSUAL):
        column.fail("replacement_character", pc.match_substring(column.text, pattern="\ufffd"))
        column.fail("lone_surrogate", pc.match_substring(column.text, pattern=LONE_SURROGATE))
        found = pc.match_substring_regex(column.text, pattern=_LIGATURE)
        column.fail("ligature", found, _ligature_facts)
        flood = pc.match_substring_regex(column.text, pattern=_COMBINING_FLOOD)
        column.fail("too_many_combining_marks", flood)


def _ligature_facts(text: str) -> Mapping[str, object]:
    found = _LIGATURE_PYTHON.search(text)
    return {"character": found.group() if found else "?"}


def _invisible_facts(text: str) -> Mapping[str, object]:
    found = _INVISIBLE_PYTHON.search(text)
    if found is None:
        return {"character": "?", "position": 0}
    return {"character": f"U+{ord(found.group()):04X}", "position": found.start() + 1}


def _trim(column: Column, field: FieldSpec) -> list[Note]:
    if not may_hold(column.text, _BLANK):
        return []
    is_ascii = column.texture().is_ascii
    trim = pc.ascii_trim_whitespace if is_ascii else pc.utf8_trim_whitespace
    trimmed = trim(column.text)
    n_trimmed = count_true(pc.not_equal(trimmed, column.text))
    column.text = trimmed
    return [Note("trimmed_blanks", n_trimmed, {"column": field.name})] if n_trimmed else []


def _unwrap_excel_text(column: Column, field: FieldSpec) -> list[Note]:
    if not column.texture().holds("=") or not may_hold(column.text, '="'):
        return []
    found = pc.match_substring_regex(column.text, pattern=_EXCEL_TEXT)
    plain = pc.replace_substring_regex(column.text, pattern=_EXCEL_TEXT, replacement=r"\1")
    column.text = pc.utf8_trim_whitespace(plain)
    n_found = count_true(found)
    return [Note("excel_text_formula", n_found, {"column": field.name})] if n_found else []


def _set_missing(column: Column, field: FieldSpec) -> list[Note]:
    """Turn empty cells and the field's texts for "not reported" into null; never into zero."""
    if not field.missing and column.texture().shortest > 0:
        return []
    texts = pa.array(["", *(text.strip() for text in field.missing)], column.text.type)
    is_missing = pc.is_in(column.text, value_set=texts)
    n_missing = count_true(is_missing)
    if not n_missing:
        return []
    if field.required:
        column.fail("required", is_missing)
        return []
    column.text = pc.if_else(is_missing, pa.scalar(None, column.text.type), column.text)
    return [Note("missing_values", n_missing, {"column": field.name})]


def normalize_text(column: Column, field: FieldSpec) -> list[Note]:
    """Bring text to NFC, so that equal words are equal bytes; the change is counted."""
    texture = column.texture()
    if texture.is_plain or texture.is_ascii or not may_hold(column.text, _DECOMPOSED):
        return []
    normal = pc.utf8_normalize(column.text, form="NFC")
    n_changed = count_true(pc.not_equal(normal, column.text))
    column.text = normal
    return [Note("normalized_text", n_changed, {"column": field.name})] if n_changed else []


def fold_width(column: Column, field: FieldSpec) -> list[Note]:
    """Write full-width digits and signs as ASCII; used for numbers, dates and times only."""
    if column.texture().is_ascii or not may_hold(column.text, f"[{''.join(WIDE)}]"):
        return []
    wide = pc.match_substring_regex(column.text, pattern=f"[{''.join(WIDE)}]")
    n_wide = count_true(wide)
    if not n_wide:
        return []
    for character, plain in WIDE.items():
        column.text = pc.replace_substring(column.text, pattern=character, replacement=plain)
    return [Note("folded_width", n_wide, {"column": field.name})]
