"""Scene 1: the Excel we already have; three questions, the matrix, the late ones, the export."""

import io
import time
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone

from luoxuan.campus.actions import SubjectSpec, UnitSpec, record_subjects, record_units
from luoxuan.campus.rules import SubjectKind, UnitKind
from luoxuan.core.models import User
from luoxuan.goals.models import Task
from luoxuan.portal.catch_up import catch_up
from luoxuan.portal.configuration import SHIPPED, load_package
from luoxuan.testing.browser import axe
from luoxuan.testing.college import NOW, open_user

from .pages import after_work

MINUTES = 5
MONTHS = [f"{month}月" for month in range(1, 13)]
FORM = ["任务来源", "工作属性", "工作任务", "完成时限", *MONTHS, "责任部门", "责任人"]
SOURCES = {"重点工作": "规划 2.1", "常规工作": "岗位职责", "临时工作": "上级任务"}
SIZES = {"重点工作": 12, "常规工作": 20, "临时工作": 6}
LATE = {"重点工作 10", "重点工作 11", "临时工作 1"}
ANSWERS = {"D5": "2099-12-31", "D6": "2099-08-31", "R7": "孙丽华"}


@pytest.fixture
def office(live_server) -> User:
    """A college that has loaded nothing but its units and one person."""
    load_package(SHIPPED / "foundation", by=None, at=NOW)
    units = [
        UnitSpec("ROOT", "学院", "", UnitKind.INSTITUTION, ""),
        UnitSpec("AAO", "教务处", "", UnitKind.OFFICE, "ROOT"),
    ]
    record_units(units=units, origin="", by=None, at=NOW)
    person = SubjectSpec(SubjectKind.TEACHER, "T1", "孙丽华", unit="AAO")
    record_subjects(subjects=[person], origin="", by=None, at=NOW)
    return open_user("office", "quality_office", "*")


def workbook(path: Path) -> Path:
    """Write 38 tasks in the columns of 004-T6, with two header rows and three cells in doubt."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([*FORM[:4], "月度任务完成情况", *[None] * 11, *FORM[-2:]])
    sheet.append([None] * 4 + MONTHS + [None, None])
    sheet.merge_cells("E1:P1")
    for column in "ABCDQR":
        sheet.merge_cells(f"{column}1:{column}2")
    for attribute, size in SIZES.items():
        for number in range(1, size + 1):
            title = f"{attribute} {number}"
            months = ["滞后" if title in LATE else "√", *[None] * 11]
            source = SOURCES[attribute]
            deadline = date(2099, 12, 20)
            sheet.append([source, attribute, title, deadline, *months, "教务处", "孙丽华"])
    sheet["D5"], sheet["D6"], sheet["R7"] = None, "8月底前", "查无此人"
    book.save(path)
    return path


def titles(page) -> set[str]:
    return set(page.locator(".task-title a").all_inner_texts())


def test_the_excel_we_already_have(page, office, enter, witness, tmp_path):
    enter(page.context, office)
    path = workbook(tmp_path / "教务处2026任务.xlsx")
    began = time.monotonic()
    page.goto("/data/department_task/import/")
    page.set_input_files("#id_file", path)
    page.click("main form button[type=submit]")
    after_work(page)
    assert sorted(page.locator(".question .cell-address").all_inner_texts()) == ["D5", "D6", "R7"]
    assert "还没有写入任何数据" in page.inner_text("main")
    catch_up(by=None, at=timezone.now())
    assert not Task.objects.exists()

    for cell, text in ANSWERS.items():
        question = page.locator(".question", has=page.get_by_text(cell, exact=True))
        question.locator("input[value=__text__]").check()
        question.locator("input[type=text]").fill(text)
    page.click("main button:has-text('提交回答')")
    after_work(page)
    assert "待确认" not in page.inner_text("h1")
    page.click("main a:has-text('预览')")
    page.click("main button:has-text('写入 38 行')")
    after_work(page)
    catch_up(by=None, at=timezone.now())
    assert Task.objects.count() == 38

    page.goto("/tasks/?year=2026")
    assert page.locator(".task-row").count() == 38
    assert page.locator(".task-group").all_inner_texts() == ["重点 12", "常规 20", "临时 6"]
    late = page.locator(".count", has_text="滞后")
    assert late.locator(".count-value").inner_text().split()[0] == "3"
    late.click()
    assert titles(page) == LATE
    assert axe(page) == []
    with page.expect_download() as download:
        page.click(".page-actions summary:has-text('导出')")
        page.click(".page-actions a:has-text('Excel')")
    content = io.BytesIO(download.value.path().read_bytes())
    rows = list(openpyxl.load_workbook(content).worksheets[0].values)
    assert list(rows[0]) == FORM
    assert {row[2] for row in rows[1:]} == LATE
    assert time.monotonic() - began < MINUTES * 60
    assert witness.complaints == []
