"""What is not a formula is refused, with a code, a place and words; nothing else ever happens."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from luoxuan.data.formula import (
    FormulaRefused,
    describe,
    explain,
    parse_indicator,
    parse_measure,
    parse_row,
)
from luoxuan.data.formula.refusals import CHINESE, ENGLISH
from luoxuan.data.formula.tests.conftest import FIELDS

ROW_CASES = [
    ("", "text_empty", 1),
    ("  \n", "text_empty", 1),
    ("1" + "+1" * 500, "text_too_long", 1001),
    ("1" + "+1" * 120, "too_many_nodes", 201),
    ("(" * 13 + "1" + ")" * 13, "too_deep", 14),
    ("- " * 13 + "1", "too_deep", 27),
    ("score # 1", "unexpected_character", 7),
    ("score；1", "unexpected_character", 6),
    ("score +", "unexpected_end", 8),
    ("score 1", "unexpected_token", 7),
    ("score ** 2", "unexpected_token", 8),
    ("score // 2", "unexpected_token", 8),
    ("score % 2", "unexpected_token", 7),
    ("5 % 3", "unexpected_token", 5),
    ('"abc', "string_not_closed", 1),
    ("“abc\"", "string_not_closed", 1),
    ('"' + "a" * 201 + '"', "string_too_long", 1),
    ("【score", "name_not_closed", 1),
    ("【 】", "name_empty", 1),
    ("1234567890123456", "number_too_long", 1),
    ('"a\x00b"', "control_character", 3),
    ('"a\ud800"', "control_character", 3),
    ("score\x00", "control_character", 6),
    ("nothing + 1", "unknown_name", 1),
    ("Score + SCORE", "unknown_name", 9),
    ("人数 + 1", "ambiguous_name", 1),
    ("sqrt(score)", "unknown_function", 1),
    ("1 + count()", "aggregate_nested", 5),
    ("若(banked, 1)", "argument_missing", 1),
    ("日期(2025, 1)", "argument_missing", 1),
    ("年()", "argument_missing", 1),
    ("年(taken_on, 1)", "arguments_too_many", 13),
    ("若(score, 1, 2)", "condition_expected", 3),
    ("非 score", "condition_expected", 3),
    ("score and banked", "condition_expected", 1),
    ("student + 1", "number_expected", 1),
    ("-banked", "number_expected", 2),
    ("年(score)", "date_expected", 3),
    ('taken_on > "2025-02-30"', "date_invalid", 12),
    ('taken_on > "2025/02/03"', "date_invalid", 12),
    ("日期(2025, 13, 1)", "date_invalid", 1),
    ("日期(2025, score, 1)", "literal_expected", 1),
    ("缺省(score, weight)", "literal_expected", 11),
    ("score in [weight]", "literal_expected", 11),
    ("score in (1, 2)", "list_expected", 10),
    ("score in []", "unexpected_token", 11),
    ('score > "5"', "types_differ", 1),
    ('score in [1, "2"]', "types_differ", 14),
    ("banked > true", "types_differ", 1),
    ('缺省(score, "x")', "types_differ", 11),
    ("连接(student, weight)", "text_expected", 13),
    ("score / 2", "division_in_measure", 1),
    ("weight * fee * fee * fee * fee * fee", "scale_too_large", 1),
    ("score = 1 = 2", "chained_equality", 11),
    ("1 < score < 2 < 3", "chained_equality", 15),
]  # fmt: skip
MEASURE_CASES = [
    ("score", "aggregate_expected", 1),
    ("sum(score) / count()", "division_in_measure", 1),
    ("sum(sum(score))", "aggregate_nested", 5),
    ("sum()", "argument_missing", 1),
    ("weighted_mean(score)", "argument_missing", 1),
    ("sum(score, 5)", "arguments_too_many", 12),
    ("sum(score, where=banked, 条件=banked)", "argument_repeated", 29),
    ("count(banked, where=banked)", "argument_repeated", 21),
    ("sum(where=banked, score)", "unexpected_token", 19),
    ("sum(score,)", "unexpected_token", 11),
    ("max(taken_on)", "number_expected", 5),
    ("count(score)", "condition_expected", 7),
    ("share(banked, of=score + 1)", "field_expected", 18),
    ("weighted_mean(fee * fee * fee, fee * fee)", "scale_too_large", 1),
]
INDICATOR_CASES = [
    ("m / 0", "division_by_zero", 5),
    ("1", "measure_expected", 1),
    ("m > 1", "not_in_indicator", 1),
    ("nothing", "unknown_measure", 1),
]
HOSTILE = [
    "__import__('os').system('id')",
    "().__class__.__bases__[0]",
    "score.__class__",
    "lambda: 1",
    "[x for x in [1]]",
    "score ** 99999999",
    "f'{score}'",
    "exec('1')",
    "eval('1')",
    "open('/etc/passwd')",
    "1; DROP TABLE rows",
    "score -- comment",
    "score /* comment */",
    "(" * 300 + "1" + ")" * 300,
    "[" * 300,
    "not " * 200 + "banked",
    "1+" * 1000,
    "9" * 2000,
    "read_csv('/etc/passwd')",
    "$1",
    "score::varchar",
    "{'a': 1}",
    "x := 1",
    "`score`",
    "@variable",
    "score if banked else 0",
]
MEASURES = {"m": parse_measure("count()", FIELDS)}


def refusal(parse, text):
    """Return the refusal of a text, or None if it is accepted and can be said in words."""
    try:
        formula = parse(text, FIELDS)
    except FormulaRefused as refused:
        return refused
    assert explain(formula)
    return None


@pytest.mark.parametrize(("text", "code", "position"), ROW_CASES)
def test_a_faulty_row_formula_is_refused_where_it_is_wrong(text, code, position):
    with pytest.raises(FormulaRefused) as caught:
        parse_row(text, FIELDS)
    assert (caught.value.code, caught.value.position) == (code, position)


@pytest.mark.parametrize(("text", "code", "position"), MEASURE_CASES)
def test_a_faulty_measure_is_refused_where_it_is_wrong(text, code, position):
    with pytest.raises(FormulaRefused) as caught:
        parse_measure(text, FIELDS)
    assert (caught.value.code, caught.value.position) == (code, position)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_refused_in_every_place(text):
    for parse in (
        lambda: parse_row(text, FIELDS),
        lambda: parse_measure(text, FIELDS),
        lambda: parse_indicator(text, MEASURES),
    ):
        with pytest.raises(FormulaRefused):
            parse()


def test_every_code_is_tried_and_has_words_in_both_languages():
    tried = {code for _, code, _ in (*ROW_CASES, *MEASURE_CASES, *INDICATOR_CASES)}
    assert tried == set(CHINESE) == set(ENGLISH)


@pytest.mark.parametrize("text", [text for text, _, _ in (*ROW_CASES, *MEASURE_CASES)])
def test_every_refusal_is_said_in_both_languages(text):
    for refused in filter(None, (refusal(parse_row, text), refusal(parse_measure, text))):
        assert describe(refused).startswith(f"第{refused.position}个字符：")
        assert describe(refused, "en").startswith(f"Character {refused.position}: ")


def test_types_are_named_in_the_language_of_the_reader():
    with pytest.raises(FormulaRefused) as caught:
        parse_row('score > "5"', FIELDS)
    assert describe(caught.value) == "第1个字符：两边的类型不同：整数和文字。"
    english = "Character 1: The two sides differ in type: an integer and a text."
    assert describe(caught.value, "en") == english


WORDS = some.sampled_from(
    [*"+-*/()[],=<>%\"'（）“”【】.", " ", "score", "人数", "banked", "count", "若", "条件=",
     "not ", " in ", " and ", "1", "0.5", "m", "日期", "\"2025-05-31\"", "share", "of="]
)  # fmt: skip


@settings(deadline=None, database=None)
@given(some.one_of(some.text(max_size=60), some.lists(WORDS, max_size=25).map("".join)))
def test_random_text_is_read_or_refused_and_nothing_else(text):
    for refused in (
        refusal(parse_row, text),
        refusal(parse_measure, text),
        refusal(lambda written, _: parse_indicator(written, MEASURES), text),
    ):
        if refused is not None:
            assert 1 <= refused.position <= len(text) + 1
            assert refused.length >= 0
            assert describe(refused)
