"""Writes of access tokens, and of the receipts that make a push take effect once."""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from luoxuan.campus.models import AccessToken, PushReceipt
from luoxuan.campus.token_queries import digest_of
from luoxuan.core.actions import record_audit
from luoxuan.core.models import User

MARK = "lx_"
SHOWN = 10
"""How many characters of a secret tell tokens apart on a page."""
# A write per request would make every reader a writer.
_NOTED_EVERY = timedelta(minutes=10)
# A push that has not been answered by then broke off; it may be sent again.
_PUSH_LEASE = timedelta(minutes=10)
KEPT = timedelta(days=30)
"""How long a push is known by its key."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just created, with its secret「新令牌」: nothing shows it again."""

    token: AccessToken
    secret: str


@transaction.atomic
def create_token(
    *,
    user: User,
    name: str,
    days: int,
    receipt: str,
    is_read_only: bool = False,
    by: User | None,
    at: datetime,
) -> NewToken:
    """Create an access token「访问令牌」 for some days; the same receipt gives the same token.

    ``receipt`` is random and known to whoever asks only.
    """
    secret = _secret_of(user, receipt)
    token, is_new = AccessToken.objects.get_or_create(
        digest=digest_of(secret),
        defaults={
            "user": user,
            "name": name,
            "prefix": secret[:SHOWN],
            "is_read_only": is_read_only,
            "created_at": at,
            "expires_at": at + timedelta(days=days),
        },
    )
    if is_new:
        record_audit(
            by=by, at=at, action="create_token", object_kind="AccessToken",
            object_key=str(token.pk),
            facts={"user": user.username, "name": name, "prefix": token.prefix, "days": days,
                   "is_read_only": is_read_only},
        )  # fmt: skip
    return NewToken(token, secret)


@transaction.atomic
def revoke_token(*, token: AccessToken, by: User | None, at: datetime) -> None:
    """Revoke a token; its next request is refused. A second time changes nothing."""
    if AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        record_audit(
            by=by, at=at, action="revoke_token", object_kind="AccessToken",
            object_key=str(token.pk),
            facts={"user": token.user.username, "prefix": token.prefix},
        )  # fmt: skip


def note_use(*, token: AccessToken, at: datetime) -> None:
    """Note that a token is used, every few minutes at most."""
    if token.last_used_at is None or token.last_used_at < at - _NOTED_EVERY:
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=at)


@transaction.atomic
def begin_push(*, user: User, key: str, fingerprint: str, at: datetime) -> tuple[PushReceipt, bool]:
    """Return the receipt「推送回执」 of a key, and whether this push is the one to be carried out.

    One that broke off may be carried out again: an import takes effect once by itself.
    """
    PushReceipt.objects.filter(user=user, begun_at__lt=at - KEPT).delete()
    receipt, is_new = PushReceipt.objects.get_or_create(
        user=user, key=key, defaults={"fingerprint": fingerprint, "begun_at": at}
    )
    if is_new or receipt.fingerprint != fingerprint:
        return receipt, is_new
    broke_off = Q(answered_at=None, begun_at__lt=at - _PUSH_LEASE)
    taken = PushReceipt.objects.filter(broke_off, pk=receipt.pk).update(begun_at=at)
    return receipt, bool(taken)


@transaction.atomic
def answer_push(
    *,
    receipt: PushReceipt,
    status: int,
    answer: dict[str, Any],
    dataset: str,
    token: AccessToken | None,
    at: datetime,
) -> None:
    """Keep the answer of a push, and record who sent it by which token."""
    PushReceipt.objects.filter(pk=receipt.pk).update(answered_at=at, status=status, answer=answer)
    record_audit(
        by=receipt.user, at=at, action="push_rows", object_kind="Dataset", object_key=dataset,
        facts={"key": receipt.key, "status": status, "token": token.prefix if token else ""},
    )  # fmt: skip


def drop_push(*, receipt: PushReceipt) -> None:
    """Forget a push that was not carried out, so that it may be sent again by the same key."""
    PushReceipt.objects.filter(pk=receipt.pk, answered_at=None).delete()


def _secret_of(user: User, receipt: str) -> str:
    text = f"luoxuan.access_token:{user.pk}:{receipt}"
    made = hmac.digest(settings.SECRET_KEY.encode(), text.encode(), sha256)
    return MARK + base64.urlsafe_b64encode(made).decode().rstrip("=")
