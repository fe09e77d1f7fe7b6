"""How a task stood in each month."""

from django.conf import settings
from django.db import models

from luoxuan.goals.rules import ProgressState


class Progress(models.Model):
    """How a task stood in one month「进度」, as reported; a late one says cause and measure.

    ``by`` is empty where the state came with a file; what a person reported is never overwritten
    by a file.
    """

    task = models.ForeignKey("goals.Task", on_delete=models.CASCADE, related_name="progress")
    month = models.ForeignKey("campus.Period", on_delete=models.PROTECT, related_name="progress")
    state = models.CharField(max_length=10, choices=[(one, one) for one in ProgressState])
    text = models.TextField(blank=True)
    cause_categories = models.JSONField(default=list)
    cause = models.TextField(blank=True)
    measure = models.TextField(blank=True)
    reported_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="progress"
    )

    class Meta:
        ordering = ("task_id", "month__start_on")
        constraints = (
            models.UniqueConstraint(fields=["task", "month"], name="progress_once_a_month"),
        )

    def __str__(self) -> str:
        return f"{self.task} · {self.month}: {self.state}"

    @property
    def said(self) -> dict[str, object]:
        """Return what was reported, by field."""
        names = ("state", "text", "cause_categories", "cause", "measure")
        return {name: getattr(self, name) for name in names}
