"""Imported rows of form 004-T6 become tasks once, and the tasks are published as records."""

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from luoxuan.campus.actions import SubjectSpec, UnitSpec, record_subjects, record_units
from luoxuan.campus.models import Subject
from luoxuan.campus.rules import SubjectKind, UnitKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.data.actions import import_file
from luoxuan.data.models import Dataset
from luoxuan.data.queries import dataset_rows
from luoxuan.goals.actions import (
    SheetEntry,
    publish_tasks,
    record_lagging_tasks,
    record_progress,
)
from luoxuan.goals.models import Progress, Task
from luoxuan.goals.queries import month_coded, tasks
from luoxuan.goals.rules import ProgressState
from luoxuan.indicators.actions import compute_readings
from luoxuan.indicators.queries import readings
from luoxuan.testing.college import NOW, SMALL, load_definitions
from luoxuan.testing.modules import filled_once, open_warehouse

pytestmark = pytest.mark.django_db
FOUNDATION = SMALL.parents[1] / "portal" / "packages" / "foundation"
MONTHS = ",".join(f"{month}月" for month in range(1, 13))
HEADER = f"任务来源,工作属性,工作任务,完成时限,{MONTHS},责任部门,责任人"


@pytest.fixture(scope="module")
def filled(tmp_path_factory, django_db_setup, django_db_blocker):
    """The foundation with two offices and one teacher."""
    with filled_once(tmp_path_factory.mktemp("foundation"), django_db_blocker):
        load_definitions(FOUNDATION)
        units = [
            UnitSpec("ROOT", "学院", "", UnitKind.INSTITUTION, ""),
            UnitSpec("AAO", "教务处", "", UnitKind.OFFICE, "ROOT"),
            UnitSpec("HR", "人事处", "", UnitKind.OFFICE, "ROOT"),
        ]
        record_units(units=units, origin="", by=None, at=NOW)
        person = SubjectSpec(SubjectKind.TEACHER, "T1", "孙丽华", unit="AAO")
        record_subjects(subjects=[person], origin="", by=None, at=NOW)
        yield SimpleNamespace()


@pytest.fixture
def bring(filled, db, tmp_path: Path, settings):
    """Return a function that imports rows of form 004-T6 into the foundation's dataset."""
    open_warehouse(settings, tmp_path)
    hours = iter(range(1, 50))

    def take(*rows: str, period: str = "2026", name: str = "tasks.csv") -> int:
        path = tmp_path / name
        path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        at = NOW + timedelta(hours=next(hours))
        dataset = Dataset.objects.get(name="department_task")
        report = import_file(dataset=dataset, path=path, period=period, by=None, at=at)
        assert report.rows_rejected == 0, report.errors
        return record_lagging_tasks(by=None, at=at)

    return take


def row(source: str, title: str, day: str, cells: str, unit: str = "教务处", who: str = "孙丽华"):
    attribute = "常规工作" if source == "岗位职责" else "重点工作"
    months = cells.split("|") + [""] * (12 - len(cells.split("|")))
    return ",".join([source, attribute, title, day, *months, unit, who])


PLAN = row("规划 2.1", "共建课程", "2026-06-30", "|√|进行中|滞后")
DUTY = row("岗位职责", "教学检查", "2026-12-20", "正常")


def test_rows_become_tasks_with_three_fields_and_a_report_for_each_month(bring):
    bring(PLAN, DUTY)
    first, second = Task.objects.order_by("position")
    assert (first.kind, first.source, first.attribute) == ("A", "PLAN", "KEY")
    assert (second.kind, second.source, second.attribute) == ("C", "DUTY", "ROUTINE")
    assert (first.year.code, first.responsible_unit.code) == ("2026", "AAO")
    assert (first.person.code, first.is_person_unknown) == ("T1", False)
    reports = dict(first.progress.values_list("month__code", "state"))
    assert reports == {"2026-02": "DONE", "2026-03": "ON_TRACK", "2026-04": "LATE"}


def test_the_same_version_again_does_nothing_and_a_new_one_changes_what_differs(bring):
    bring(PLAN, DUTY)
    assert record_lagging_tasks(by=None, at=NOW) == 0
    changed = bring(row("规划 2.1", "共建课程", "2026-07-31", "|√|进行中|滞后"), DUTY)
    assert changed == 1
    assert Task.objects.get(kind="A").deadline_on == date(2026, 7, 31)
    assert Progress.objects.count() == 4


def test_a_row_that_vanished_is_marked_and_comes_back(bring):
    bring(PLAN, DUTY)
    bring(PLAN)
    assert list(tasks(EVERYTHING).values_list("title", flat=True)) == ["共建课程"]
    assert Task.objects.get(title="教学检查").vanished_at is not None
    bring(PLAN, DUTY)
    assert tasks(EVERYTHING).count() == Task.objects.count() == 2


HR = row("规划 3", "双师", "2026-06-30", "", unit="人事处", who="")


def titles() -> list[str]:
    """What the dataset of the imported rows holds now."""
    dataset = Dataset.objects.get(name="department_task")
    page = dataset_rows(EVERYTHING, dataset)
    return sorted(line[page.fields.index("title")] for line in page.table.rows)


@pytest.mark.parametrize("period", ["2026", ""])
def test_the_file_of_one_unit_takes_nothing_from_another(bring, period):
    bring(PLAN, DUTY, period=period, name="教务处.csv")
    bring(HR, period=period, name="人事处.csv")
    assert tasks(EVERYTHING).count() == 3
    assert titles() == ["共建课程", "双师", "教学检查"]
    bring(PLAN, period=period, name="教务处新.csv")
    assert titles() == ["共建课程", "双师"], "what the unit no longer names is gone"
    assert sorted(tasks(EVERYTHING).values_list("title", flat=True)) == ["共建课程", "双师"]


def test_rows_that_stay_keep_the_year_of_their_own_file(bring):
    bring(PLAN, period="", name="教务处2027任务.csv")
    bring(HR, period="", name="人事处2026任务.csv")
    found = tasks(EVERYTHING).values_list("title", "year__code")
    assert dict(found) == {"共建课程": "2027", "双师": "2026"}


def test_a_file_overwrites_neither_a_report_of_a_person_nor_the_date_he_worked_with(bring):
    bring(PLAN)
    task, april = Task.objects.get(), month_coded("2026-04")
    entry = SheetEntry(ProgressState.DONE)
    user = User.objects.create(username="head", name="处长", created_at=NOW)
    record_progress(task=task, month=april, entry=entry, by=user, at=NOW)
    bring(row("规划 2.1", "共建课程", "2026-09-30", "|√|进行中|正常"))
    assert Progress.objects.get(month=april).state == ProgressState.DONE
    assert Task.objects.get().deadline_on == date(2026, 6, 30)


def test_a_name_that_the_campus_no_longer_knows_stays_as_written_and_is_flagged(bring):
    bring(PLAN)
    Subject.objects.filter(kind=SubjectKind.TEACHER).update(valid_to=NOW.date())
    bring(PLAN, DUTY)
    for task in Task.objects.all():
        assert (task.person, task.person_name, task.is_person_unknown) == (None, "孙丽华", True)


def test_without_a_period_the_name_of_the_file_or_the_deadlines_tell_the_year(bring):
    bring(PLAN, period="", name="教务处2027任务.csv")
    assert Task.objects.get().year.code == "2027"


def test_the_records_count_late_tasks_by_month_and_are_published_once(bring):
    bring(PLAN, DUTY)
    at = NOW.replace(month=7, day=15)
    assert publish_tasks(by=None, at=at) == 1
    assert publish_tasks(by=None, at=at) is None
    compute_readings(by=None, at=at, codes=["task.late_tasks"])
    found = {
        one.period: one.value
        for one in readings(EVERYTHING, indicator_codes=["task.late_tasks"], kind="UNIT")
        if one.subject == "AAO"
    }
    assert {period: int(value) for period, value in found.items()} == {
        "2026-01": 0, "2026-02": 0, "2026-03": 0, "2026-04": 1, "2026-05": 1, "2026-06": 1,
        "2026-07": 1,
    }  # fmt: skip
