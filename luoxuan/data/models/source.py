"""Systems that data come from by themselves, and what each attempt brought."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from luoxuan.data.sources.rules import PullMode, PullOutcome, SourceKind


class Source(models.Model):
    """Another system that a dataset is filled from「数据源」.

    ``address`` holds no secret; ``secret`` is sealed. ``selection`` is a table or query, a JSON
    pointer, or a pattern of file names. ``mapping`` gives columns their fields; ``columns`` and
    ``watermark`` tell what the last version brought: kinds by column, and how far rows were taken.
    Without a time of the day and without minutes it is pulled by hand only.
    """

    name = models.SlugField(max_length=63, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in SourceKind])
    address = models.CharField(max_length=500)
    options = models.JSONField(default=dict)
    secret = models.TextField(blank=True)
    dataset = models.ForeignKey("data.Dataset", on_delete=models.PROTECT, related_name="sources")
    selection = models.TextField(blank=True)
    mapping = models.JSONField(default=dict)
    mode = models.CharField(max_length=12, choices=[(mode, mode) for mode in PullMode])
    watermark_column = models.CharField(max_length=200, blank=True)
    watermark = models.JSONField(null=True)
    columns = models.JSONField(default=dict)
    every_minutes = models.PositiveIntegerField(null=True)
    daily_at = models.TimeField(null=True)
    least_share = models.PositiveIntegerField(default=80)
    most_rows = models.PositiveIntegerField(default=1_000_000)
    most_seconds = models.PositiveIntegerField(default=300)
    is_enabled = models.BooleanField(default=False)
    attempted_at = models.DateTimeField(null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(every_minutes=None) | Q(daily_at=None), name="source_one_schedule"
            ),
            models.CheckConstraint(
                condition=~Q(mode=PullMode.INCREMENTAL)
                | ~Q(watermark_column="")
                | Q(kind="FOLDER"),
                name="source_mark_if_incremental",
            ),
            models.CheckConstraint(condition=Q(least_share__lte=100), name="source_share_of_100"),
        )

    def __str__(self) -> str:
        return self.title


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
                condition=~Q(outcome__in=[PullOutcome.FAILED, PullOutcome.HELD]) | ~Q(code=""),
                name="failed_pull_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} #{self.pk} {self.outcome}"
