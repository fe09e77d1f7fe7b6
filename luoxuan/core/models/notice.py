"""What a person should come to know."""

from django.db import models


class Notice(models.Model):
    """One message to one user「通知」; the key keeps it from being sent twice."""

    user = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="notices")
    key = models.CharField(max_length=200)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["user", "read_at"], name="notice_unread"),)
        constraints = (
            models.UniqueConstraint(fields=["user", "key"], name="notice_once_per_user"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
