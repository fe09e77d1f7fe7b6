"""Decimals of more than fifteen digits that a workbook holds as text「长小数文本」.

A number cell with so many digits is noise of the arithmetic and is rounded; a text cell says them
on purpose. The reader gives both as text, so only the raw XML tells.
"""

import re
from collections.abc import Iterable

_TEXT = re.compile(rb"<t(?: [^>]*)?>(-?[0-9]*\.[0-9]+)</t>")
_OVERLAP = 200


def long_decimals(chunks: Iterable[bytes]) -> set[str]:
    """Return the decimals that stand as text in a part of a workbook."""
    found: set[str] = set()
    rest = b""
    for chunk in chunks:
        piece = rest + chunk
        found.update(text.decode() for text in _TEXT.findall(piece))
        rest = piece[-_OVERLAP:]
    return found
