"""Definitions may not change under the rows and readings that lean on them."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.configuration import PackageUnreadable
from luoxuan.indicators.queries import indicators, lagging
from luoxuan.monitoring.queries import alerts
from luoxuan.portal.catch_up import catch_up
from luoxuan.portal.configuration import load_package
from luoxuan.testing.college import NOW, SMALL, fill_college

pytestmark = pytest.mark.django_db


@pytest.fixture
def package(tmp_path: Path) -> Path:
    fill_college(tmp_path)
    return Path(shutil.copytree(SMALL, tmp_path / "package"))


def change(package: Path, name: str, old: str, new: str) -> None:
    text = (package / name).read_text(encoding="utf-8")
    assert old in text
    (package / name).write_text(text.replace(old, new), encoding="utf-8")


def test_fewer_decimals_of_stored_rows_are_refused(package):
    change(package, "datasets/score.toml", "decimals = 1\n", "decimals = 0\n")
    with pytest.raises(PackageUnreadable) as refused:
        load_package(package, by=None, at=NOW)
    assert refused.value.code == "package_field_fixed"


def test_a_title_that_a_formula_uses_cannot_go_away(package):
    change(package, "datasets/score.toml", 'title = "结果"', 'title = "结论"')
    with pytest.raises(PackageUnreadable) as refused:
        load_package(package, by=None, at=NOW)
    assert refused.value.code == "package_breaks_measure"
    assert not lagging(list(indicators()))


def test_another_grain_makes_the_readings_lag(package):
    assert not lagging(list(indicators()))
    change(package, "datasets/score.toml", 'COURSE = "course_code"\n', "")
    load_package(package, by=None, at=NOW)
    assert len(lagging(list(indicators()))) == 2


def test_an_own_threshold_without_a_warning_value_warns_of_nothing(package):
    low = [alert.subject.code for alert in alerts(EVERYTHING) if alert.recovered_at is None]
    assert low == ["MATH-2"]
    row = "course.pass_share,TEACHING_CLASS,MATH-2,0.9,0.8,,,,测试\n"
    with (package / "thresholds.csv").open("a", encoding="utf-8") as file:
        file.write(row)
    load_package(package, by=None, at=NOW)
    catch_up(by=None, at=NOW)
    assert not [alert for alert in alerts(EVERYTHING) if alert.recovered_at is None]
    assert alerts(EVERYTHING).get().recovered_value == Decimal("0.5")
