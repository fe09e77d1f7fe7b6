"""Definitions that cannot be「坏定义」: classes 117, 119 and 120, by page, workbook and package.

A formula of a field, a pattern and thresholds in the wrong order are refused before anything is
changed.
"""

import shutil
from pathlib import Path

import pytest
from django.test import Client

from luoxuan.cli.commands import run
from luoxuan.core.errors import Refused
from luoxuan.data.models import Dataset, DatasetDefinition
from luoxuan.data.standard.actions import Declared, apply_standard, current_table
from luoxuan.data.standard.workbook import standard_workbook
from luoxuan.indicators.models import Indicator, Threshold
from luoxuan.indicators.queries import indicator_coded
from luoxuan.portal.configuration import load_package
from luoxuan.testing.college import NOW, SMALL, open_college, open_user

from .definitions import FORMULAS, ORDERS, PATTERNS, with_cell
from .thresholds import HEADER, Order

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


@pytest.fixture
def package(office, tmp_path) -> Path:
    """The college's own package, to be changed; its indicator is better when higher."""
    return Path(shutil.copytree(SMALL, tmp_path / "package"))


def say(package: Path, name: str, text: str) -> Path:
    """Return the package without any file but its manifest and this one."""
    for path in package.rglob("*.*"):
        if path.name not in {"package.toml", "indicators.toml"}:
            path.unlink()
    (package / name).write_text(text, encoding="utf-8")
    return package


def turn(package: Path, direction: str) -> None:
    path = package / "indicators.toml"
    text = path.read_text(encoding="utf-8").replace('"HIGHER"', f'"{direction}"')
    path.write_text(text, encoding="utf-8")


def stored() -> list[tuple[object, ...]]:
    columns = ("kind", "target_value", "standard_value", "warning_value")
    return list(Threshold.objects.order_by("pk").values_list(*columns))


def test_119_orders_of_both_kinds_are_there():
    assert sum(order.is_sound for order in ORDERS) > 40
    assert sum(not order.is_sound for order in ORDERS) > 40


@pytest.mark.parametrize("direction", ["HIGHER", "LOWER"])
def test_119_thresholds_in_the_wrong_order_are_refused_and_all_others_taken(package, direction):
    turn(package, direction)
    Threshold.objects.all().delete()
    before = stored()
    for order in (one for one in ORDERS if one.direction == direction):
        say(package, "thresholds.csv", order.file)
        if order.is_sound:
            load_package(package, by=None, at=NOW)
            Threshold.objects.all().delete()
            continue
        with pytest.raises(Refused) as refused:
            load_package(package, by=None, at=NOW)
        assert refused.value.code == "package_threshold_order", str(order)
        assert refused.value.facts == {"threshold": "course.pass_share:COURSE:"}
        assert stored() == before


def test_119_the_command_says_which_threshold_it_is(package, capsys):
    say(package, "thresholds.csv", Order("HIGHER", ("0.5", "0.8", "")).file)
    assert run(["config", "load", str(package)]) == 1
    assert "course.pass_share:COURSE" in capsys.readouterr().err


def test_119_a_direction_that_turns_against_the_stored_thresholds_is_refused(package):
    """The thresholds stay as they are in such a package; they would all mean the opposite."""
    turn(package, "LOWER")
    with pytest.raises(Refused) as refused:
        load_package(package, by=None, at=NOW)
    assert refused.value.code == "package_threshold_order"
    assert indicator_coded("course.pass_share").direction == "HIGHER"
    assert Indicator.objects.get(code="course.pass_share").versions.count() == 1


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-inf", "1e11", "0.1234567891"])
def test_119_a_threshold_that_no_column_holds_is_refused_not_rounded(package, value):
    row = f"course.pass_share,COURSE,,{value},,,,,来源\n"
    say(package, "thresholds.csv", f"{HEADER}\n{row}")
    with pytest.raises(Refused) as refused:
        load_package(package, by=None, at=NOW)
    assert refused.value.code == "package_bad_number"
