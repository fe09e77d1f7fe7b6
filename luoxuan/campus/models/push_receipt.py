"""What came in by the interface, so that it takes effect once."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class PushReceipt(models.Model):
    """One push by a user under a key of his「推送回执」, and the answer that it was given.

    ``fingerprint`` is the SHA-256 of what was sent. Without ``answered_at`` the push is under way
    since ``begun_at``, or broke off.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="push_receipts"
    )
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    status = models.IntegerField(null=True)
    answer = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["user", "key"], name="push_key_once_per_user"),
            models.CheckConstraint(
                condition=Q(answered_at=None, status=None)
                | Q(answered_at__isnull=False, status__isnull=False),
                name="push_answer_has_status",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.key}"
