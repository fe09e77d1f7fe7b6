"""The rhythm of the year: tasks are asked for in January, standards in February, by setting."""

from datetime import date

import pytest
from django.test import Client

from luoxuan.campus.queries import Rights
from luoxuan.core.actions import set_institution
from luoxuan.goals.actions import open_year, sign_standards
from luoxuan.goals.models import StandardSignature, Task
from luoxuan.goals.queries import tasks_to_sign, todos
from luoxuan.goals.rules import TaskKind
from luoxuan.testing.college import NOW, open_user
from luoxuan.testing.filling.goals import open_example

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY, MARCH = date(2026, 1, 20), date(2026, 2, 10), date(2026, 3, 5)


def asked(user, on):
    """Return what the year asks of a user: title, due day, whether it is late.

    His grants hold from March on, as in the small college.
    """
    found = todos(Rights(user, on=MARCH), on=on)
    return [
        (item.title, item.due_on, item.is_late)
        for item in found
        if item.kind in {"任务分解", "考核标准"}
    ]


def plan_last_year():
    year = open_year(year=2025, by=None, at=NOW)
    task = open_example("WEST", "去年的任务")
    Task.objects.filter(pk=task.pk).update(year=year)


def write_standards(college):
    for task in (college.first, college.second):
        Task.objects.filter(pk=task.pk).update(standard_time="按期", standard_quality="达标")


def test_in_january_a_unit_that_had_tasks_is_asked_for_them_until_it_has_one(college):
    west, due = college.users["west"], date(2026, 1, 31)
    assert asked(west, JANUARY) == []
    plan_last_year()
    title = "分解 西学院 2026 年度任务"
    assert asked(west, JANUARY) == [(title, due, False)]
    assert asked(west, FEBRUARY) == [(title, due, True)]
    assert asked(college.users["east"], JANUARY) == []
    open_example("WEST", "岗位", kind=TaskKind.C, deadline_on=None)
    assert asked(west, JANUARY) == [(title, due, False)]
    open_example("WEST", "新专业申报")
    assert asked(west, JANUARY) == []


def test_the_days_are_settings(college):
    set_institution(
        values={"tasks_due_day": "01-15", "standards_due_day": "03-10"}, by=None, at=NOW
    )
    plan_last_year()
    ((_, due, is_late),) = asked(college.users["west"], JANUARY)
    assert (due, is_late) == (date(2026, 1, 15), True)
    ((title, due, is_late),) = asked(college.users["east"], MARCH)
    assert (title, due, is_late) == ("写 2 项任务的考核标准", date(2026, 3, 10), False)


def test_in_february_standards_are_written_then_signed_by_the_right_pair(college):
    east, due = college.users["east"], date(2026, 2, 28)
    head = open_user("dean", "department_head", "UNIT:EAST")
    assert asked(east, JANUARY) == []
    assert ("写 2 项任务的考核标准", due, False) in asked(east, FEBRUARY)
    write_standards(college)
    for user in (east, head):
        assert asked(user, FEBRUARY) == [("签 2 项任务的考核标准", due, False)]
        assert asked(user, MARCH) == [("签 2 项任务的考核标准", due, True)]
        rights = Rights(user, on=MARCH)
        keys = {task.pk for task in tasks_to_sign(rights, college.year)}
        assert sign_standards(keys=keys, rights=rights, year=college.year, at=NOW) == 2
        assert asked(user, MARCH) == []
    assert StandardSignature.objects.count() == 4
    # Whoever has no side has nothing to sign.
    assert asked(college.users["teacher"], MARCH) == []


def test_only_what_was_shown_is_signed(college):
    write_standards(college)
    rights = Rights(college.users["east"], on=MARCH)
    assert sign_standards(keys={college.first.pk}, rights=rights, year=college.year, at=NOW) == 1
    assert StandardSignature.objects.get().task == college.first


def test_the_list_shows_what_the_to_do_counts_and_one_button_signs_it(college):
    client = Client()
    client.force_login(college.users["east"])

    def titles(standard):
        page = client.get(f"/tasks/?year=2026&standard={standard}")
        return {row.task.title for group in page.context["groups"] for row in group.rows}

    assert titles("unwritten") == {"共建课程", "示范课"}
    assert titles("unsigned") == set()
    write_standards(college)
    assert titles("unwritten") == set()
    assert titles("unsigned") == {"共建课程", "示范课"}
    keys = client.get("/tasks/?year=2026&standard=unsigned").context["to_sign"]
    answer = client.post("/tasks/sign/2026/", {"task": [*keys, "x"]})
    assert (answer.status_code, StandardSignature.objects.count()) == (302, 2)
    assert titles("unsigned") == set()
