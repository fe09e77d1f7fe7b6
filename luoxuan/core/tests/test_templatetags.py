"""Filters and tags: numbers, words and chips as people read them."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

from luoxuan import __version__
from luoxuan.core.templatetags.chips import alert_chip, disposition_chip, status_chip
from luoxuan.core.templatetags.numbers import amount, fraction, reading
from luoxuan.core.templatetags.tables import beside
from luoxuan.core.templatetags.words import kind_words, text_of

SHARE = SimpleNamespace(unit="share", decimals=4)
POINTS = SimpleNamespace(unit="points", decimals=1)


@pytest.mark.parametrize(
    ("value", "indicator", "words"),
    [
        ("0.475", SHARE, "47.50 %"),
        ("0", SHARE, "0.00 %"),
        ("1", SimpleNamespace(unit="share", decimals=2), "100 %"),
        ("1234.56", POINTS, "1,234.6"),
        ("17", SimpleNamespace(unit="count", decimals=0), "17"),
    ],
)
def test_a_reading_is_written_with_the_declared_decimals(value, indicator, words):
    assert reading(Decimal(value), indicator) == words


def test_a_missing_number_is_a_dash_and_never_zero():
    assert reading(None, SHARE) == "—"
    assert amount(None) == "—"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("72.000000000", "72"),
        ("1204.500", "1,204.5"),
        ("0", "0"),
        ("-0.25", "-0.25"),
        ("1E+3", "1,000"),
    ],
)
def test_an_amount_has_thousands_and_no_idle_zeros(value, words):
    assert amount(Decimal(value)) == words


def test_a_fraction_is_shown_as_counted():
    assert (
        fraction(SimpleNamespace(numerator=Decimal("72.0"), denominator=Decimal(118))) == "72/118"
    )


@pytest.mark.parametrize("denominator", [Decimal(1), None])
def test_a_plain_sum_has_no_fraction(denominator):
    assert fraction(SimpleNamespace(numerator=Decimal(72), denominator=denominator)) == ""


def test_a_title_follows_the_language_and_falls_back_to_chinese():
    both = SimpleNamespace(title="及格率", title_en="Pass rate")
    only = {"title": "及格率", "title_en": ""}
    with translation.override("en"):
        assert text_of(both, "title") == "Pass rate"
        assert text_of(only, "title") == "及格率"
    with translation.override("zh-hans"):
        assert text_of(both, "title") == "及格率"


@pytest.mark.parametrize(
    ("status", "name", "words"),
    [
        ("MET", "ok", "达标"),
        ("BELOW_STANDARD", "wa", "未达标准"),
        ("WARNING", "ba", "预警"),
        ("NO_DATA", "no", "无数据"),
        ("NOT_JUDGED", "un", "未设标准"),
        (None, "no", "无数据"),
    ],
)
def test_a_state_is_shape_class_and_word(status, name, words):
    assert status_chip(status) == f'<span class="status {name}">{words}</span>'


def test_an_unknown_state_is_escaped():
    assert "<b>" not in status_chip("<b>")
    assert "<b>" not in disposition_chip("<b>")


def test_an_alert_is_open_or_recovered():
    assert "未恢复" in alert_chip(SimpleNamespace(status="OPEN"))
    assert "已恢复" in alert_chip(SimpleNamespace(status="CLOSED"))


def test_an_unknown_kind_is_shown_as_it_is():
    assert kind_words("COURSE") == "课程"
    assert kind_words("SHIP") == "SHIP"


def test_a_template_escapes_a_hostile_title():
    page = Template("{% load words %}{{ thing|text_of:'title' }}")
    assert page.render(Context({"thing": {"title": "<img src=x>"}})) == "&lt;img src=x&gt;"


def test_the_drawings_reach_the_page_unescaped():
    thing = {"value": None, "indicator": {"unit": "share", "decimals": 4}}
    page = Template("{% load charts %}{% bullet thing %}{% trend line %}")
    text = page.render(Context({"thing": thing, "line": {"title": "<b>", "points": []}}))
    assert text.count("<svg") == 2
    assert "<b>" not in text


def test_each_cell_stands_beside_its_column():
    assert list(beside([1, None], ["成绩", "等级"])) == [(1, "成绩"), (None, "等级")]


def test_the_version_of_the_program_does_not_depend_on_what_a_page_calls_version():
    page = Template("{% load words %}{% program_version %}")
    assert page.render(Context({"version": "dataset version 2"})) == __version__
