"""What programs do beside pushing rows: answering an alert, and what they read of one place."""

import json

import pytest
from django.test import Client

from luoxuan.core.models import AuditEntry
from luoxuan.improvement.models import Improvement
from luoxuan.monitoring.models import Alert

from .conformity import conforming

ANSWER = {"cause": "作业未交", "measure": "每周加一次习题课", "due_on": "2026-04-10"}


@pytest.fixture
def alert(users) -> Alert:
    return Alert.objects.get(subject__code="MATH-2")


@pytest.fixture
def answer(secret):
    def send(username: str, number: int, body: object):
        return conforming(
            Client().post(
                f"/api/v1/alerts/{number}", json.dumps(body), content_type="application/json",
                headers={"Authorization": f"Bearer {secret(username)}"},
            )
        )  # fmt: skip

    return send


def test_an_answer_makes_one_improvement_and_is_recorded(answer, ask, alert):
    first = answer("math", alert.pk, {**ANSWER, "responsible": "math"})
    assert (first.status_code, first.json()["is_answered"]) == (200, True)
    second = answer("math", alert.pk, ANSWER)
    assert second.json()["improvement"] == first.json()["improvement"]
    found = Improvement.objects.get(pk=first.json()["improvement"])
    assert (found.measure, found.responsible.username) == (ANSWER["measure"], "math")
    assert AuditEntry.objects.filter(action="answer_alert").count() == 1
    assert ask("math", f"/api/v1/alerts/{alert.pk}").json()["improvement"] == found.pk


@pytest.mark.parametrize("username", ["west", "teacher", "student", "president", "centre"])
def test_whoever_may_not_answer_on_the_page_may_not_here(answer, alert, username):
    assert answer(username, alert.pk, ANSWER).status_code == 404
    assert answer("math", 999999999, ANSWER).content == answer(username, alert.pk, ANSWER).content
    assert not Improvement.objects.exists()


@pytest.mark.parametrize(
    ("body", "members"),
    [
        ([], [""]),
        ({}, {"measure", "due_on", "cause_categories"}),
        ({**ANSWER, "measure": 1}, ["measure"]),
        ({**ANSWER, "measure": "a\0b"}, ["measure"]),
        ({**ANSWER, "measure": "x" * 2001}, ["measure"]),
        ({**ANSWER, "due_on": "2026-02-30"}, ["due_on"]),
        ({**ANSWER, "responsible": "nobody-here"}, ["responsible"]),
        ({**ANSWER, "responsible": "west"}, ["responsible"]),
        ({**ANSWER, "cause_categories": ["nothing"]}, ["cause_categories"]),
        ({**ANSWER, "cause_categories": [{}]}, ["cause_categories"]),
        ({**ANSWER, "state": "CLOSED"}, ["state"]),
    ],
)
def test_a_faulty_answer_is_refused_by_member(answer, alert, body, members):
    found = answer("math", alert.pk, body)
    assert (found.status_code, found.json()["code"]) == (422, "not_members")
    assert {error["member"] for error in found.json()["errors"]} == set(members)
    assert not Improvement.objects.exists()


def test_a_session_answers_with_the_token_of_its_form_only(users, alert):
    client = Client(enforce_csrf_checks=True)
    client.force_login(users["math"])
    place, body = f"/api/v1/alerts/{alert.pk}", json.dumps(ANSWER)
    assert client.post(place, body, content_type="application/json").status_code == 403
    assert not Improvement.objects.exists()
