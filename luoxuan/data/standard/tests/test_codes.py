"""Code lists by page: new ones, dates, and two people at once."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from luoxuan.data.actions.specs import table_spec
from luoxuan.data.models import Code, CodeList, Dataset
from luoxuan.data.standard.actions import Declared, StandardRefused, apply_standard
from luoxuan.data.standard.queries import code_rows
from luoxuan.data.standard.rules import codes_mark
from luoxuan.data.standard.workbook import read_standard, standard_workbook
from luoxuan.testing.college import NOW, open_user

pytestmark = pytest.mark.django_db
NEW = "/data/codes/new/"
CODES = "必修 | 必修课 | Required\n选修 | 选修课 | Elective | 2025-09-01 | 2026-09-01"


@pytest.fixture
def office(score) -> Client:
    client = Client()
    client.force_login(open_user("office"))
    return client


def test_a_new_code_list_is_made_once_however_often_it_is_sent(office):
    for _ in range(2):
        assert office.post(NEW, {"name": "course_kind", "codes": CODES}).status_code == 302
    assert code_rows()["course_kind"] == [
        ["必修", "必修课", "Required", "", ""],
        ["选修", "选修课", "Elective", "2025-09-01", "2026-09-01"],
    ]
    assert CodeList.objects.filter(name="course_kind").count() == 1
    page = office.get("/data/codes/course_kind/").content.decode()
    assert "2026-09-01" in page


@pytest.mark.parametrize(
    ("name", "codes"),
    [("result", "别的"), ("new", "甲"), ("Über", "甲"), ("fine", "甲 | 乙 | c | 昨天"),
     ("fine", "甲 | 乙 | c | 2026-09-01 | 2026-09-01"), ("fine", "甲\n甲"), ("fine", " ")],
)  # fmt: skip
def test_a_list_that_cannot_be_made_is_refused_with_a_sentence(office, name, codes):
    before = code_rows()
    assert office.post(NEW, {"name": name, "codes": codes}).status_code == 422
    assert code_rows() == before


def test_others_cannot_make_a_list(score):
    client = Client()
    client.force_login(open_user("eastdata"))
    assert client.get(NEW).status_code == 404
    assert client.post(NEW, {"name": "x", "codes": "甲"}).status_code == 404


def test_of_two_who_change_a_list_at_once_the_second_is_told(office):
    seen = codes_mark(code_rows()["result"])
    edit = "/data/codes/result/edit/"
    told = "\n".join(code[0] for code in code_rows()["result"])
    assert office.post(edit, {"codes": f"{told}\n免修", "before": seen}).status_code == 302
    refused = office.post(edit, {"codes": f"{told}\n缓考", "before": seen})
    assert refused.status_code == 422
    assert "被别人改过" in refused.content.decode()
    assert "缓考" not in [code[0] for code in code_rows()["result"]]
    with pytest.raises(StandardRefused):
        apply_standard(
            declared=Declared(code_lists={"result": [["x", "x", ""]]}, marks={"result": seen}),
            by=None, at=NOW,
        )  # fmt: skip


def test_a_code_may_be_newly_used_between_its_days_only(office):
    today = timezone.localdate()
    retired = Code.objects.filter(code_list__name="result").last()
    Code.objects.filter(pk=retired.pk).update(valid_to=today)
    dataset = Dataset.objects.get(name="score")

    def taken(on: date | None) -> bool:
        codes = {field.name: field.codes for field in table_spec(dataset, on=on).fields}
        return retired.value in (codes["result"] or ())

    assert [taken(today - timedelta(days=1)), taken(today), taken(None)] == [True, False, True]


def test_days_survive_the_workbook(office, tmp_path):
    office.post(NEW, {"name": "course_kind", "codes": CODES})
    path = tmp_path / "standard.xlsx"
    path.write_bytes(standard_workbook())
    told = read_standard(path, file_name="standard.xlsx")
    assert told.code_lists["course_kind"] == code_rows()["course_kind"]
