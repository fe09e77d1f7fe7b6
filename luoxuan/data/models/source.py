"""Systems that data come from by themselves."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from luoxuan.data.sources.rules import PullMode, SourceKind


class Source(models.Model):
    """Another system that a dataset is filled from「数据源」.

    ``address`` holds no secret; ``secret`` is sealed. ``selection`` is a table or query, a JSON
    pointer, or a pattern of file names. ``mapping`` gives columns their fields; ``columns`` and
    ``watermark`` tell what the last version brought: kinds by column, and how far rows were taken.
    Without a time of the day and without minutes it is pulled by hand only. ``origin`` names the
    package that declares it; it is empty once a person has changed it.
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
    origin = models.CharField(max_length=100, blank=True)

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
