"""What was done, by whom and when."""

from django.db import models


class AuditEntry(models.Model):
    """One act「审计日志」, written by the action in its own transaction and never changed.

    ``hash`` covers the entry and the hash before it: the entries form a chain without gaps.
    """

    sequence = models.BigIntegerField(unique=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(
        "core.User", null=True, on_delete=models.PROTECT, related_name="audit_entries"
    )
    # A command has no login identity; its name stands here.
    by_label = models.CharField(max_length=150)
    action = models.CharField(max_length=100)
    object_kind = models.CharField(max_length=100)
    object_key = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("sequence",)
        indexes = (models.Index(fields=["object_kind", "object_key"], name="audit_object"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_label} {self.action} {self.object_key}"
