"""Definitions that cannot be「坏定义」: classes 117 and 120, by page, by workbook and by command.

A formula of a field and a pattern are refused before anything of the standard changes.
"""

import pytest
from django.test import Client

from luoxuan.cli.commands import run
from luoxuan.core.errors import Refused
from luoxuan.data.models import Dataset, DatasetDefinition
from luoxuan.data.standard.actions import Declared, apply_standard, current_table
from luoxuan.data.standard.workbook import standard_workbook
from luoxuan.testing.college import NOW, open_college, open_user

from .definitions import FORMULAS, PATTERNS, with_cell

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db, tmp_path, settings) -> Client:
    settings.LUOXUAN_HOME = tmp_path / "home"
    settings.LUOXUAN_WAREHOUSE = tmp_path / "home" / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(parents=True)
    open_college()
    client = Client()
    client.force_login(open_user("office"))
    return client


def posted(client: Client, **values: str):
    form = {"name": "extra", "title": "另一列", "type": "decimal", "reason": "试", "number": "1"}
    return client.post("/data/score/standard/add/", {**form, **values})


def unchanged() -> bool:
    dataset = Dataset.objects.get(name="score")
    return DatasetDefinition.objects.count() == 1 and not dataset.fields.filter(name="extra")


def test_there_are_twenty_formulas_and_patterns():
    assert len(set(FORMULAS)) == len(set(PATTERNS)) == 20


@pytest.mark.parametrize("formula", FORMULAS, ids=range(20))
def test_117_a_formula_that_cannot_be_is_refused_by_page(office, formula):
    response = posted(office, formula=formula)
    assert response.status_code == 422
    page = response.content.decode()
    assert "notice-error" in page or "field-error" in page
    assert unchanged()


@pytest.mark.parametrize("formula", FORMULAS, ids=range(20))
def test_117_a_formula_that_cannot_be_is_refused_with_a_code(office, formula):
    table = current_table(Dataset.objects.get(name="score"))
    entry = {"name": "extra", "title": "另一列", "type": "decimal", "formula": formula}
    declared = Declared({"score": {**table, "field": [*table["field"], entry]}})
    with pytest.raises(Refused) as refused:
        apply_standard(declared=declared, by=None, at=NOW)
    assert refused.value.code == "standard_bad_formula"
    assert unchanged()


@pytest.mark.parametrize("pattern", PATTERNS, ids=range(20))
def test_120_a_pattern_that_cannot_be_is_refused_by_page(office, pattern):
    response = posted(office, type="text", pattern=pattern)
    assert response.status_code == 422
    assert "不能用" in response.content.decode()
    assert unchanged()


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [("公式", "得分 +", "standard_bad_formula"), ("格式", r"(a)\1", "package_bad_pattern")],
)
def test_117_120_the_command_refuses_a_workbook_with_such_a_cell(
    office, tmp_path, capsys, column, text, code
):
    path = tmp_path / "standard.xlsx"
    path.write_bytes(with_cell(standard_workbook(), "字段", column, text))
    assert run(["standard", "load", str(path), "--json"]) == 1
    assert code in capsys.readouterr().out
    assert unchanged()
