"""What proves a statement."""

from django.conf import settings
from django.db import models


class Evidence(models.Model):
    """A file that proves something「佐证材料」: whose, about what, from which day, with its hash.

    ``document_number`` is the 文号 under which it was issued, if it was. The file lies in the
    originals of the warehouse under ``sha256``; it is never changed, only withdrawn with a reason.
    """

    subject = models.ForeignKey("campus.Subject", on_delete=models.PROTECT, related_name="evidence")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="evidence"
    )
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    n_bytes = models.BigIntegerField()
    document_number = models.CharField(max_length=100, blank=True)
    dated_on = models.DateField()
    valid_to = models.DateField(null=True)
    filed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    origin_label = models.CharField(max_length=200, blank=True)
    origin_url = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-dated_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | ~models.Q(withdrawn_reason=""),
                name="evidence_withdrawn_with_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title
