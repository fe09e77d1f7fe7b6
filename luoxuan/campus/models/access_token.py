"""Keys by which programs act for a user."""

from django.conf import settings
from django.db import models


class AccessToken(models.Model):
    """A key by which a program acts for a user「访问令牌」; it opens what the user himself may do.

    Of the secret only its SHA-256 is kept, and ``prefix`` to tell tokens apart on the page.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="access_tokens"
    )
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    is_read_only = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="access_token_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
