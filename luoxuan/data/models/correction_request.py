"""Wrong numbers that somebody points out."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from luoxuan.data.quality.rules import CorrectionState


class CorrectionRequest(models.Model):
    """Somebody says that a value is wrong「数据更正」, and what it should be.

    The row is found by ``batch`` and ``row_number``, which it keeps through all versions.
    ``subject`` is whom the row is about, or its unit: it decides who may see and decide.
    """

    dataset = models.ForeignKey(
        "data.Dataset", on_delete=models.PROTECT, related_name="corrections"
    )
    batch = models.CharField(max_length=64)
    row_number = models.BigIntegerField()
    field = models.CharField(max_length=63)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.CharField(max_length=500)
    subject = models.ForeignKey("campus.Subject", null=True, on_delete=models.PROTECT)
    state = models.CharField(
        max_length=10,
        choices=[(state, state) for state in CorrectionState],
        default=CorrectionState.OPEN,
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    version = models.ForeignKey("data.DatasetVersion", null=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["dataset", "batch", "row_number", "field"],
                condition=Q(state=CorrectionState.OPEN),
                name="one_open_correction_of_a_value",
            ),
            models.CheckConstraint(
                condition=~Q(state=CorrectionState.ACCEPTED) | Q(version__isnull=False),
                name="accepted_correction_has_version",
            ),
            models.CheckConstraint(
                condition=~Q(state=CorrectionState.REFUSED) | ~Q(answer=""),
                name="refused_correction_has_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.dataset_id}.{self.field} #{self.pk}"
