"""Whoever is refused is told what to do next."""

import re

import pytest

from luoxuan.data.warehouse.intake.file_messages import FILE_MESSAGES
from luoxuan.data.warehouse.intake.row_messages import PROBLEM_MESSAGES

# What to do, or that nothing has to be done.
NEXT_STEP = re.compile(r"请|应|须|只能|可以|可用|已保留|没有改动")


@pytest.mark.parametrize("code", sorted({**FILE_MESSAGES, **PROBLEM_MESSAGES}))
def test_a_sentence_of_the_reader_names_the_next_step(code):
    chinese, english = {**FILE_MESSAGES, **PROBLEM_MESSAGES}[code]
    assert NEXT_STEP.search(chinese), chinese
    assert english
