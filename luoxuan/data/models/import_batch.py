"""What came in, and what became of it."""

from django.conf import settings
from django.db import models

from luoxuan.data.rules import Disposition, ImportMode


class ImportBatch(models.Model):
    """One file that was offered to a dataset「导入批次」, accepted or refused, with every finding.

    ``version`` is None for a refused file. ``problems`` holds the first thousand of ``n_problems``.
    ``undone_in`` is the version that took the import back, with its reason.
    """

    dataset = models.ForeignKey("data.Dataset", on_delete=models.PROTECT, related_name="imports")
    version = models.ForeignKey(
        "data.DatasetVersion", null=True, on_delete=models.PROTECT, related_name="imports"
    )
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    mode = models.CharField(max_length=10, choices=[(mode, mode) for mode in ImportMode])
    slice = models.CharField(max_length=200, blank=True)
    disposition = models.CharField(
        max_length=20, choices=[(disposition, disposition) for disposition in Disposition]
    )
    sheet = models.CharField(max_length=100, blank=True)
    headers = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    encoding = models.CharField(max_length=30, blank=True)
    rows_accepted = models.BigIntegerField(default=0)
    rows_rejected = models.BigIntegerField(default=0)
    n_problems = models.BigIntegerField(default=0)
    notes = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    undone_in = models.ForeignKey(
        "data.DatasetVersion", null=True, on_delete=models.PROTECT, related_name="undone_imports"
    )
    undone_reason = models.CharField(max_length=500, blank=True)
    # When its rejected rows were kept to be corrected.
    held_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["dataset", "sha256"], name="import_file"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(undone_in=None) | ~models.Q(undone_reason=""),
                name="import_undone_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name} -> {self.dataset.name}"
