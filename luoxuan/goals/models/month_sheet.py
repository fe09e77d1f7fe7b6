"""What a unit hands in each month."""

from django.conf import settings
from django.db import models

from luoxuan.goals.rules import SheetState


class MonthSheet(models.Model):
    """The sheet「报送单」 of one unit for one month: handed in by its head, received or returned.

    A returned one holds the reason and may be handed in again. A head's own sheet is checked by
    its receiver, so whoever handed it in cannot receive it.
    """

    unit = models.ForeignKey(
        "campus.Subject", on_delete=models.PROTECT, related_name="month_sheets"
    )
    month = models.ForeignKey(
        "campus.Period", on_delete=models.PROTECT, related_name="month_sheets"
    )
    state = models.CharField(
        max_length=10, choices=[(one, one) for one in SheetState], default=SheetState.OPEN
    )
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("month__start_on", "unit__code")
        constraints = (
            models.UniqueConstraint(fields=["unit", "month"], name="month_sheet_once"),
            models.CheckConstraint(
                condition=models.Q(state=SheetState.OPEN) | models.Q(submitted_at__isnull=False),
                name="month_sheet_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=SheetState.RETURNED) | ~models.Q(reason=""),
                name="month_sheet_returned_has_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} · {self.month}"
