"""Access tokens: shown once, kept as a hash, ended by revocation, time and deactivation."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from luoxuan.campus.models import AccessToken
from luoxuan.campus.token_actions import create_token, revoke_token
from luoxuan.campus.token_queries import token_of, tokens_of
from luoxuan.cli.commands import run
from luoxuan.core.actions import deactivate_user
from luoxuan.core.models import AuditEntry

from .conftest import ROWS, row

PLACE = "/api/v1/subjects"


def asked_with(secret: str, address: str = PLACE):
    return Client().get(address, headers={"Authorization": f"Bearer {secret}"})


def test_a_token_opens_what_its_user_may_see(secret):
    assert asked_with(secret("east")).status_code == 200
    assert asked_with(secret("centre")).status_code == 404


@pytest.mark.parametrize("end", ["revoked", "expired", "deactivated", "wrong"])
def test_a_token_that_ended_is_refused_at_the_next_request(secret, users, end):
    held = secret("office")
    assert asked_with(held).status_code == 200
    token, now = AccessToken.objects.get(), timezone.now()
    if end == "revoked":
        revoke_token(token=token, by=None, at=now)
    elif end == "expired":
        AccessToken.objects.update(expires_at=now - timedelta(seconds=1))
    elif end == "deactivated":
        deactivate_user(user=users["office"], by=None, at=now)
    else:
        held += "x"
    answer = asked_with(held)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_bad_token_is_not_helped_by_a_session(users):
    client = Client()
    client.force_login(users["office"])
    assert client.get(PLACE, headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_token_opens_no_page(secret):
    assert asked_with(secret("office"), "/subjects/").status_code == 302


def test_a_token_for_reading_writes_nothing(secret):
    answer = Client().post(
        ROWS, "[]", content_type="application/json",
        headers={"Authorization": f"Bearer {secret('office', is_read_only=True)}"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (403, "token_read_only")


def test_the_secret_itself_is_kept_nowhere(secret):
    held = secret("office")
    token = AccessToken.objects.get()
    texts = [*map(str, AccessToken.objects.values_list().get())]
    texts += [str(entry.facts) for entry in AuditEntry.objects.filter(action="create_token")]
    assert not [text for text in texts if held in text]
    assert held.startswith(token.prefix)
    assert len(token.prefix) < len(held) / 4


def test_use_is_noted_every_few_minutes(secret):
    held = secret("office")
    asked_with(held)
    first = AccessToken.objects.get().last_used_at
    asked_with(held)
    assert first is not None
    assert AccessToken.objects.get().last_used_at == first


def test_the_page_shows_the_secret_once_and_creates_one_token(users):
    client = Client()
    client.force_login(users["office"])
    given = {"name": "教务系统", "days": "30", "receipt": uuid.uuid4().hex}
    pages = [client.post("/me/tokens/", given).content.decode() for _ in range(2)]
    found = {re.search(r"lx_[A-Za-z0-9_-]{43}", page)[0] for page in pages}
    assert (len(found), AccessToken.objects.count()) == (1, 1)
    assert token_of(found.pop(), at=timezone.now()).name == "教务系统"
    assert not re.search(r"lx_[A-Za-z0-9_-]{43}", client.get("/me/tokens/").content.decode())
    AccessToken.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert client.post("/me/tokens/", given).status_code == 302
    entry = AuditEntry.objects.get(action="create_token")
    assert entry.by_label == "office"


def test_a_form_with_a_mistake_creates_nothing(users):
    client = Client()
    client.force_login(users["office"])
    given = {"name": "", "days": "9999", "receipt": "short"}
    assert client.post("/me/tokens/", given).status_code == 422
    assert not AccessToken.objects.exists()


def test_a_user_revokes_his_own_tokens_only(users, secret):
    secret("office")
    token = AccessToken.objects.get()
    client = Client()
    client.force_login(users["centre"])
    assert client.post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
    client.force_login(users["office"])
    for _ in range(2):
        assert client.post(f"/me/tokens/{token.pk}/revoke/").status_code == 302
    assert AccessToken.objects.get().revoked_at
    assert AuditEntry.objects.filter(action="revoke_token").count() == 1


def test_the_command_creates_lists_and_revokes(users, capsys):
    assert run(["user", "token", "add", "office", "--name", "推送", "--days", "7"]) == 0
    held = capsys.readouterr().out.strip()
    token = token_of(held, at=timezone.now())
    assert (token.user.username, token.expires_at - token.created_at) == (
        "office", timedelta(days=7),
    )  # fmt: skip
    assert run(["user", "token", "list", "office"]) == 0
    assert token.prefix in capsys.readouterr().out
    assert run(["user", "token", "revoke", "centre", "--id", str(token.pk)]) == 1
    assert run(["user", "token", "revoke", "office", "--id", str(token.pk)]) == 0
    assert token_of(held, at=timezone.now()) is None
    assert run(["user", "token", "office"]) == 2
    assert run(["user", "add", "one", "two"]) == 2


def test_two_receipts_are_two_tokens(users):
    at, user = timezone.now(), users["office"]
    made = [
        create_token(user=user, name="x", days=1, receipt=receipt, by=user, at=at).secret
        for receipt in ("a", "b", "a")
    ]
    assert (len(set(made)), tokens_of(user).count()) == (2, 2)


def test_a_withdrawn_right_is_withdrawn_from_the_token_too(push, users):
    users["office"].grants.update(role="college_data_officer")
    assert push("office", [row(5001)]).status_code == 404
