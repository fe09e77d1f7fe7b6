"""What is asked of units and persons."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from luoxuan.data.collecting.rules import AskedKind, CollectionState


class Collection(models.Model):
    """Rows of a dataset asked of units or persons until a day「采集任务」.

    ``fields`` are the names of those asked for, in order; ``period`` is the code of the period that
    the rows are for, "" for a dataset without any. ``receipt`` keeps a form from opening two.
    ``remind_days`` say how long before its day it reminds by itself, ``reminded`` the last step of
    that which was done.
    """

    dataset = models.ForeignKey(
        "data.Dataset", on_delete=models.PROTECT, related_name="collections"
    )
    period = models.CharField(max_length=50, blank=True)
    title = models.CharField(max_length=200)
    words = models.TextField(blank=True)
    fields = models.JSONField(default=list)
    asked_kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in AskedKind])
    due_on = models.DateField()
    remind_days = models.JSONField(default=list)
    reminded = models.CharField(max_length=20, blank=True)
    reminded_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=10,
        choices=[(state, state) for state in CollectionState],
        default=CollectionState.OPEN,
    )
    reason = models.CharField(max_length=500, blank=True)
    receipt = models.CharField(max_length=100, unique=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state=CollectionState.OPEN) | Q(ended_at__isnull=False),
                name="collection_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=CollectionState.WITHDRAWN) | ~Q(reason=""),
                name="collection_withdrawn_with_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title
