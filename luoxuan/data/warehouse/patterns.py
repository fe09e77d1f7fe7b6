"""Patterns of fields「正则表达式」 as the engine takes them: RE2, which never runs away."""

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
