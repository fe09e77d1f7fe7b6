"""Cells that were brought to normal form are told one by one, with the rules that did it."""
# ruff: noqa: RUF001 - full-width characters are what is tested here

import pytest

from luoxuan.data.formula.types import FieldType
from luoxuan.data.warehouse.intake import FieldSpec, TableSpec, stage
from luoxuan.data.warehouse.intake.changes import rules_of


def field(kind, **options):
    return FieldSpec("f", (), FieldType(kind), **options)


@pytest.mark.parametrize(
    ("text", "kind", "rules"),
    [
        (" 张三　", "text", ["trimmed_blanks"]),
        ('="0012"', "text", ["excel_text_formula"]),
        ("e\u0301cole", "text", ["normalized_text"]),
        ("８８．５", "decimal", ["folded_width"]),
        (" ８８", "integer", ["trimmed_blanks", "folded_width"]),
        ("+5", "integer", ["number_form"]),
        ("2026/9/1", "date", ["date_form"]),
        ("2026年9月1日", "date", ["date_form"]),
        ("2026-09-01 00:00:00", "date", ["time_dropped"]),
        ("２０２６-09-01", "date", ["folded_width"]),
        ("true", "boolean", ["boolean_form"]),
        ("缺考", "decimal", ["missing_value"]),
    ],
)
def test_each_change_names_its_rules(text, kind, rules):
    assert rules_of(text, field(kind, missing=("缺考",))) == rules


def test_a_file_tells_its_changed_cells_of_accepted_rows_only(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(
        "no,day,score\n1,2026-09-01,88.50\n 2,2026/9/2,８８\n3,2026-02-30, 70\n", encoding="utf-8"
    )
    fields = (
        FieldSpec("no", (), FieldType.TEXT),
        FieldSpec("day", (), FieldType.DATE),
        FieldSpec("score", (), FieldType.DECIMAL, decimals=1),
    )
    staged = stage(path, TableSpec("t", fields, ("no",)), tells_changes=True)
    told = [tuple(row.values()) for row in staged.table.to_pylist()]
    assert told == [
        (3, "no", "A3", " 2", "2", "trimmed_blanks"),
        (3, "day", "B3", "2026/9/2", "2026-09-02", "date_form"),
        (3, "score", "C3", "８８", "88", "folded_width"),
    ]
