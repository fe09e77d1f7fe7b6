"""The default package: every dataset takes its own template filled in, and gives it back."""

import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

import luoxuan
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.workbook import Column, Sheet, workbook_bytes
from luoxuan.data.actions import import_file
from luoxuan.data.models import Dataset, DatasetDefinition, Theme
from luoxuan.data.queries import dataset_rows
from luoxuan.data.standard.queries import findings, lineage_of, theme_rows, theme_views
from luoxuan.data.workbooks import template_sheets
from luoxuan.testing.college import NOW, load_definitions

SHIPPED = Path(luoxuan.__file__).parent / "portal" / "packages"
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
_OWN = {
    "identity_number": "990101200305150112", "phone": "13900000001", "national_code": "460101",
    "school_year": "2025", "gender": "男", "birth_date": "2003-05-15",
}  # fmt: skip
_BY_TYPE = {
    "text": "甲1", "integer": "2000", "decimal": "1", "date": "2025-09-01", "boolean": "是",
}  # fmt: skip


@pytest.fixture
def standard(db, warehouse):
    for name in ("foundation", "data-standard"):
        load_definitions(SHIPPED / name)
    return Dataset.objects.filter(origin="data-standard@1")


def cell(field) -> str:
    if field.name in _OWN:
        return _OWN[field.name]
    if field.code_list:
        return str(field.code_list.codes.first().value)
    if field.maximum is not None:
        return f"{int(field.maximum)}"
    return _BY_TYPE[field.type]


def shown(value) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def test_the_package_is_complete_and_loads_twice_without_a_change(standard):
    assert standard.count() == 44
    before = DatasetDefinition.objects.count()
    load_definitions(SHIPPED / "data-standard")
    assert DatasetDefinition.objects.count() == before
    for row in standard:
        assert row.theme
        assert row.time_basis
        assert row.about_en
        assert row.key
    rules = {one.rule for one in findings()}
    assert rules <= {
        "standard.no_owner", "standard.no_collector", "standard.no_due_day",
        "standard.no_meaning", "standard.repeats_owned", "standard.unused_code_list",
    }  # fmt: skip
    own = set(standard.values_list("name", flat=True))
    strict = ("standard.no_meaning", "standard.repeats_owned", "standard.owner_absent")
    assert [one for one in findings() if one.dataset in own and one.rule in strict] == []


@pytest.mark.nightly
def test_every_dataset_takes_its_own_template_and_gives_the_row_back(standard, tmp_path):
    fill_and_compare(standard, tmp_path)


def test_some_datasets_take_their_own_template_and_give_the_row_back(standard, tmp_path):
    fill_and_compare(standard.filter(name__in=["teacher", "student_status", "asset"]), tmp_path)


def fill_and_compare(datasets, folder):
    for dataset in datasets:
        fields = list(dataset.fields.select_related("code_list"))
        (sheet, _) = template_sheets(dataset)
        book = openpyxl.load_workbook(io.BytesIO(workbook_bytes([sheet])))
        headers = [one.value for one in next(book.worksheets[0].iter_rows())]
        row = [cell(field) for field in fields]
        path = folder / f"{dataset.name}.xlsx"
        columns = tuple(Column(header) for header in headers)
        path.write_bytes(workbook_bytes([Sheet(dataset.title, columns, [row])]))
        report = import_file(dataset=dataset, path=path, by=None, at=NOW, accept_questions=True)
        assert report.rows_accepted == 1, (dataset.name, report.errors)
        dataset.refresh_from_db()
        (stored,) = dataset_rows(EVERYTHING, dataset).table.rows
        assert [shown(value) for value in stored[:-1]] == row, dataset.name


def test_five_themes_show_rows_and_say_where_they_come_from(standard, tmp_path):
    path = tmp_path / "teacher.csv"
    path.write_text(
        "工号,姓名,部门代码,教师类别,双师型\nT1,甲,EAST,专任,是\nT2,乙,EAST,校外兼课,否\n",
        encoding="utf-8",
    )
    dataset = Dataset.objects.get(name="teacher")
    import_file(dataset=dataset, path=path, by=None, at=NOW, accept_questions=True)
    codes = list(Theme.objects.values_list("code", flat=True))
    assert codes == ["student", "teacher", "teaching", "research", "overall"]
    view = theme_views(EVERYTHING, Theme.objects.get(code="teacher"))[0]
    assert theme_rows(EVERYTHING, view).n_rows == 1
    strand = lineage_of(view)[0]
    assert (strand.dataset, strand.number, strand.name) == ("teacher", 1, "teacher_code")
