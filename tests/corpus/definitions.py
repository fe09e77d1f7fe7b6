"""Definitions that cannot be「坏定义」: formulas, patterns, orders, a spoiled workbook."""

import io

import openpyxl

from tests.corpus.thresholds import orders

FORMULAS = (
    "得分 +", "(得分", "得分)", "得分 + 结果", "没有 + 1", "计数(得分)", "平均(得分)", "得分 / 0",
    "1 == 1 == 1", "'x", "【得分", "【】", "foo(得分)", "得分 in 5", "__import__('os')",
    "得分; DROP TABLE x", "得分 \x00", "9" * 60, "(" * 300 + "1" + ")" * 300, "得分" * 6000,
)  # fmt: skip
PATTERNS = (
    "(", ")", "[", "[z-a]", "*", "+a", "a{2,1}", "a{1001}", "((a{100}){100}){100}", r"(a)\1",
    r"(?P<x>a)(?P=x)", "(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", "(?>a)", "a)|(b", "\\", "(?i",
    "a" * 201,
)  # fmt: skip

ORDERS = tuple(orders())

DEFINITIONS = {"formulas": FORMULAS, "patterns": PATTERNS, "threshold_orders": ORDERS}


def with_cell(content: bytes, sheet: str, column: str, text: str) -> bytes:
    """Return the workbook with another text in a column of the first row."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book[sheet]
    place = [cell.value for cell in page[1]].index(column) + 1
    page.cell(2, place).value = text
    page.cell(2, place).data_type = "s"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
