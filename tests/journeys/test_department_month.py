"""The Excel we already have: form 004-T6 with questions, then tasks, counts, export, late units."""

import io
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from luoxuan.campus.actions import SubjectSpec, UnitSpec, record_subjects, record_units
from luoxuan.campus.rules import SubjectKind, UnitKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.data.actions import import_file
from luoxuan.data.models import Dataset
from luoxuan.goals.models import Task
from luoxuan.goals.queries import standing, tasks
from luoxuan.goals.rules import ProgressState
from luoxuan.portal.catch_up import catch_up
from luoxuan.portal.configuration import SHIPPED, load_package
from luoxuan.testing.college import open_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

AT = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)
MONTHS = [f"{month}月" for month in range(1, 13)]
FORM = ["任务来源", "工作属性", "工作任务", "完成时限", *MONTHS, "责任部门", "责任人"]
SOURCES = {"重点工作": "规划 2.1", "常规工作": "岗位职责", "临时工作": "上级任务"}
SIZES = {"重点工作": 12, "常规工作": 20, "临时工作": 6}
LATE = {"重点工作 1", "重点工作 2", "临时工作 1"}
DONE = {f"常规工作 {number}" for number in range(1, 9)}


def workbook(path: Path) -> Path:
    """Write 38 tasks as a college has them: two header rows, one merged; three cells in doubt."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "任务"
    sheet.append([*FORM[:4], "月度任务完成情况", *[None] * 11, *FORM[-2:]])
    sheet.append([None] * 4 + MONTHS + [None, None])
    sheet.merge_cells("E1:P1")
    for column in "ABCDQR":
        sheet.merge_cells(f"{column}1:{column}2")
    for attribute, size in SIZES.items():
        for number in range(1, size + 1):
            sheet.append(_row(attribute, f"{attribute} {number}"))
    sheet["D5"], sheet["D6"], sheet["R7"] = None, "8月底前", "查无此人"
    book.save(path)
    return path


def _row(attribute: str, title: str) -> list[object]:
    months: list[object] = [None] * 12
    months[9] = "滞后" if title in LATE else "完成" if title in DONE else "进行中"
    return [SOURCES[attribute], attribute, title, date(2026, 12, 20), *months, "教务处", "孙丽华"]


@pytest.fixture
def dataset(db) -> Dataset:
    load_package(SHIPPED / "foundation", by=None, at=AT)
    units = [
        UnitSpec("ROOT", "学院", "", UnitKind.INSTITUTION, ""),
        UnitSpec("AAO", "教务处", "", UnitKind.OFFICE, "ROOT"),
    ]
    record_units(units=units, origin="", by=None, at=AT)
    person = SubjectSpec(SubjectKind.TEACHER, "T1", "孙丽华", unit="AAO")
    record_subjects(subjects=[person], origin="", by=None, at=AT)
    return Dataset.objects.get(name="department_task")


def test_a_task_list_is_asked_about_then_becomes_tasks_and_leaves_as_it_came(
    dataset, tmp_path, monkeypatch
):
    path = workbook(tmp_path / "教务处2026任务.xlsx")
    asked = import_file(dataset=dataset, path=path, by=None, at=AT)
    cells = sorted(str(question["cell"]).rpartition("!")[2] for question in asked.questions)
    assert cells == ["D5", "D6", "R7"]
    catch_up(by=None, at=AT)
    assert not Task.objects.exists()

    answers = {
        question["id"]: {"D5": "2026-12-31", "D6": "2026-08-31", "R7": "孙丽华"}[
            str(question["cell"]).rpartition("!")[2]
        ]
        for question in asked.questions
    }
    done = import_file(dataset=dataset, path=path, by=None, at=AT, answers=answers)
    assert (done.rows_accepted, done.rows_rejected) == (38, 0), done.errors
    assert catch_up(by=None, at=AT).n_tasks > 0

    assert Counter(Task.objects.values_list("attribute", flat=True)) == {
        "KEY": 12, "ROUTINE": 20, "TEMPORARY": 6,
    }  # fmt: skip
    # The page asks what is late today: on the day of the story, in whatever year this runs.
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 17, 4, tzinfo=UTC))
    rows = standing(tasks(EVERYTHING), on=date(2026, 11, 17))
    late = {row.task.title for row in rows if row.state is ProgressState.LATE}
    # The one whose answered deadline has passed is late too, without a word in its cells.
    assert late == LATE | {"重点工作 4"}

    client = Client()
    client.force_login(open_user("office", "quality_office", "*"))
    page = client.get("/tasks/?year=2026&state=LATE")
    shown = {row.task.title for group in page.context["groups"] for row in group.rows}
    count = next(one for one in page.context["counts"] if one.state == "LATE")
    assert (shown, count.n) == (late, len(late))
    content = client.get("/tasks/export/?year=2026&format=xlsx").content
    exported = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values)
    assert list(exported[0]) == FORM
    assert len(exported) == 39
    assert {row[2] for row in exported[1:] if row[13] == "滞后"} == LATE

    version = Dataset.objects.get(name="_tasks").current_number
    assert version == 1
    assert catch_up(by=None, at=AT).tasks_version is None
