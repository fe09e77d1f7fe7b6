"""Row formulas run on a small table; what is quoted stays as it was written."""

import datetime

import pytest

from luoxuan.data.formula import FieldInfo, FieldType, explain, parse_row

DATE = datetime.date


@pytest.mark.parametrize(
    ("text", "kind", "decimals", "expected"),
    [
        ("score + 1", "integer", 0, [81, 41, None, 62, 1]),
        ("score - weight", "decimal", 1, ["77.5", "39.0", None, None, "-0.5"]),
        ("weight * fee", "decimal", 3, ["25.625", None, "2.000", None, "0.500"]),
        ("-(score)", "integer", 0, [-80, -40, None, -61, 0]),
        ("1 - 2 - 3", "integer", 0, [-4] * 5),
        ("2 + 3 * 4", "integer", 0, [14] * 5),
        ("999999999999999 * 999999999999999", "integer", 0, [999999999999998000000000000001] * 5),
        ("(score >= 60)", "boolean", 0, [True, False, None, True, False]),
        ('连接(student, "-", score)', "text", 0, ["a-80", "a-40", None, "c-61", None]),
        ("若(score >= 60, 1, 0)", "integer", 0, [1, 0, 0, 1, 0]),
        ("若(banked, fee, 1)", "decimal", 2, ["10.25", "1.00", "1.00", "-3.75", "1.00"]),
        ('缺省(result, "无")', "text", 0, ["Pass", "Fail", "Pass", "无", "O'Hara"]),
        ("年(taken_on)", "integer", 0, [2025, 2025, None, 2024, 2025]),
        (
            "日期(sent_at)",
            "date",
            0,
            [DATE(2025, 5, 31), DATE(2025, 5, 31), None, DATE(2024, 12, 1), DATE(2025, 6, 1)],
        ),
    ],
)
def test_row_formulas_agree_with_the_hand(database, fields, text, kind, decimals, expected):
    formula = parse_row(text, fields)
    assert (formula.type, formula.decimals) == (FieldType(kind), decimals)
    sql = f"SELECT {formula.sql()} FROM rows"
    found = [row[0] for row in database.execute(sql).fetchall()]
    if kind == "decimal":
        found = [None if value is None else str(value) for value in found]
    assert found == expected


@pytest.mark.parametrize(
    "literal",
    [
        "机电（南）",
        "\N{FULLWIDTH EQUALS SIGN}，\N{FULLWIDTH PERCENT SIGN}",
        "O'Hara",
        "'; DROP TABLE rows; --",
        "\\",
        "a\\'b",
        "$1 {x} %s",
        '"',
        "𠮷",
    ],
)
def test_a_literal_is_inert_and_untouched(database, fields, literal):
    written = '"' + literal.replace('"', '""') + '"'
    sql = f"SELECT {parse_row(written, fields).sql()} FROM rows"
    assert {row[0] for row in database.execute(sql).fetchall()} == {literal}
    assert database.execute("SELECT count(*) FROM rows").fetchone()[0] == 5


@pytest.mark.parametrize(
    "name", ['x"; DROP TABLE rows; --', "就业率(%)", "a b", "select", "a.b", "'"]
)
def test_the_name_of_a_field_is_inert(database, name):
    column = name.replace('"', '""')
    database.execute(f'CREATE OR REPLACE TEMP TABLE odd ("{column}" BIGINT)')
    database.execute("INSERT INTO odd VALUES (7)")
    sql = f"SELECT {parse_row(f'【{name}】', [FieldInfo(name, FieldType.INTEGER)]).sql()} FROM odd"
    assert database.execute(sql).fetchone()[0] == 7
    assert database.execute("SELECT count(*) FROM rows").fetchone()[0] == 5


def test_an_identifier_wins_over_the_title_of_another_field():
    fields = [FieldInfo("a", FieldType.INTEGER, ("b",)), FieldInfo("b", FieldType.INTEGER)]
    assert parse_row("b", fields).fields == ("b",)


def test_a_row_formula_is_said_in_words(fields):
    formula = parse_row("若(非 缺失(score), score, 0)", fields)
    assert explain(formula) == "若 并非（考核成绩 缺失） 则为 考核成绩，否则为 0"
    assert explain(formula, "en") == "Score if not (Score is missing), else 0"
