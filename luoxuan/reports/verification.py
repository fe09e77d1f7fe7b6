"""Checking that documents「报告」 are what was submitted (I1) and their files are there (I6)."""

from collections.abc import Iterator

from luoxuan.core.models import AuditEntry
from luoxuan.core.verification import Finding
from luoxuan.reports.content import fingerprint
from luoxuan.reports.files import path_of
from luoxuan.reports.models import Document, DocumentFile
from luoxuan.reports.rules import DocumentState

_FROZEN = (DocumentState.SUBMITTED, DocumentState.SIGNED)


def verify_documents() -> Iterator[Finding]:
    """Yield every document whose content was changed, and every file of one that is missing."""
    entries = AuditEntry.objects.filter(action="submit_document", object_kind="Document")
    noted = dict(entries.order_by("sequence").values_list("object_key", "facts"))
    rows = Document.objects.order_by("pk").values_list("pk", "content", "content_hash", "state")
    for key, content, stored, state in rows.iterator(chunk_size=200):
        name = f"document {key}"
        if fingerprint(content) != stored:
            yield Finding("I1", name, "its content was changed after it was written")
        elif state in _FROZEN and noted.get(str(key), {}).get("content") != stored:
            yield Finding("I1", name, "is not the one that the audit entry names")
    for file in DocumentFile.objects.order_by("pk"):
        if not path_of(file.sha256).is_file():
            yield Finding("I6", f"document {file.document_id}", f"its {file.format} is missing")
