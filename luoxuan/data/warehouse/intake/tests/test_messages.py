"""Every code has its sentences, in both languages and in the table of the README."""

import re
from pathlib import Path
from string import Formatter

import pytest

from luoxuan.data.warehouse.intake import message
from luoxuan.data.warehouse.intake.file_messages import FILE_MESSAGES
from luoxuan.data.warehouse.intake.question_messages import CHOICE_MESSAGES, QUESTION_MESSAGES
from luoxuan.data.warehouse.intake.row_messages import NOTE_MESSAGES, PROBLEM_MESSAGES

FOLDER = Path(__file__).parents[1]
SOURCES = "".join(
    path.read_text(encoding="utf-8")
    # Declared rules find problems in what was read; they speak with the same voice.
    for path in (*FOLDER.glob("*.py"), FOLDER.parents[1] / "actions" / "checking.py")
    if not path.name.endswith("messages.py")
)
TABLES = {**FILE_MESSAGES, **PROBLEM_MESSAGES, **NOTE_MESSAGES}
ASKED = {**QUESTION_MESSAGES, **CHOICE_MESSAGES}
SHORTER = {"not_in_code_list_at_all", "unknown_reference_at_all"}
# Codes of ready answers that are put together from the question and the answer.
JOINED = ("header_unit_", "leading_zeros_", "percent_format_", "percent_text_", "thousands_",
          "unit_text_")  # fmt: skip
_SAME = {"key": "titles"}


def test_every_refusal_and_note_of_the_sources_has_a_sentence():
    raised = set(re.findall(r'FileRefused\(\s*"(\w+)"', SOURCES))
    noted = set(re.findall(r'\bNote\(\s*"(\w+)"', SOURCES))
    failed = set(re.findall(r'\.fail\(\s*"(\w+)"', SOURCES))
    assert raised <= set(FILE_MESSAGES)
    assert noted <= set(NOTE_MESSAGES)
    assert failed <= set(PROBLEM_MESSAGES)


def test_every_sentence_belongs_to_a_code_of_the_sources():
    unused = [code for code in TABLES if f'"{code}"' not in SOURCES]
    assert set(unused) == SHORTER
    told = [code for code in ASKED if f'"{code}"' not in SOURCES and not code.startswith(JOINED)]
    assert told == []


@pytest.mark.parametrize("code", [*TABLES, *ASKED])
def test_both_languages_use_the_same_named_facts(code):
    chinese, english = {**TABLES, **ASKED}[code]
    names = {name for _, name, _, _ in Formatter().parse(chinese) if name is not None}
    others = {name for _, name, _, _ in Formatter().parse(english) if name is not None}
    # Columns have names for one language and titles for the other.
    assert {_SAME.get(name, name) for name in others} <= names
    assert all(names)
    filled = dict.fromkeys(names | others, "x")
    assert message(code, "zh", **filled)
    assert message(code, "en", **filled)


def test_a_sentence_is_filled_and_lists_are_joined():
    text = message("missing_columns", "zh-hans", columns=["学号", "姓名"], found=["a"])
    assert text == "缺少列：学号、姓名。文件中的表头是：a。请补上这些列，或下载模板填写。"
    assert message("required", "en-us") == "A required value is missing. Fill it in."
    text = message("not_in_code_list", suggestion="", codes="通过、缺考")
    assert text == "不在代码表中。应为其中之一：通过、缺考。"


def test_every_code_stands_in_the_readme():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(\w+)`", readme, re.MULTILINE))
    assert listed == {*TABLES, *ASKED} - SHORTER
