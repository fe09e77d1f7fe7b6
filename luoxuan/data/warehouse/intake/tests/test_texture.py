"""What a column's bytes prove, against a look at every character."""

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoxuan.data.warehouse.intake.texture import texture_of

TEXTS = st.lists(
    st.text(st.sampled_from("a9-./%= \t\x7f\x85中国龥、　éﬁ０\u200b\u0301𠮷"), max_size=6)
)


@settings(max_examples=500, deadline=None)
@given(TEXTS, st.integers(0, 3))
def test_plain_texts_have_nothing_to_trim_to_refuse_or_to_compose(texts, start):
    column = pa.array(texts, pa.string()).slice(min(start, len(texts)))
    texts = column.to_pylist()
    found = texture_of(column)
    joined = "".join(texts)
    assert found.is_ascii == joined.isascii()
    assert found.holds("=") == ("=" in joined)
    if joined:
        assert found.is_digits == all(mark in "-./9" for mark in joined)
    lengths = [len(text.encode()) for text in texts] or [0]
    assert (found.shortest, found.longest) == (min(lengths), max(lengths))
    if found.is_plain:
        assert unicodedata.normalize("NFKC", joined) == joined
        assert not any(unicodedata.category(mark)[0] in "CZM" for mark in joined)


@pytest.mark.parametrize(
    ("texts", "is_plain"),
    [(["张三", "A1"], True), (["张 三"], False), (["ﬁ"], False), (["0\x7f"], False), ([], True)],
)
def test_usual_texts_are_plain_and_odd_ones_are_not(texts, is_plain):
    assert texture_of(pa.array(texts, pa.string())).is_plain is is_plain
