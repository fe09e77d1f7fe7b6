"""What pages of tasks show and take, for each role that meets them."""

import io
from datetime import date

import openpyxl
import pytest
from django.test import Client
from django.utils.translation import override

from luoxuan.goals.models import DeadlineChange, MonthSheet, Progress, Task
from luoxuan.goals.templatetags.tasks import source_words
from luoxuan.testing.filling import goals as filling

pytestmark = pytest.mark.django_db

FORM = [
    "任务来源", "工作属性", "工作任务", "完成时限", *[f"{month}月" for month in range(1, 13)],
    "责任部门", "责任人",
]  # fmt: skip
SHEET = "/tasks/sheets/EAST/2026-03/"


@pytest.fixture
def enter(college):
    """Return a function that gives the open session of a user."""

    def session(name: str) -> Client:
        client = Client()
        client.force_login(college.users[name])
        return client

    return session


def answers(college, first: str = "LATE", second: str = "ON_TRACK", **more: str) -> dict[str, str]:
    one, two = f"task-{college.first.pk}", f"task-{college.second.pk}"
    late = {"cause": "停机", "measure": "试运行", "asked_on": "2026-06-30"} | more
    return {
        f"{one}-state": first, f"{two}-state": second, "intent": "submit",
        **{f"{one}-{name}": value for name, value in late.items()},
    }  # fmt: skip


def test_a_count_opens_exactly_its_rows_and_keeps_the_filters(college, enter):
    filling.open_example("WEST", "逾期", deadline_on=date(2026, 1, 10))
    filling.open_example("EAST", "东逾期", deadline_on=date(2026, 1, 10))
    client = enter("office")
    page = client.get("/tasks/?year=2026&unit=EAST")
    counts = {count.state: count for count in page.context["counts"]}
    late = client.get(f"/tasks/{counts['LATE'].url}")
    titles = [row.task.title for group in late.context["groups"] for row in group.rows]
    assert len(titles) == counts["LATE"].n
    assert "东逾期" in titles
    assert "逾期" not in titles
    assert sum(count.n for count in counts.values()) == page.context["n_all"] == 4


def test_unknown_filters_choose_nothing(college, enter):
    page = enter("office").get("/tasks/?year=2026&kind=Z&state=NONE&source=%27&page=-4")
    assert page.status_code == 200
    assert page.context["n_all"] == 3


def test_the_export_has_the_columns_of_the_form_and_the_rows_of_the_page(college, enter):
    enter("east").post(SHEET, answers(college))
    client = enter("office")
    content = client.get("/tasks/export/?year=2026&format=xlsx&kind=A").content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert list(rows[0]) == FORM
    assert len(rows) == 2
    assert rows[1][:4][1:3] == ("重点工作", "共建课程")
    assert rows[1][6] == "滞后"
    text = client.get("/tasks/export/?year=2026&format=csv").content.decode("utf-8-sig")
    assert text.splitlines()[0] == ",".join(FORM)
    assert len(text.splitlines()) == 4


def test_the_head_hands_in_with_one_tap_a_task_and_a_second_click_changes_nothing(college, enter):
    client = enter("east")
    assert "共建课程" in client.get(SHEET).content.decode()
    for _ in range(2):
        assert client.post(SHEET, answers(college)).status_code == 302
    sheet = MonthSheet.objects.get()
    assert (sheet.state, sheet.submitted_by.username) == ("SUBMITTED", "east")
    assert DeadlineChange.objects.get().asked_on == date(2026, 6, 30)
    assert Progress.objects.count() == 2


def test_a_late_task_without_cause_comes_back_with_its_words_kept(college, enter):
    page = enter("east").post(SHEET, answers(college, cause="", measure="保留我"))
    assert page.status_code == 422
    assert "请用一句话说明为什么滞后。" in page.content.decode()
    assert "保留我" in page.content.decode()
    assert not Progress.objects.exists()


def test_an_incomplete_sheet_says_what_is_missing_and_keeps_the_rest(college, enter):
    page = enter("east").post(SHEET, answers(college, second=""))
    assert page.status_code == 422
    assert "还有 1 项没有填，例如“示范课”。" in page.content.decode()
    assert Progress.objects.get().task == college.first


def test_the_quality_office_receives_or_returns(college, enter):
    enter("east").post(SHEET, answers(college))
    office = enter("office")
    assert office.post(f"{SHEET}check/", {"decision": "return"}).status_code == 422
    office.post(f"{SHEET}check/", {"decision": "return", "reason": "补材料"})
    assert MonthSheet.objects.get().state == "RETURNED"
    assert "补材料" in enter("east").get(SHEET).content.decode()
    enter("east").post(SHEET, answers(college))
    office.post(f"{SHEET}check/", {"decision": "receive"})
    page = office.get("/tasks/sheets/?month=2026-03")
    assert (page.context["n_received"], page.context["n_all"]) == (1, 1)


def test_the_leader_refuses_and_both_dates_stay_visible(college, enter):
    enter("east").post(SHEET, answers(college))
    change = DeadlineChange.objects.get()
    leader = enter("president")
    assert leader.post(f"/tasks/dates/{change.pk}/", {"decision": "refuse"}).status_code == 422
    refusal = {"decision": "refuse", "note": "先交已完成的"}
    leader.post(f"/tasks/dates/{change.pk}/", refusal)
    for client, address in (
        (enter("east"), f"/tasks/{college.first.pk}/"),
        (enter("east"), SHEET),
        (leader, "/tasks/dates/"),
    ):
        body = client.get(address).content.decode()
        assert "2026-06-30" in body, address
        assert "先交已完成的" in body, address
    assert "06-30 未批准" in leader.get("/tasks/?year=2026").content.decode()
    assert Task.objects.get(pk=college.first.pk).deadline_on == date(2026, 4, 30)


@pytest.mark.parametrize(
    ("name", "address", "status"),
    [
        ("west", SHEET, 404),
        ("east", f"{SHEET}check/", 404),
        ("office", SHEET, 404),
        ("president", SHEET, 404),
    ],
)
def test_what_is_not_ones_own_cannot_be_handed_in(college, enter, name, address, status):
    assert enter(name).post(address, answers(college)).status_code == status
    assert not Progress.objects.exists()


def test_a_task_is_written_by_hand_once_and_asked_for_another_date(college, enter):
    client = enter("east")
    values = {
        "year": college.year.pk, "title": "手写任务", "kind": "A", "source": "PLAN",
        "attribute": "KEY", "basis": "规划 9", "responsible_unit": college.east.pk,
        "reports_every": 1, "deadline_on": "2026-10-01", "partner_units": [college.east.pk],
    }  # fmt: skip
    assert client.post("/tasks/new/", values).status_code == 302
    assert client.post("/tasks/new/", values).status_code == 422
    task = Task.objects.get(title="手写任务")
    edited = values | {"title": "改过的任务", "deadline_on": "2027-01-01"}
    assert client.post(f"/tasks/{task.pk}/edit/", edited).status_code == 302
    task.refresh_from_db()
    assert (task.title, task.deadline_on) == ("改过的任务", date(2026, 10, 1))
    wish = {"asked_on": "2026-11-01", "reason": "供应商延期"}
    assert client.post(f"/tasks/{task.pk}/date/", wish).status_code == 302
    assert client.post(f"/tasks/{task.pk}/date/", {"asked_on": "x"}).status_code == 422
    assert DeadlineChange.objects.get(task=task).state == "ASKED"


def test_a_task_of_another_college_cannot_be_given_to_it(college, enter):
    west = filling.open_example("WEST", "西的")
    page = enter("east").post("/tasks/new/", {"responsible_unit": west.responsible_unit_id})
    assert page.status_code == 422
    assert "responsible_unit" in page.context["form"].errors


def test_the_right_side_signs_the_standard(college, enter):
    Task.objects.filter(pk=college.first.pk).update(standard_time="4 月底")
    address = f"/tasks/{college.first.pk}/"
    assert "以二级学院身份签字" in enter("east").get(address).content.decode()
    assert "身份签字" not in enter("office").get(address).content.decode()
    enter("office").post(f"{address}sign/")
    enter("east").post(f"{address}sign/")
    assert [row.side for row in college.first.signatures.all()] == ["COLLEGE"]


def test_a_source_that_is_only_the_kind_is_said_in_the_language_of_the_page():
    duty = Task(source="DUTY", source_text="岗位职责")
    plan = Task(source="PLAN", source_text="规划 2.1")
    with override("en"):
        assert source_words(duty) == source_words(Task(source="DUTY")) == "Duty"
        assert source_words(plan) == "规划 2.1"
    assert source_words(duty) == "岗位职责"
