"""Values far from all others."""

from django.conf import settings
from django.db import models

from luoxuan.data.quality.rules import OutlierAnswer


class Outlier(models.Model):
    """A value far outside what the dataset usually holds「离群值」: a question, never a rejection.

    It is known by the key of its row and its value, so a new version does not ask again. A true
    one says why; a wrong one has the ``correction`` that was asked for with the answer.
    """

    dataset = models.ForeignKey("data.Dataset", on_delete=models.CASCADE, related_name="outliers")
    number = models.IntegerField()
    field = models.CharField(max_length=63)
    row_key = models.CharField(max_length=400)
    batch = models.CharField(max_length=64)
    row_number = models.BigIntegerField()
    value = models.CharField(max_length=60)
    low = models.CharField(max_length=60)
    high = models.CharField(max_length=60)
    subject = models.ForeignKey("campus.Subject", null=True, on_delete=models.PROTECT)
    answer = models.CharField(
        max_length=10,
        choices=[(answer, answer) for answer in OutlierAnswer],
        default=OutlierAnswer.OPEN,
    )
    reason = models.CharField(max_length=500, blank=True)
    correction = models.ForeignKey(
        "data.CorrectionRequest", null=True, on_delete=models.PROTECT, related_name="outliers"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    answered_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-number", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["dataset", "field", "row_key", "value"], name="outlier_asked_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.dataset_id}.{self.field} {self.value}"
