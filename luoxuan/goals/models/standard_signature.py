"""Who signed an appraisal standard."""

from django.conf import settings
from django.db import models

from luoxuan.goals.rules import SigningSide


class StandardSignature(models.Model):
    """A signature「考核标准签字」 under the appraisal standard of a task, one for each side."""

    task = models.ForeignKey("goals.Task", on_delete=models.CASCADE, related_name="signatures")
    side = models.CharField(max_length=10, choices=[(side, side) for side in SigningSide])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("task_id", "at")
        constraints = (
            models.UniqueConstraint(fields=["task", "side"], name="standard_signed_once_a_side"),
        )

    def __str__(self) -> str:
        return f"{self.task}: {self.side}"
