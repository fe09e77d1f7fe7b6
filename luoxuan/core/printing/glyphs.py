"""Which characters the shipped fonts can draw「字形」; what they cannot is never lost silently."""

import struct
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

FONT_FOLDER = Path(str(files("luoxuan.core").joinpath("templates/print/fonts")))
REGULAR = FONT_FOLDER / "NotoSansCJKsc-Regular-subset.otf"
SUBSTITUTE = "〓"


@cache
def drawable() -> frozenset[int]:
    """Return the code points that the regular face has."""
    return frozenset(_code_points(REGULAR.read_bytes()))


def missing_in(values: Any) -> list[str]:
    """Return the characters of JSON values without a glyph, sorted, each once."""
    known = drawable()
    found = {mark for text in _texts(values) for mark in text if ord(mark) >= 32}
    return sorted(mark for mark in found if ord(mark) not in known)


def substituted(values: Any, missing: list[str]) -> Any:
    """Return JSON values with every missing character replaced by the mark of a missing one."""
    if not missing:
        return values
    table = {ord(mark): SUBSTITUTE for mark in missing}
    return _mapped(values, table)


def missing_note(missing: list[str]) -> str:
    """Return what the document says about them, empty when nothing is missing."""
    if not missing:
        return ""
    named = "、".join(f"U+{ord(mark):04X}" for mark in missing[:40])
    words = f"以下 {len(missing)} 个字符本系统的字体没有字形，印作“{SUBSTITUTE}”：{named}。"
    return words + "网页上仍可看到原字。"


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, dict):
        for value in values.values():
            yield from _texts(value)
    elif isinstance(values, (list, tuple)):
        for value in values:
            yield from _texts(value)


def _mapped(values: Any, table: dict[int, str]) -> Any:
    if isinstance(values, str):
        return values.translate(table)
    if isinstance(values, dict):
        return {name: _mapped(value, table) for name, value in values.items()}
    if isinstance(values, (list, tuple)):
        return [_mapped(value, table) for value in values]
    return values


def _code_points(font: bytes) -> Iterator[int]:
    """Yield the code points of the character map in format 12, which our subsets have."""
    start = _table_at(font, b"cmap")
    (n_maps,) = struct.unpack_from(">H", font, start + 2)
    for index in range(n_maps):
        (offset,) = struct.unpack_from(">I", font, start + 4 + 8 * index + 4)
        at = start + offset
        if struct.unpack_from(">H", font, at)[0] != 12:
            continue
        (n_groups,) = struct.unpack_from(">I", font, at + 12)
        for group in range(n_groups):
            first, last, _glyph = struct.unpack_from(">III", font, at + 16 + 12 * group)
            yield from range(first, last + 1)
        return
    raise ValueError("the font has no character map in format 12")


def _table_at(font: bytes, name: bytes) -> int:
    (n_tables,) = struct.unpack_from(">H", font, 4)
    for index in range(n_tables):
        tag, _sum, offset, _length = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if tag == name:
            return int(offset)
    raise ValueError(f"the font has no table {name!r}")
