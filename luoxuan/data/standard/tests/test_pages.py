"""The pages of the standard: who may read, change, refuse and come back."""

import io

import pytest
from django.test import Client

from luoxuan.core.workbook import Column, Sheet, workbook_bytes
from luoxuan.data.models import CodeList, Dataset, DatasetDefinition
from luoxuan.data.standard.forms import StandardForm, field_initial, standard_initial
from luoxuan.data.standard.workbook import standard_workbook
from luoxuan.testing.college import open_user

pytestmark = pytest.mark.django_db
EDIT = "/data/score/standard/edit/"
FIELD = "/data/score/standard/fields/score/"


def client_of(username: str) -> Client:
    client = Client()
    client.force_login(open_user(username))
    return client


@pytest.fixture
def office(score) -> Client:
    return client_of("office")


def told(values):
    return {name: value for name, value in values.items() if value not in (None, False)}


def standard_form(**more):
    initial = standard_initial(Dataset.objects.get(name="score"))
    return told({**initial, "reason": "试", **more})


def field_form(**more):
    dataset = Dataset.objects.get(name="score")
    initial = field_initial(dataset.fields.get(name="score"))
    return told({**initial, "number": dataset.definition_number, "reason": "试", **more})


def test_the_sheet_shows_fields_duties_and_versions(office):
    page = office.get("/data/score/standard/").content.decode()
    for text in ("得分", "责任部门", "第 1 版", "≤ 100", "修改标准"):
        assert text in page


def test_a_reader_without_the_right_sees_no_way_to_change(score):
    page = client_of("eastdata").get("/data/score/standard/").content.decode()
    assert "得分" in page
    assert "修改标准" not in page


@pytest.mark.parametrize("username", ["eastdata", "teacher", "president"])
def test_others_cannot_change_a_standard(score, username):
    assert client_of(username).post(EDIT, standard_form(title="x")).status_code == 404
    assert Dataset.objects.get(name="score").title == "成绩"


def test_the_information_centre_changes_words_and_duties_once(score):
    client = client_of("centre")
    form = standard_form(title="学生成绩", owner_unit="EAST", due_day=7)
    for _ in range(2):
        assert client.post(EDIT, form).status_code == 302
    assert DatasetDefinition.objects.filter(dataset=score).count() == 2
    row = Dataset.objects.get(name="score")
    assert (row.title, row.owner_unit, row.due_day, row.origin) == (
        "学生成绩", "EAST", 7, "local@1",
    )  # fmt: skip
    page = client.get("/data/score/standard/").content.decode()
    assert "名称：成绩 → 学生成绩" in page


def test_an_older_form_is_refused_with_a_sentence(office):
    old = standard_form(title="旧的")
    assert office.post(EDIT, standard_form(title="新的")).status_code == 302
    response = office.post(EDIT, old)
    assert response.status_code == 422
    assert "这期间已被改成第 2 版" in response.content.decode()
    assert Dataset.objects.get(name="score").title == "新的"


def test_every_input_of_the_form_is_a_column_or_known(score):
    extra = {"reason", "number"}
    assert set(StandardForm.base_fields) - set(standard_initial(score)) <= extra


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"pattern": "(a)\\1"}, "不能用"),
        ({"formula": "成绩 +"}, "个字符"),
        ({"minimum": "9", "maximum": "1"}, "下限大于上限"),
        ({"type": "nothing"}, "nothing"),
        ({"reason": ""}, "field-error"),
    ],
)
def test_a_field_that_cannot_be_is_refused_on_its_page(office, values, sentence):
    response = office.post(FIELD, field_form(**values))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert DatasetDefinition.objects.count() == 1


def test_a_field_is_changed_and_a_limit_taken_away(office, score):
    assert office.post(FIELD, field_form(about="百分制", maximum="")).status_code == 302
    field = score.fields.get(name="score")
    assert (field.about, field.maximum, field.minimum) == ("百分制", None, 0)


def test_a_field_is_added_once_and_withdrawn(office, score):
    form = {"name": "remark", "title": "备注", "type": "text", "reason": "试", "number": 1}
    for _ in range(2):
        assert office.post("/data/score/standard/add/", form).status_code == 302
    assert score.fields.filter(name="remark").count() == 1
    office.post("/data/score/standard/fields/remark/withdraw/")
    assert not score.fields.filter(name="remark").exists()


def test_a_field_in_use_stays_and_the_page_says_why(office, score):
    response = office.post("/data/score/standard/fields/score/withdraw/", follow=True)
    assert "公式不再成立" in response.content.decode()
    assert score.fields.filter(name="score").exists()


def test_codes_are_changed_and_a_second_tab_overwrites_nothing(office):
    page = office.get("/data/codes/result/edit/")
    form = {**page.context["form"].initial, "codes": "通过\n不通过 | 不通过 | Failed\n缓考"}
    assert office.post("/data/codes/result/edit/", form).status_code == 302
    codes = CodeList.objects.get(name="result").codes.values_list("value", flat=True)
    assert list(codes) == ["通过", "不通过", "缓考"]
    assert office.post("/data/codes/result/edit/", {**form, "codes": "甲"}).status_code == 422


def test_a_dataset_is_made_from_a_file_and_takes_its_rows(office):
    content = "宿舍号,床位数,费用,入住日期\nA101,4,1200.50,2025-09-01\nA102,6,900,2025-09-02\n"
    file = io.BytesIO(content.encode())
    file.name = "宿舍.csv"
    page = office.post("/data/new/", {"file": file})
    assert page.status_code == 200
    form = {key: value for key, value in page.context["form"].initial.items() if value is not False}
    kinds = [form[f"type_{place}"] for place in range(4)]
    assert kinds == ["text", "integer", "decimal", "date"]
    form |= {"name": "lodging", "name_0": "room", "key_0": "on"}
    for _ in range(2):
        assert office.post("/data/new/fields/", form).status_code == 302
    dataset = Dataset.objects.get(name="lodging")
    assert dataset.key == ["room"]
    assert list(dataset.fields.values_list("title", flat=True)) == [
        "宿舍号", "床位数", "费用", "入住日期",
    ]  # fmt: skip
    refused = office.post("/data/new/fields/", {**form, "name": "score", "title": "别的"})
    assert refused.status_code == 422


def test_a_file_that_is_none_is_refused_in_words(office):
    file = io.BytesIO(b"")
    file.name = "x.csv"
    assert office.post("/data/new/", {"file": file}).status_code == 422


def test_a_workbook_shows_its_difference_before_it_is_applied(office):
    file = io.BytesIO(standard_workbook())
    file.name = "standard.xlsx"
    page = office.post("/data/standard/load/", {"file": file}).content.decode()
    assert "没有要改的" in page
    other = io.BytesIO(workbook_bytes([Sheet("别的", (Column("a"),), [("1",)])]))
    other.name = "other.xlsx"
    response = office.post("/data/standard/load/", {"file": other})
    assert response.status_code == 422
    assert "没有“数据集”这张表" in response.content.decode()
    forged = office.post("/data/standard/load/", {"ticket": "forged"})
    assert forged.status_code == 422


def test_findings_lead_to_where_they_are_mended(office):
    page = office.get("/data/standard/").content.decode()
    assert "没有写责任部门" in page
    assert 'href="/data/score/standard/edit/"' in page
