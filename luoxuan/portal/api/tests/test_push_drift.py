"""Pushed rows that differ too much from those held wait for a person, who is told."""

from django.test import Client
from django.utils import timezone

from luoxuan.campus.queries import Rights
from luoxuan.core.models import Notice
from luoxuan.data.models import Check, Dataset, ImportDraft
from luoxuan.data.quality.queries import todos
from luoxuan.data.quality.rules import CheckKind, Measured, QualityDimension, Severity

from .conftest import row


def held_push(push):
    Check.objects.create(
        code="mean", dataset=Dataset.objects.get(name="score"), kind=CheckKind.DRIFT,
        dimension=QualityDimension.VALIDITY, severity=Severity.WARNING, title="均分",
        fields=["score"], measured=Measured.MEAN, most_change=20,
    )  # fmt: skip
    rows = [row(7000 + number, score="5") for number in range(4)]
    first = push("office", rows, key="drift-1")
    return first, push("office", rows, key="drift-2")


def test_a_drifting_push_is_held_once_and_the_responsible_are_told(push):
    answers = held_push(push)
    assert [answer.status_code for answer in answers] == [422, 422]
    draft = ImportDraft.objects.get()
    told = Notice.objects.filter(key=f"held_push:{draft.pk}")
    assert "office" in told.values_list("user__username", flat=True)
    office = told.get(user__username="office").user
    today = timezone.localdate()
    found = todos(Rights(office, on=today), on=today)
    assert [item.url for item in found] == [f"/data/imports/drafts/{draft.pk}/"]
    assert Dataset.objects.get(name="score").current_number == 1
    client = Client()
    client.force_login(office)
    assert client.get(f"/data/imports/drafts/{draft.pk}/", follow=True).status_code == 200
