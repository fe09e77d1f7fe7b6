"""Kinds, states and formats of documents; pure decisions."""

from enum import StrEnum


class DocumentKind(StrEnum):
    """What a document is「报告类别」."""

    COURSE_TERM = "COURSE_TERM"
    MEETING_PAPER = "MEETING_PAPER"


class DocumentState(StrEnum):
    """Where a document is on its way「报告状态」; a withdrawn one keeps its state."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    SIGNED = "SIGNED"
    RETURNED = "RETURNED"


class FileFormat(StrEnum):
    """The files of a document「文件格式」."""

    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"


OPEN_STATES = (DocumentState.DRAFT, DocumentState.SUBMITTED, DocumentState.RETURNED)

SUBJECT_KINDS: dict[DocumentKind, str] = {
    DocumentKind.COURSE_TERM: "COURSE",
    DocumentKind.MEETING_PAPER: "INSTITUTION",
}

PERIOD_KINDS: dict[DocumentKind, tuple[str, ...]] = {
    DocumentKind.COURSE_TERM: ("TERM", "FREE"),
    DocumentKind.MEETING_PAPER: ("MONTH", "TERM"),
}

MEDIA_TYPES: dict[FileFormat, str] = {
    FileFormat.PDF: "application/pdf",
    FileFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileFormat.HTML: "text/html; charset=utf-8",
}


def can_change(state: str, *, is_withdrawn: bool) -> bool:
    """Return whether the author may still write in it."""
    return not is_withdrawn and state in {DocumentState.DRAFT, DocumentState.RETURNED}


def can_decide(state: str, *, is_withdrawn: bool, is_author: bool) -> bool:
    """Return whether it waits for a signature that this reader may give: never the author."""
    return not is_withdrawn and not is_author and state == DocumentState.SUBMITTED
