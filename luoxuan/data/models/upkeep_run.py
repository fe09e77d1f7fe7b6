"""How the warehouse was kept in order."""

from django.conf import settings
from django.db import models


class UpkeepRun(models.Model):
    """One pass over the warehouse「仓库维护」: what was packed, removed and found.

    ``ended_at`` is None while it works, or when it was killed: the next one goes on.
    """

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    report = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("started_at")),
                name="upkeep_ended_after_begun",
            ),
        )

    def __str__(self) -> str:
        return f"upkeep {self.started_at:%Y-%m-%d}"
