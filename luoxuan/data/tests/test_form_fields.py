"""What a form takes and what it refuses, by tables of cases."""

import pytest

from luoxuan.data.form_blocks import error_text
from luoxuan.data.form_fields import check_values, parse_fields, plain_fields

FIELDS = parse_fields(
    [
        {"name": "words", "title": "说明", "type": "text", "is_required": True, "max_length": 5},
        {"name": "share", "title": "占比", "type": "number", "minimum": 0, "maximum": "100"},
        {"name": "pick", "title": "结论", "type": "choice",
         "choices": [{"value": "a", "title": "甲"}, {"value": "b", "title": "乙"}]},
        {"name": "day", "title": "日期", "type": "date", "minimum": "2026-01-01",
         "maximum": "2026-12-31"},
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("words", " 五个字的话 ", "五个字的话"), ("words", "a\r\nb", "a\nb"),
        ("share", "85", "85"), ("share", "85.50%", "85.50"), ("share", "0", "0"),
        ("share", "1e2", "100"), ("pick", "b", "b"),
        ("day", "2026-01-01", "2026-01-01"), ("day", "2026/12/31", "2026-12-31"),
    ],
)  # fmt: skip
def test_an_answer_is_kept_in_its_plain_form(name, text, kept):
    clean, errors = check_values(FIELDS, {"words": "有", name: text})
    assert (clean[name], errors) == (kept, {})


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("words", "", "missing"), ("words", "  ", "missing"), ("words", "六个字的话了", "too_long"),
        ("share", "-0.1", "too_small"), ("share", "100.1", "too_large"),
        ("share", "很多", "not_a_number"), ("share", "NaN", "not_a_number"),
        ("share", "1e999", "not_a_number"), ("pick", "c", "unknown_choice"),
        ("day", "8月底前", "not_a_date"), ("day", "2026-02-30", "not_a_date"),
        ("day", "2025-12-31", "too_early"), ("day", "2027-01-01", "too_late"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_named_by_its_code(name, text, code):
    clean, errors = check_values(FIELDS, {"words": "有", name: text})
    assert errors == {name: code}
    assert name not in clean
    field = next(field for field in FIELDS if field.name == name)
    assert error_text(field, code) != code


def test_an_empty_answer_that_is_not_required_is_left_out_and_not_zero():
    assert check_values(FIELDS, {"words": "有", "share": ""}) == ({"words": "有"}, {})


def test_answers_to_nothing_are_dropped():
    assert check_values(FIELDS, {"words": "有", "other": "x"})[0] == {"words": "有"}


def test_fields_are_written_as_they_are_read():
    assert parse_fields(plain_fields(FIELDS)) == FIELDS


@pytest.mark.parametrize(
    "declared",
    [
        [],
        [{"name": "a", "title": "甲"}, {"name": "a", "title": "乙"}],
        [{"name": "a b", "title": "甲"}],
        [{"name": "a", "title": ""}],
        [{"name": "a", "title": "甲", "type": "choice"}],
        [{"name": "a", "title": "甲", "choices": [{"value": "x", "title": "X"}]}],
        [{"name": "a", "title": "甲", "type": "picture"}],
        [{"name": "a", "title": "甲", "minimum": 3}],
        [{"name": "a", "title": "甲", "type": "date", "minimum": "gestern"}],
        [{"name": "a", "title": "甲", "prefill": "score"}],
        [{"name": "a", "title": "甲", "prefill": "score.n", "prefill_key": {"k": "weather"}}],
        [{"name": "a", "title": "甲", "prefill": "last", "prefill_key": {"k": "subject"}}],
    ],
)
def test_a_form_that_is_not_well_formed_is_refused(declared):
    with pytest.raises((ValueError, ArithmeticError), match=r".+"):
        parse_fields(declared)


SEVERAL = parse_fields(
    [
        {"name": "has", "title": "有无", "type": "yes_no"},
        {"name": "n", "title": "几项", "type": "integer", "shown_if": {"has": "true"}},
        {"name": "rate", "title": "率", "type": "number", "decimals": 1, "prefill": "score.rate"},
        {
            "name": "kinds", "title": "种类", "type": "several",
            "choices": [{"value": "a", "title": "甲"}, {"value": "b", "title": "乙"}],
        },
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("values", "clean", "errors"),
    [
        ({"has": "true", "n": "3"}, {"has": "true", "n": "3"}, {}),
        ({"has": "true", "n": "3.5"}, {"has": "true"}, {"n": "not_whole"}),
        ({"has": "false", "n": "x"}, {"has": "false"}, {}),
        ({"has": "maybe"}, {}, {"has": "unknown_choice"}),
        ({"rate": "1.25"}, {}, {"rate": "too_many_decimals"}),
        ({"rate": "1.50"}, {"rate": "1.50"}, {}),
        ({"kinds": "b;a"}, {"kinds": "a;b"}, {}),
        ({"kinds": "b;z"}, {}, {"kinds": "unknown_choice"}),
    ],
)
def test_whole_numbers_decimals_conditions_and_several_choices_are_checked(values, clean, errors):
    assert check_values(SEVERAL, values) == (clean, errors)


def test_what_was_declared_comes_back_the_same():
    assert parse_fields(plain_fields(SEVERAL)) == SEVERAL


def test_a_condition_names_a_question_before_it():
    with pytest.raises(ValueError, match="condition of n"):
        parse_fields([{"name": "n", "title": "n", "shown_if": {"later": "1"}}])
