"""Setting a PDF「排版」 by Typst; text reaches the template as JSON and never as markup."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import typst

from luoxuan.core.printing.glyphs import FONT_FOLDER


def typeset(template: bytes, values: Mapping[str, Any], *, stamp: int) -> bytes:
    """Return the PDF of a template and its values; the same of both give the same bytes."""
    made = typst.compile(
        template,
        font_paths=_fonts(),
        sys_inputs={"sheet": json.dumps(values, ensure_ascii=False)},
        timestamp=stamp,
    )
    if not isinstance(made, bytes):
        raise TypeError("Typst returned no bytes")
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_FOLDER)]
    )
