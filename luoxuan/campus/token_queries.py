"""Which access tokens there are, and whose a secret is."""

import hashlib
from datetime import datetime

from django.db.models import QuerySet

from luoxuan.campus.models import AccessToken
from luoxuan.core.models import User


def digest_of(secret: str) -> str:
    """Return what is kept of a secret; it has 256 random bits, so that a plain hash hides it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def tokens_of(user: User) -> QuerySet[AccessToken]:
    """Return the access tokens「访问令牌」 of a user, ended ones too, newest first."""
    return AccessToken.objects.filter(user=user)


def token_of(secret: str, *, at: datetime) -> AccessToken | None:
    """Return the token of a secret, or None unless it and its user are in force."""
    found = AccessToken.objects.filter(
        digest=digest_of(secret), revoked_at=None, expires_at__gt=at, user__is_active=True
    )
    return found.select_related("user").first()
