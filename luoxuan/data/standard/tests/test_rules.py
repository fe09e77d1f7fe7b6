"""Guessed types, proposed names, differences and findings, by tables of cases."""

import pytest

from luoxuan.data.standard.rules import (
    Difference,
    FindingSeverity,
    differences,
    guess_type,
    lint_standard,
    local_origin,
    proposed_name,
)
from luoxuan.data.warehouse.patterns import is_sound

DUTIES = {
    "owner_unit": "EAST", "collector": "EAST", "auditor": "", "recipients": [], "due_day": 5,
}  # fmt: skip


def field(name: str, **more):
    return {
        "name": name, "title": name, "type": "text", "is_required": False, "about": "",
        "owned_by": "", "pattern": "", "code_list": "", "source_standard": "", "source_code": "",
        **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "guessed"),
    [
        (["1", "20", "-3"], ("integer", 0)),
        (["1.5", "2", "3.25"], ("decimal", 2)),
        (["0123", "0456"], ("text", 0)),
        (["0", "10"], ("integer", 0)),
        (["20250101", "20250102"], ("text", 0)),
        (["2025-01-01", "2025/2/3"], ("date", 0)),
        (["2025-01-01 08:00", "2025-01-02"], ("time", 0)),
        (["是", "否"], ("boolean", 0)),
        (["甲", "1"], ("text", 0)),
        (["", " "], ("text", 0)),
        (["1" * 16], ("text", 0)),
    ],
)
def test_a_type_is_guessed_only_when_every_text_fits(texts, guessed):
    assert guess_type(texts) == guessed


def test_a_header_gives_a_name_of_its_own():
    assert proposed_name("Student No.", 0, []) == "student_no"
    assert proposed_name("学号", 2, []) == "field_3"
    assert proposed_name("Score", 4, ["score"]) == "score_5"


def test_a_changed_row_is_marked_as_local_once():
    assert local_origin("small@1") == "local@small@1"
    assert local_origin("local@1") == "local@1"


def test_differences_name_fields_added_withdrawn_and_changed():
    before = {"title": "a", "fields": [field("x"), field("y")], "duties": DUTIES}
    after = {
        "title": "b", "fields": [field("x", type="date"), field("z")],
        "duties": {**DUTIES, "due_day": 9},
    }  # fmt: skip
    assert differences(before, after) == [
        Difference("", "title", "a", "b"),
        Difference("", "due_day", 5, 9),
        Difference("z", "", "", "z"),
        Difference("y", "", "y", ""),
        Difference("x", "type", "text", "date"),
    ]
    assert differences(after, after) == []


def findings(standards, **more):
    told = {"code_lists": [], "places": ["EAST"], "is_sound": {}, **more}
    return {(one.rule, one.dataset, one.field) for one in lint_standard(standards, **told)}


def test_a_standard_in_order_has_no_findings():
    assert findings({"a": {"duties": DUTIES, "fields": [field("x")]}}) == set()


def test_every_rule_of_the_standard_finds_its_fault():
    bare = {**DUTIES, "owner_unit": "", "collector": "NOBODY", "due_day": None}
    standards = {
        "a": {"duties": DUTIES, "fields": [field("code", title="工号")]},
        "b": {
            "duties": bare,
            "fields": [
                field("code", title="工号"), field("who", owned_by="a.code"),
                field("gone", owned_by="a.nothing"), field("must", is_required=True),
                field("odd", pattern="("),
            ],
        },
    }  # fmt: skip
    assert findings(standards, code_lists=["unused"], is_sound={"(": False}) == {
        ("standard.no_owner", "b", ""),
        ("standard.no_due_day", "b", ""),
        ("standard.unknown_duty", "b", ""),
        ("standard.repeats_owned", "b", "code"),
        ("standard.owner_absent", "b", "gone"),
        ("standard.no_meaning", "b", "must"),
        ("standard.bad_pattern", "b", "odd"),
        ("standard.unused_code_list", "", ""),
    }


def test_errors_come_before_notes():
    standards = {"a": {"duties": DUTIES, "fields": [field("x", pattern="(", is_required=True)]}}
    found = lint_standard(standards, code_lists=[], places=["EAST"], is_sound={"(": False})
    assert [one.severity for one in found] == [FindingSeverity.ERROR, FindingSeverity.NOTE]


@pytest.mark.parametrize("pattern", ["", "[0-9]{8}", "^a|b$", "(a+)+$", r"\p{Han}{2,4}"])
def test_patterns_that_re2_takes_are_sound(pattern):
    assert is_sound(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["(", "[", "a{2,1}", r"(a)\1", "(?=a)", "(?<=a)b", "(?!a)", "a)|(b", "((a{100}){100}){100}",
     "a{1001}", "*a", "\\", "\ud800", "a" * 201, "(?P<n>a)(?P=n)", "(?>a)"],
)  # fmt: skip
def test_patterns_that_could_run_away_or_do_not_parse_are_refused(pattern):
    assert not is_sound(pattern)
