"""What somebody may type to find a subject「检索词」: code, names, pinyin, initials."""

from functools import cache

from pypinyin import Style, lazy_pinyin


def search_text(*, code: str, name: str, name_en: str) -> str:
    """Return the text in which a query is looked for, in lower case, parts between blanks.

    ``张三丰`` is found by its characters, by ``zhangsanfeng`` and by ``zsf``.
    """
    syllables = _syllables(name)
    parts = (code, name, name_en, "".join(syllables), "".join(part[:1] for part in syllables))
    return " ".join(dict.fromkeys(part.lower() for part in parts if part))[:500]


@cache
def _syllable(character: str) -> str:
    return lazy_pinyin(character, style=Style.NORMAL)[0]


def _syllables(name: str) -> list[str]:
    """Return one syllable for each character; letters and digits stand for themselves.

    Character by character and remembered: 60,000 names cost a second, not a minute. A character
    with several readings gets its most usual one.
    """
    return [_syllable(character) for character in name if not character.isspace()]
