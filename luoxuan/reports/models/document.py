"""What is reported, who wrote and who signed it, and its files."""

from django.conf import settings
from django.db import models

from luoxuan.reports.rules import OPEN_STATES, DocumentKind, DocumentState, FileFormat


class Document(models.Model):
    """A report「报告」 about one subject and period: written, submitted, signed by another.

    ``content`` is assembled from readings, alerts and improvements and, with the author's own
    ``texts``, frozen when submitted; ``content_hash`` is its SHA-256. A further one about the same
    is the next ``edition``. It is withdrawn with a reason, never deleted.
    """

    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in DocumentKind])
    subject = models.ForeignKey(
        "campus.Subject", on_delete=models.PROTECT, related_name="documents"
    )
    period = models.ForeignKey("campus.Period", on_delete=models.PROTECT, related_name="documents")
    edition = models.IntegerField()
    title = models.CharField(max_length=200)
    state = models.CharField(
        max_length=10,
        choices=[(state, state) for state in DocumentState],
        default=DocumentState.DRAFT,
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="documents"
    )
    texts = models.JSONField(default=dict)
    content = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    assembled_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True)
    returned_reason = models.CharField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "subject", "period", "edition"], name="document_edition_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "subject", "period"],
                condition=models.Q(state__in=list(OPEN_STATES), withdrawn_at=None),
                name="document_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DocumentState.SIGNED, signed_at__isnull=False)
                & models.Q(signer__isnull=False)
                & ~models.Q(signer=models.F("author"))
                | ~models.Q(state=DocumentState.SIGNED) & models.Q(signed_at=None),
                name="document_signed_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DocumentState.DRAFT)
                | models.Q(submitted_at__isnull=False),
                name="document_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=DocumentState.RETURNED) | ~models.Q(returned_reason=""),
                name="document_returned_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | ~models.Q(withdrawn_reason=""),
                name="document_withdrawn_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} #{self.edition}"


class DocumentFile(models.Model):
    """A file made of a document「报告文件」, whole or not there at all.

    ``source_hash`` says of what it was made: content, state, author and signer. The bytes lie under
    ``sha256`` in the folder of documents. ``notes`` are what the file itself says about missing
    characters and charts.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=5, choices=[(name, name) for name in FileFormat])
    source_hash = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    n_bytes = models.BigIntegerField()
    notes = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("document_id", "format", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["document", "format", "source_hash"], name="document_file_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.document} {self.format}"
