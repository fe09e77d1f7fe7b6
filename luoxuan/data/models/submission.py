"""What one of those asked hands in."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from luoxuan.data.collecting.rules import SubmissionState


class Submission(models.Model):
    """What one unit or person fills in for a collection「填报单」.

    ``rows`` are texts: id, cells, and for cells brought along where they come from; ``revision``
    moves with every save, so that nobody is overwritten silently. ``remarks`` are the reasons of a
    return by row and field; ``unlocked`` names the fields that alone may change after an
    acceptance was reopened. ``batch`` is the import that the acceptance made. ``worked_seconds`` is
    how long people sat at it, None where nobody measured; ``expired_at`` says when a draft that was
    never handed in was emptied.
    """

    collection = models.ForeignKey(
        "data.Collection", on_delete=models.CASCADE, related_name="submissions"
    )
    subject = models.ForeignKey(
        "campus.Subject", on_delete=models.PROTECT, related_name="submissions"
    )
    state = models.CharField(
        max_length=10,
        choices=[(state, state) for state in SubmissionState],
        default=SubmissionState.DRAFT,
    )
    rows = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=0)
    remarks = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    unlocked = models.JSONField(default=list)
    n_asked = models.PositiveIntegerField(default=0)
    n_prefilled = models.PositiveIntegerField(default=0)
    n_changed = models.PositiveIntegerField(default=0)
    n_required = models.PositiveIntegerField(default=0)
    n_filled = models.PositiveIntegerField(default=0)
    worked_seconds = models.PositiveIntegerField(null=True)
    expired_at = models.DateTimeField(null=True)
    first_saved_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    batch = models.ForeignKey(
        "data.ImportBatch", null=True, on_delete=models.PROTECT, related_name="submissions"
    )

    class Meta:
        ordering = ("collection_id", "subject__kind", "subject__code")
        constraints = (
            models.UniqueConstraint(
                fields=["collection", "subject"], name="submission_once_per_subject"
            ),
            models.CheckConstraint(
                condition=Q(state=SubmissionState.DRAFT) | Q(submitted_at__isnull=False),
                name="submission_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=SubmissionState.ACCEPTED) | Q(checked_at__isnull=False),
                name="submission_accepted_is_checked",
            ),
            models.CheckConstraint(
                condition=~Q(state=SubmissionState.RETURNED) | ~Q(reason=""),
                name="submission_returned_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(expired_at=None) | Q(state=SubmissionState.DRAFT, submitted_at=None),
                name="submission_expires_unsent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.collection} · {self.subject.name}"
