"""Work that goes on while its person does something else."""

from django.db import models
from django.db.models import Q

from luoxuan.core.rules import UNFINISHED, JobState


class Job(models.Model):
    """One piece of background work「后台任务」 and the lease「租约」 of the worker that does it.

    Each claim raises ``token``; whoever comes with an older one writes nothing any more.
    ``confirmed_at`` is set in the transaction of the effect: such a job is never begun again.
    """

    name = models.CharField(max_length=100)
    title = models.CharField(max_length=200, blank=True)
    arguments = models.JSONField(default=dict)
    # The words that the job writes are read by whoever asked for it.
    language = models.CharField(max_length=16, blank=True)
    unique_key = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, default=JobState.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    words = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict)
    error_code = models.CharField(max_length=100, blank=True)
    error_facts = models.JSONField(default=dict)
    attempts = models.IntegerField(default=0)
    token = models.BigIntegerField(default=0)
    owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    by = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="jobs")
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["state", "id"], name="job_due"),
            models.Index(fields=["by", "state"], name="job_of_user"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=Q(state__in=UNFINISHED) & ~Q(unique_key=""),
                name="one_unfinished_job_per_key",
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.RUNNING, lease_until__isnull=False)
                | (~Q(state=JobState.RUNNING) & Q(lease_until__isnull=True)),
                name="running_job_has_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED, finished_at__isnull=True)
                | (~Q(state__in=UNFINISHED) & Q(finished_at__isnull=False)),
                name="finished_job_has_time",
            ),
            models.CheckConstraint(condition=Q(state__in=list(JobState)), name="job_state_known"),
        )

    def __str__(self) -> str:
        return f"{self.name} #{self.pk} {self.state}"

    @property
    def is_unfinished(self) -> bool:
        """Return whether the job waits or runs."""
        return self.state in UNFINISHED

    @property
    def next_url(self) -> str:
        """Return where to go when the job is done: what it made, else what its asker named."""
        return str(self.result.get("url") or self.url)
