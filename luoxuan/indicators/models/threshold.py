"""What values are compared with."""

from django.db import models

from luoxuan.core.models import VersionedDefinition


class Threshold(VersionedDefinition):
    """Target, standard and warning value「阈值」 of an indicator; the only home of these numbers.

    It holds for every subject of ``kind``, or for one ``subject``, which then goes before.
    Values are in the indicator's own unit (a share is 0-1); one that is missing is not compared.
    """

    indicator = models.ForeignKey(
        "indicators.Indicator", on_delete=models.PROTECT, related_name="thresholds"
    )
    kind = models.CharField(max_length=20)
    subject = models.ForeignKey("campus.Subject", null=True, on_delete=models.PROTECT)
    target_value = models.DecimalField(max_digits=20, decimal_places=9, null=True)
    standard_value = models.DecimalField(max_digits=20, decimal_places=9, null=True)
    warning_value = models.DecimalField(max_digits=20, decimal_places=9, null=True)
    source = models.CharField(max_length=300, blank=True)
    origin = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("indicator_id", "kind", "subject_id", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=["indicator", "kind", "number"],
                condition=models.Q(subject=None),
                name="threshold_of_kind_once",
            ),
            models.UniqueConstraint(
                fields=["indicator", "subject", "number"],
                condition=models.Q(subject__isnull=False),
                name="threshold_of_subject_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator} {self.kind} #{self.number}"
