"""No dataset may bear the name of a page of the data centre."""

from django.urls import get_resolver

from luoxuan.data.rules import RESERVED_NAMES


def first_words() -> set[str]:
    """Return the first fixed word of every address below /data/."""
    (data,) = (
        row for row in get_resolver().url_patterns if getattr(row, "namespace", "") == "data"
    )
    found, todo = set(), [(row, "") for row in data.url_patterns]
    while todo:
        row, before = todo.pop()
        path = before + str(row.pattern)
        todo += [(one, path) for one in getattr(row, "url_patterns", ())]
        word = path.partition("/")[0]
        if not hasattr(row, "url_patterns") and word and "<" not in word:
            found.add(word)
    return found


def test_every_fixed_word_below_the_data_centre_is_reserved():
    assert first_words() <= RESERVED_NAMES
    assert {"imports", "sources", "quality"} <= first_words()
