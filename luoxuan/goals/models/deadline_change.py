"""Wishes for another deadline."""

from django.conf import settings
from django.db import models

from luoxuan.goals.rules import DateDecision


class DeadlineChange(models.Model):
    """The wish for another deadline「时限调整」 of a task and what its signer decided.

    The old date stays in ``old_on`` whatever was decided. One wish at most is open for a task, and
    nobody decides on his own.
    """

    task = models.ForeignKey("goals.Task", on_delete=models.CASCADE, related_name="changes")
    old_on = models.DateField(null=True)
    asked_on = models.DateField()
    reason = models.TextField()
    state = models.CharField(
        max_length=10, choices=[(one, one) for one in DateDecision], default=DateDecision.ASKED
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["task"],
                condition=models.Q(state=DateDecision.ASKED),
                name="deadline_change_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DateDecision.ASKED, decided_at=None)
                | (~models.Q(state=DateDecision.ASKED) & models.Q(decided_at__isnull=False)),
                name="deadline_change_decided_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None)
                | models.Q(asked_by=None)
                | ~models.Q(decided_by=models.F("asked_by")),
                name="deadline_change_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.task}: {self.old_on} -> {self.asked_on}"
