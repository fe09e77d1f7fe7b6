"""What each attempt to take rows from another system brought."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from luoxuan.data.sources.rules import PullOutcome


class Pull(models.Model):
    """One attempt to take rows from a source「采集记录」, and why it failed.

    ``reading`` is what a held pull is committed by later: mapping, columns, mark, and the number
    of the version that it was compared with.
    """

    source = models.ForeignKey("data.Source", on_delete=models.CASCADE, related_name="pulls")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=10,
        choices=[(outcome, outcome) for outcome in PullOutcome],
        default=PullOutcome.RUNNING,
    )
    rows_read = models.BigIntegerField(default=0)
    rows_accepted = models.BigIntegerField(default=0)
    rows_rejected = models.BigIntegerField(default=0)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    batch = models.ForeignKey("data.ImportBatch", null=True, on_delete=models.PROTECT)
    version_number = models.IntegerField(null=True)
    code = models.CharField(max_length=100, blank=True)
    facts = models.JSONField(default=dict)
    reading = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["source", "sha256"], name="pull_file"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=list(PullOutcome)), name="pull_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome=PullOutcome.RUNNING, finished_at__isnull=True)
                | (~Q(outcome=PullOutcome.RUNNING) & Q(finished_at__isnull=False)),
                name="finished_pull_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(
                    outcome__in=[PullOutcome.FAILED, PullOutcome.HELD, PullOutcome.DECLINED]
                )
                | ~Q(code=""),
                name="failed_pull_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} #{self.pk} {self.outcome}"
