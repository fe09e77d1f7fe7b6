"""Rows that stayed outside."""

from django.conf import settings
from django.db import models

from luoxuan.data.quality.rules import HeldState


class HeldRow(models.Model):
    """A row that an import rejected「待改正行」, kept until somebody corrects or drops it.

    ``cells`` are its texts by field, without fields of personal data; those are read from the
    file again. A row that ended keeps neither cells nor problems.
    """

    batch = models.ForeignKey("data.ImportBatch", on_delete=models.CASCADE, related_name="held")
    row_number = models.BigIntegerField()
    cells = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    state = models.CharField(
        max_length=10,
        choices=[(state, state) for state in HeldState],
        default=HeldState.WAITING,
    )
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ("batch_id", "row_number")
        constraints = (
            models.UniqueConstraint(fields=["batch", "row_number"], name="held_row_once"),
            models.CheckConstraint(
                condition=models.Q(state=HeldState.WAITING, ended_at__isnull=True)
                | (~models.Q(state=HeldState.WAITING) & models.Q(ended_at__isnull=False)),
                name="ended_held_row_has_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.row_number}"
