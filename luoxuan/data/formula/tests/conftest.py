"""A small table with missing values, and the fields by which formulas see it."""

import duckdb
import pytest

from luoxuan.data.formula import FieldInfo, FieldType

FIELDS = (
    FieldInfo("student", FieldType.TEXT, ("学号", "Student")),
    FieldInfo("result", FieldType.CODE, ("最终结果", "Result")),
    FieldInfo("score", FieldType.INTEGER, ("考核成绩", "Score")),
    FieldInfo("weight", FieldType.DECIMAL, ("权重", "Weight"), 1),
    FieldInfo("fee", FieldType.DECIMAL, ("费用", "Fee"), 2),
    FieldInfo("banked", FieldType.BOOLEAN, ("沿用", "Banked")),
    FieldInfo("taken_on", FieldType.DATE, ("考试日期", "Taken on")),
    FieldInfo("sent_at", FieldType.TIME, ("提交时间", "Sent at")),
    FieldInfo("rate", FieldType.DECIMAL, ("就业率（%）",), 2),
    FieldInfo("first", FieldType.INTEGER, ("人数",)),
    FieldInfo("second", FieldType.INTEGER, ("人数",)),
    FieldInfo('od"d', FieldType.INTEGER, ("怪名",)),
)

ROWS = """
    ('a', 'Pass', 80, 2.5, 10.25, true, '2025-05-30', '2025-05-31 00:00:00', 90.50, 1, 7, 1),
    ('a', 'Fail', 40, 1.0, NULL, false, '2025-05-31', '2025-05-31 08:00:00', 80.00, 2, 7, 2),
    ('b', 'Pass', NULL, 4.0, 0.50, NULL, NULL, NULL, NULL, 3, 7, 3),
    ('c', NULL, 61, NULL, -3.75, true, '2024-12-01', '2024-12-01 23:59:59', 70.25, 4, 7, 4),
    (NULL, 'O''Hara', 0, 0.5, 1.00, false, '2025-06-01', '2025-06-01 00:00:01', 60.00, 5, 7, 5)
"""


@pytest.fixture
def fields():
    return FIELDS


@pytest.fixture(scope="session")
def database():
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE rows (student VARCHAR, result VARCHAR, score BIGINT, weight DECIMAL(18,1), "
        "fee DECIMAL(18,2), banked BOOLEAN, taken_on DATE, sent_at TIMESTAMP, "
        'rate DECIMAL(18,2), first BIGINT, second BIGINT, "od""d" BIGINT)'
    )
    connection.execute(f"INSERT INTO rows VALUES {ROWS}")
    yield connection
    connection.close()
