"""Every text of the product is Chinese in the source and English in the catalogue."""

import re
from functools import cache

import polib
import pytest

from luoxuan.testing.translations import (
    CATALOGUE,
    Text,
    UnreadableText,
    english_of,
    is_compiled,
    key_of,
    renew,
    texts,
    texts_of_python,
    texts_of_template,
)

RENEW = "python -m luoxuan.testing.translations"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff01-\uff60]")
NAMED = re.compile(r"%\((\w+)\)[a-z]|(?<!\{)\{(\w+)[^{}]*\}(?!\})")
NAMELESS = re.compile(r"%[sdifr]|(?<!\{)\{[:!][^{}]*\}|(?<!\{)\{\}")


def placeholders(text):
    return {first or second for first, second in NAMED.findall(text)}


@cache
def entries():
    return [entry for entry in polib.pofile(str(CATALOGUE), encoding="utf-8") if not entry.obsolete]


def test_every_text_has_an_entry():
    missing = texts().keys() - {key_of(entry) for entry in entries()}
    assert not missing, f"{RENEW} adds: {sorted(missing)}"


def test_every_entry_has_its_english():
    empty = [entry.msgid for entry in entries() if not all(english_of(entry))]
    assert not empty, empty


def test_no_entry_is_marked_as_a_guess():
    assert not [entry.msgid for entry in entries() if "fuzzy" in entry.flags]


def test_no_english_text_contains_chinese():
    left = [text for entry in entries() for text in english_of(entry) if CHINESE.search(text)]
    assert not left, left


def test_no_entry_is_left_from_a_text_that_is_gone():
    stale = {key_of(entry) for entry in entries()} - texts().keys()
    assert not stale, f"{RENEW} removes: {sorted(stale)}"


def test_no_entry_stands_twice():
    keys = [key_of(entry) for entry in entries()]
    assert len(keys) == len(set(keys))


def test_english_names_the_placeholders_of_the_chinese():
    wrong = [
        (entry.msgid, text)
        for entry in entries()
        for text in english_of(entry)
        if text and placeholders(text) != placeholders(entry.msgid)
    ]
    assert not wrong, wrong


def test_placeholders_have_names():
    nameless = [text.text for text in texts().values() if NAMELESS.search(text.text)]
    assert not nameless, nameless


def test_the_compiled_catalogue_is_current():
    assert is_compiled(CATALOGUE), RENEW


# The tools themselves: each must be seen to find what it is for.


def test_texts_are_read_from_python():
    source = (
        "_('预警')\nx.gettext_lazy('指标' '名称')\nngettext('%(n)s 行', '%(n)s 行', n)\n"
        "pgettext('学', '年')\ngettext(title)\nother('无关')\n"
    )
    found = list(texts_of_python(source, "a.py"))
    assert [(text.context, text.text, text.plural) for text in found] == [
        ("", "预警", ""),
        ("", "指标名称", ""),
        ("", "%(n)s 行", "%(n)s 行"),
        ("学", "年", ""),
    ]


@pytest.mark.parametrize(
    "source", ["_(f'共 {n} 行')", "_('共' + name)", "_(title)", "ngettext('行', n)"]
)
def test_a_text_put_together_at_run_time_is_refused(source):
    with pytest.raises(UnreadableText):
        list(texts_of_python(source, "a.py"))


def test_texts_are_read_from_templates():
    source = (
        "{% load i18n %}<a title=\"{% translate '首页' %}\">{{ _('数据') }}</a>"
        '{% translate "列表" context "图" %}'
        "{% blocktranslate count n=rows %}{{ n }} 行{% plural %}{{ n }} 行{% endblocktranslate %}"
        "{% blocktranslate trimmed with a=b %}\n  来自 {{ a }}\n{% endblocktranslate %}"
        '{{ title|default:_("无标题") }}'
    )
    found = {(text.context, text.text, text.plural) for text in texts_of_template(source, "a.html")}
    assert found == {
        ("", "首页", ""),
        ("", "数据", ""),
        ("图", "列表", ""),
        ("", "%(n)s 行", "%(n)s 行"),
        ("", "来自 %(a)s", ""),
        ("", "无标题", ""),
    }


def test_renewing_keeps_the_english_and_drops_what_is_gone(tmp_path):
    catalogue = tmp_path / "django.po"
    assert renew(catalogue, [Text("预警"), Text("指标")]) == (2, 0, 2)
    written = polib.pofile(str(catalogue), encoding="utf-8")
    written.find("预警").msgstr = "Alert"
    written.save()
    assert not is_compiled(catalogue)
    assert renew(catalogue, [Text("预警"), Text("数据")]) == (1, 1, 1)
    again = polib.pofile(str(catalogue), encoding="utf-8")
    assert [(entry.msgid, entry.msgstr) for entry in again] == [("预警", "Alert"), ("数据", "")]
    assert is_compiled(catalogue)


def test_placeholders_are_seen_in_both_spellings():
    assert placeholders("共 %(n)s 行，{name} 100%") == {"n", "name"}
    assert NAMELESS.search("共 %s 行")
    assert NAMELESS.search("共 {} 行")
    assert not NAMELESS.search("共 %(n)s 行 {name} 60%")
