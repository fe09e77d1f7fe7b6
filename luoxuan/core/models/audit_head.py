"""Where the chain of audit entries ends."""

from django.db import models


class AuditHead(models.Model):
    """The end of the audit chain「审计链头」: one row, locked by whoever writes the next entry."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="one_audit_head"),)

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:12]}"
