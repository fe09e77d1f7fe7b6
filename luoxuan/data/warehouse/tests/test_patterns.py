"""What a pattern asks for, in a text that a person can follow."""

import pytest

from luoxuan.data.warehouse.patterns import example_of, is_sound


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^[0-9]{4}-[0-9]{4}-[1-3]$", "1234-1234-1"),
        ("[0-9]{8,12}", "12345678"),
        ("^[A-Z]{2}[0-9]{4}$", "AA1234"),
        ("MATH-[0-9]", "MATH-1"),
        ("[甲乙]班", "甲班"),
        ("[0-9]{12}", "123456789012"),
        # What is no plain row of characters stands for itself.
        ("(a+)+b", "(a+)+b"),
        ("^(星期|周)?[一二三]$", "^(星期|周)?[一二三]$"),
        ("[0-9]{8}|x", "[0-9]{8}|x"),
        ("[^a]", "[^a]"),
        (r"\d{4}", r"\d{4}"),
        ("[0-9]*", "[0-9]*"),
    ],
)
def test_an_example_shows_the_form(pattern, expected):
    assert is_sound(pattern)
    assert example_of(pattern) == expected
