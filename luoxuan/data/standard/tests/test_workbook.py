"""The standard as a workbook: what goes out comes back the same."""

import io
import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import luoxuan
from luoxuan.core.workbook import workbook_bytes
from luoxuan.data.models import Dataset
from luoxuan.data.standard.actions import (
    Declared,
    StandardRefused,
    apply_standard,
    current_table,
    plan_standard,
)
from luoxuan.data.standard.workbook import read_standard, standard_workbook
from luoxuan.testing.college import NOW, load_definitions

SHIPPED = Path(luoxuan.__file__).parent / "portal" / "packages"
pytestmark = pytest.mark.django_db
# What the import refuses in any cell, or writes in another way.
_ODD: Any = ("Cc", "Cf", "Cs", "Cn", "Co", "Mn", "Zl", "Zp", "Mc", "Me")
_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=_ODD),
    min_size=1, max_size=20,
).map(str.strip).filter(lambda text: text.isprintable() and bool(text))  # fmt: skip


def written(path, content: bytes | None = None):
    path.write_bytes(standard_workbook() if content is None else content)
    return read_standard(path, file_name=path.name)


def test_an_untouched_workbook_changes_nothing(score, tmp_path):
    assert plan_standard(written(tmp_path / "standard.xlsx")).changes == ()


@pytest.mark.slow
def test_all_shipped_standards_come_back_as_they_went(db, tmp_path):
    for name in ("foundation", "data-standard"):
        load_definitions(SHIPPED / name)
    assert plan_standard(written(tmp_path / "standard.xlsx")).changes == ()


@pytest.mark.slow
@settings(
    max_examples=6, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)  # fmt: skip
@given(
    title=_WORDS, about=_WORDS, header=_WORDS, unit=_WORDS.map(lambda text: text[:10].strip()),
    due=st.integers(0, 3660), low=st.decimals(-1000, 0, places=3), flag=st.booleans(),
)  # fmt: skip
def test_whatever_the_standard_says_export_then_load_is_the_identity(
    score, tmp_path, title, about, header, unit, due, low, flag
):
    title, about, header = (unicodedata.normalize("NFC", one) for one in (title, about, header))
    table = current_table(Dataset.objects.get(name="score"))
    table |= {"title": title, "about": about}
    table["field"][5] |= {"minimum": low, "header": [header], "about": about, "required": flag}
    duties = {"owner_unit": "EAST", "collector": "", "auditor": "",
              "recipients": ["EAST", "WEST"], "due_day": due}  # fmt: skip
    apply_standard(declared=Declared({"score": table}, {"score": duties}), by=None, at=NOW)
    assert plan_standard(written(tmp_path / "standard.xlsx")).changes == ()


def edited(change) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(standard_workbook()))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_cell_changed_in_excel_changes_the_standard(score, tmp_path):
    def change(book):
        book["数据集"]["B2"] = "学生成绩"
        book["编码表"].append(["result", "缓考", "缓考", "Deferred"])

    declared = written(tmp_path / "standard.xlsx", edited(change))
    plan = apply_standard(declared=declared, by=None, at=NOW)
    assert [one.kind for one in plan.changes] == ["code_lists", "datasets"]
    assert Dataset.objects.get(name="score").title == "学生成绩"


def test_an_old_workbook_overwrites_nothing(score, tmp_path):
    old = edited(lambda book: book["数据集"].__setitem__("B2", "旧的"))
    table = {**current_table(score), "title": "新的"}
    apply_standard(declared=Declared({"score": table}), by=None, at=NOW)
    with pytest.raises(StandardRefused) as refused:
        plan_standard(written(tmp_path / "standard.xlsx", old))
    assert refused.value.code == "standard_moved"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda book: book.remove(book["字段"]), "standard_sheet_missing"),
        (lambda book: book["数据集"].append(["score"]), "standard_row_twice"),
        (lambda book: book["字段"].append(["nothing", "a"]), "standard_unknown_row"),
        (lambda book: book["字段"].append(["", "a", "b"]), "standard_sheet_rows"),
    ],
)
def test_a_spoiled_workbook_is_refused_in_words(score, tmp_path, change, code):
    with pytest.raises(StandardRefused) as refused:
        written(tmp_path / "standard.xlsx", edited(change))
    assert refused.value.code == code


def test_any_other_workbook_is_refused(score, tmp_path):
    with pytest.raises(StandardRefused):
        written(tmp_path / "other.xlsx", workbook_bytes([]))
