"""What happened to units."""

from django.conf import settings
from django.db import models

from luoxuan.campus.rules import UnitChangeKind


class UnitChange(models.Model):
    """One reorganization of a unit「部门变更」: it moved, was merged into another, split or closed.

    ``before`` and ``after`` are the units above it where it moved; ``after`` is the unit that goes
    on with its work where it was merged or split (a row for each). It counts from ``on`` on.
    """

    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in UnitChangeKind])
    unit = models.ForeignKey("campus.Unit", on_delete=models.PROTECT, related_name="changes")
    before = models.ForeignKey("campus.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey("campus.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind=UnitChangeKind.CLOSED, after=None)
                | (~models.Q(kind=UnitChangeKind.CLOSED) & models.Q(after__isnull=False)),
                name="unit_change_says_where_to",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.kind} {self.on}"
