"""A file on its way in."""

from django.conf import settings
from django.db import models

from luoxuan.data.rules import DraftState, ImportMode


class ImportDraft(models.Model):
    """A file in the import wizard「导入草稿」: read and checked, but nothing of it is stored yet.

    ``mapping`` gives headers of the file a field, or "" to leave the column out; ``answers`` are
    those to the questions of the check. ``report`` is what the last check found, for the page.
    ``receipt`` is a mark of the form: the same one handed in twice is one draft.
    """

    dataset = models.ForeignKey("data.Dataset", on_delete=models.PROTECT, related_name="drafts")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    n_bytes = models.BigIntegerField()
    mode = models.CharField(max_length=10, choices=[(mode, mode) for mode in ImportMode])
    period = models.CharField(max_length=200, blank=True)
    encoding = models.CharField(max_length=30, blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    mapping = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    state = models.CharField(
        max_length=12,
        choices=[(state, state) for state in DraftState],
        default=DraftState.NEW,
    )
    # Raised by every change of mapping or answers; a check of an older one says nothing any more.
    edition = models.IntegerField(default=1)
    batch = models.ForeignKey(
        "data.ImportBatch", null=True, on_delete=models.PROTECT, related_name="drafts"
    )
    job = models.ForeignKey("core.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    receipt = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=list(DraftState)), name="draft_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=DraftState.DONE) | models.Q(batch__isnull=False),
                name="done_draft_has_batch",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name} -> {self.dataset.name}"
