"""Two pushes at the same time under one key."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luoxuan.campus.models import PushReceipt
from luoxuan.campus.token_actions import create_token
from luoxuan.data.models import DatasetVersion
from luoxuan.testing.college import fill_college, open_user
from luoxuan.testing.together import together

from .conftest import ROWS, row

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_two_pushes_at_once_have_one_effect(tmp_path, settings):
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir()
    settings.LUOXUAN_THREADS = 1
    fill_college(tmp_path)
    user = open_user("office")
    secret = create_token(
        user=user, name="x", days=1, receipt="x", by=user, at=timezone.now() - timedelta(hours=1)
    ).secret
    sent = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "nightly"}
    answers: list[Any] = []

    def push() -> None:
        body = json.dumps([row(5001)])
        answers.append(
            Client().post(
                f"{ROWS}?mode=append", body, content_type="application/json", headers=sent
            )
        )

    assert together(push, push) == []
    assert sorted(answer.status_code for answer in answers) in ([200, 200], [200, 409])
    assert DatasetVersion.objects.filter(dataset__name="score").count() == 2
    assert PushReceipt.objects.get().status == 200
