"""Telling people."""

from datetime import datetime

from django.db import transaction

from luoxuan.core.models import Notice, User


@transaction.atomic
def notify(*, user: User, text: str, url: str, at: datetime, key: str) -> Notice:
    """Tell a user something「通知」, once for each key; a second call changes nothing."""
    notice, _ = Notice.objects.get_or_create(
        user=user, key=key, defaults={"text": text[:300], "url": url, "at": at}
    )
    return notice


@transaction.atomic
def read_notices(*, user: User, at: datetime, notice: int | None = None) -> None:
    """Mark one notice of the user as read, or all of them."""
    unread = Notice.objects.filter(user=user, read_at=None)
    if notice is not None:
        unread = unread.filter(pk=notice)
    unread.update(read_at=at)
