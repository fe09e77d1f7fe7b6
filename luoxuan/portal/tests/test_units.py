"""Reorganizing units by page."""

import pytest
from django.test import Client

from luoxuan.campus.models import Subject, Unit, UnitChange
from luoxuan.testing.college import open_college, open_user

pytestmark = pytest.mark.django_db
CHANGE = "/units/EAST-MATH/change/"


@pytest.fixture
def office() -> Client:
    open_college()
    client = Client()
    client.force_login(open_user("office"))
    return client


def told(**values: object) -> dict[str, object]:
    west = Unit.objects.get(subject__code="WEST")
    return {"kind": "MOVED", "into": [west.pk], "on": "2026-03-01", "reason": "院务会", **values}


def test_the_quality_office_moves_a_group_and_the_page_tells_it(office):
    assert "还没有变更" in office.get("/units/").content.decode()
    answer = office.post(CHANGE, told(), follow=True)
    assert answer.redirect_chain == [("/units/", 302)]
    assert Unit.objects.get(subject__code="EAST-MATH").parent.subject.code == "WEST"
    page = answer.content.decode()
    assert "调整隶属" in page
    assert "院务会" in page
    change = UnitChange.objects.get()
    assert (change.by.username, change.before.subject.code) == ("office", "EAST")


def test_what_cannot_be_is_refused_with_the_reason_and_keeps_what_was_typed(office):
    answer = office.post(CHANGE, told(reason="依据甲", on="2999-01-01"))
    assert answer.status_code == 422
    assert "还没有到" in answer.content.decode()
    assert "依据甲" in answer.content.decode()
    assert office.post(CHANGE, told(into=[])).status_code == 422
    assert not UnitChange.objects.exists()


def test_a_double_click_moves_once(office):
    office.post(CHANGE, told())
    assert office.post(CHANGE, told()).status_code == 422
    assert UnitChange.objects.count() == 1


def test_a_split_gives_each_part_to_the_heir_that_was_chosen(office):
    record = {"kind": "SPLIT", "into": [], "reason": "拆"}
    heirs = [Unit.objects.get(subject__code=code) for code in ("WEST", "SMALL")]
    part = Unit.objects.get(subject__code="EAST-MATH")
    answer = office.post(
        "/units/EAST/change/",
        told(**record | {"into": [heir.pk for heir in heirs]}) | {f"part_{part.pk}": heirs[0].pk},
    )
    assert answer.status_code == 302
    assert Unit.objects.get(pk=part.pk).parent == heirs[0]
    assert Subject.objects.get(kind="UNIT", code="EAST").valid_to is not None


def test_a_head_sees_his_units_and_changes_none(office):
    client = Client()
    client.force_login(open_user("east"))
    page = client.get("/units/").content.decode()
    assert "EAST-MATH" in page
    assert "WEST" not in page
    assert "/change/" not in page
    assert client.post(CHANGE, told()).status_code == 404
