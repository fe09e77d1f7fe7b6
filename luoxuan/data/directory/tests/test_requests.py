"""Requests for data: asked once, answered by another, told to both."""

from datetime import date

import pytest
from django.test import Client

from luoxuan.campus.queries import Rights, subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry, Notice
from luoxuan.data.directory.actions import (
    RequestRefused,
    answer_request,
    ask_for_data,
    withdraw_request,
)
from luoxuan.data.directory.queries import data_requests, todos
from luoxuan.data.directory.rules import RequestState
from luoxuan.data.models import DataRequest
from luoxuan.testing.college import NOW, open_user

TODAY = NOW.date()


def ask(by, unit="EAST", title="就业数据") -> DataRequest:
    return ask_for_data(
        subject=subject_at(EVERYTHING, kind="UNIT", code=unit), title=title, purpose="分析",
        wanted="", needed_by=None, by=by, at=NOW,
    )  # fmt: skip


def answer(request, by, state=RequestState.GIVEN, **told) -> None:
    values = {"answer": "", "dataset": None, "planned_on": None, **told}
    answer_request(request=request, state=state, by=by, at=NOW, **values)


@pytest.fixture
def east(college):
    return open_user("east")


@pytest.fixture
def centre(college):
    return open_user("centre")


def test_asking_twice_makes_one_request_and_tells_who_may_answer(east, centre):
    assert ask(east) == ask(east)
    assert DataRequest.objects.count() == 1
    assert list(Notice.objects.values_list("user__username", flat=True)) == ["centre"]
    assert [item.title for item in todos(Rights(centre, on=TODAY), on=TODAY)] == [
        "答复数据需求：就业数据"
    ]
    assert todos(Rights(east, on=TODAY), on=TODAY) == []
    assert AuditEntry.objects.filter(action="ask_for_data").count() == 1


def test_an_answer_reaches_whoever_asked(east, centre, score):
    request = ask(east)
    answer(request, centre, dataset=score)
    request.refresh_from_db()
    assert (request.state, request.dataset, request.answered_by) == ("GIVEN", score, centre)
    assert Notice.objects.filter(user=east).count() == 1
    assert todos(Rights(centre, on=TODAY), on=TODAY) == []


def test_a_planned_day_comes_back_as_a_duty(east, centre):
    answer(ask(east), centre, RequestState.PLANNED, planned_on=date(2026, 4, 1))
    assert todos(Rights(centre, on=TODAY), on=date(2026, 3, 31)) == []
    (item,) = todos(Rights(centre, on=TODAY), on=date(2026, 4, 2))
    assert item.is_late


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (RequestState.REFUSED, "request_answer_needs_words"),
        (RequestState.PLANNED, "request_answer_needs_day"),
        (RequestState.GIVEN, "request_answer_needs_data"),
    ],
)
def test_half_an_answer_is_refused(east, centre, state, code):
    with pytest.raises(RequestRefused) as refused:
        answer(ask(east), centre, state)
    assert refused.value.code == code


def test_nobody_answers_his_own_request(centre):
    with pytest.raises(RequestRefused, match="request_answered_by_asker"):
        answer(ask(centre), centre, answer="在数据中心")
    assert todos(Rights(centre, on=TODAY), on=TODAY) == []


def test_what_has_an_end_is_not_answered_again(east, centre):
    request = ask(east)
    withdraw_request(request=request, by=east, at=NOW)
    with pytest.raises(RequestRefused, match="request_not_waiting"):
        answer(request, centre, answer="在数据中心")
    with pytest.raises(RequestRefused, match="request_not_own"):
        withdraw_request(request=request, by=east, at=NOW)


def test_a_unit_sees_its_own_requests(east, centre):
    west = open_user("west")
    ask(east)
    assert data_requests(Rights(west, on=TODAY).scope("data_request", "list"), west).count() == 0
    assert data_requests(EVERYTHING, centre).count() == 1


def test_a_request_goes_its_way_by_pages(east, centre):
    asking, answering = Client(), Client()
    asking.force_login(east)
    answering.force_login(centre)
    unit = subject_at(EVERYTHING, kind="UNIT", code="EAST")
    told = {"subject": unit.pk, "title": "就业数据", "purpose": "分析"}
    assert asking.post("/data/requests/new/", {**told, "purpose": ""}).status_code == 422
    for _ in range(2):
        address = asking.post("/data/requests/new/", told).url
    assert DataRequest.objects.count() == 1
    assert "写答复" not in asking.get(address).content.decode()
    refused = answering.post(f"{address}answer/", {"state": "REFUSED"})
    assert refused.status_code == 422
    assert "不提供须写明理由" in refused.content.decode()
    answering.post(f"{address}answer/", {"state": "REFUSED", "answer": "没有系统"})
    assert "没有系统" in asking.get(address).content.decode()
    assert "就业数据" in asking.get("/data/requests/?state=REFUSED&format=csv").content.decode()
