"""A number that somebody doubts without seeing its rows goes to whoever owns its dataset."""

import pytest
from django.db import IntegrityError, transaction

from luoxuan.campus.models import Subject
from luoxuan.campus.queries import Rights
from luoxuan.core.models import AuditEntry, Notice
from luoxuan.data.models import CorrectionRequest
from luoxuan.data.quality.actions import (
    CorrectionDecided,
    CorrectionNotPossible,
    DecidesOwn,
    accept_report,
    refuse_correction,
    report_number,
)
from luoxuan.data.quality.queries import deciders, todos
from luoxuan.testing.college import NOW

TODAY = NOW.date()
URL = "/indicators/course.pass_share/?kind=COURSE&subject=MATH&period=2025-1"


def report(score, user, *, reason="比通报的低", url=URL):
    return report_number(
        dataset=score, about="及格率 · 数学", about_url=url, before="70.0 %", after="",
        reason=reason, subject=Subject.objects.get(kind="COURSE", code="MATH"), by=user, at=NOW,
    )  # fmt: skip


def test_it_goes_to_the_owner_of_the_dataset(score, users):
    score.owner_unit = "WEST"
    score.save()
    made = report(score, users["teacher"])
    assert (made.subject.code, made.is_about_number, str(made.state)) == ("WEST", True, "OPEN")
    assert [user.username for user in deciders(made, on=TODAY)] == ["west"]
    assert Notice.objects.get(key=f"correction:{made.pk}").user == users["west"]
    assert [item.url for item in todos(Rights(users["west"], on=TODAY), on=TODAY)] == [
        f"/data/corrections/{made.pk}/"
    ]
    assert AuditEntry.objects.get(action="report_number").facts["url"] == URL


def test_without_an_owner_the_people_of_its_subject_answer(score, users):
    made = report(score, users["teacher"])
    assert made.subject.code == "MATH"
    assert "east" in {user.username for user in deciders(made, on=TODAY)}


def test_it_needs_a_reason_and_is_asked_once(score, users):
    with pytest.raises(CorrectionNotPossible):
        report(score, users["teacher"], reason=" ")
    report(score, users["teacher"])
    with pytest.raises(CorrectionNotPossible):
        report(score, users["math"])
    report(score, users["math"], url=f"{URL}&run=1")
    assert CorrectionRequest.objects.count() == 2


def test_it_is_accepted_with_words_by_somebody_else(score, users):
    made = report(score, users["teacher"])
    with pytest.raises(CorrectionNotPossible):
        accept_report(request=made, answer="", by=users["east"], at=NOW)
    with pytest.raises(DecidesOwn):
        accept_report(request=made, answer="改了", by=users["teacher"], at=NOW)
    accept_report(request=made, answer="补录了三名学生", by=users["east"], at=NOW)
    assert (str(made.state), made.version, made.answer) == ("ACCEPTED", None, "补录了三名学生")
    assert Notice.objects.filter(user=users["teacher"], text__contains="已采纳").count() == 1
    with pytest.raises(CorrectionDecided):
        refuse_correction(request=made, answer="不改", by=users["east"], at=NOW)
    score.refresh_from_db()
    assert score.current_number == 1


def test_the_database_keeps_no_report_without_its_number(score):
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionRequest.objects.create(dataset=score, reason="?", at=NOW)


def test_the_decider_answers_on_the_page(score, users, client):
    made = report(score, users["teacher"])
    client.force_login(users["east"])
    page = client.get(f"/data/corrections/{made.pk}/").content.decode()
    assert "采纳，已在源头改正" in page
    assert client.post(f"/data/corrections/{made.pk}/", {"accept": "1"}).status_code == 422
    sent = {"accept": "1", "answer": "已补录"}
    assert client.post(f"/data/corrections/{made.pk}/", sent).status_code == 302
    made.refresh_from_db()
    assert str(made.state) == "ACCEPTED"
