"""Tables of the reports."""

from luoxuan.reports.models.document import Document, DocumentFile

__all__ = ["Document", "DocumentFile"]
