"""Wrong numbers that somebody points out."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from luoxuan.data.quality.rules import CorrectionState


class CorrectionRequest(models.Model):
    """Somebody says that a value is wrong「数据更正」, and what it should be.

    The row is found by ``batch`` and ``row_number``, which it keeps through all versions.
    ``subject`` is whom the row is about, or its unit: it decides who may see and decide.

    Who sees a number without its rows names the number instead: ``batch`` is empty, ``about`` says
    which number it was and ``about_url`` where it stands. Its ``subject`` is the owner's unit.
    """

    dataset = models.ForeignKey(
        "data.Dataset", on_delete=models.PROTECT, related_name="corrections"
    )
    batch = models.CharField(max_length=64, blank=True)
    row_number = models.BigIntegerField(default=0)
    field = models.CharField(max_length=63, blank=True)
    about = models.CharField(max_length=500, blank=True)
    about_url = models.CharField(max_length=500, blank=True)
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
                condition=Q(state=CorrectionState.OPEN) & ~Q(batch=""),
                name="one_open_correction_of_a_value",
            ),
            models.UniqueConstraint(
                fields=["dataset", "about_url"],
                condition=Q(state=CorrectionState.OPEN, batch=""),
                name="one_open_report_of_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(batch="") | (~Q(about="") & ~Q(about_url="")),
                name="report_names_its_number",
            ),
            models.CheckConstraint(
                condition=~Q(state=CorrectionState.ACCEPTED)
                | Q(version__isnull=False)
                | (Q(batch="") & ~Q(answer="")),
                name="accepted_correction_has_version",
            ),
            models.CheckConstraint(
                condition=~Q(state=CorrectionState.REFUSED) | ~Q(answer=""),
                name="refused_correction_has_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.dataset_id}.{self.field} #{self.pk}"

    @property
    def is_about_number(self) -> bool:
        """Tell whether a number was pointed out, not a value of a row."""
        return not self.batch
