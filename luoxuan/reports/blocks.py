"""Documents as lists show them: kinds and states in words."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luoxuan.reports.models import Document
from luoxuan.reports.rules import DocumentKind, DocumentState, FileFormat

KIND_WORDS: dict[str, Promise] = {
    DocumentKind.COURSE_TERM: _("期末课程报告"),
    DocumentKind.MEETING_PAPER: _("院务会一页纸"),
}
STATE_WORDS: dict[str, Promise] = {
    DocumentState.DRAFT: _("草稿"),
    DocumentState.SUBMITTED: _("待签发"),
    DocumentState.SIGNED: _("已签发"),
    DocumentState.RETURNED: _("已退回"),
}
# The class of the chip; every one has a shape of its own beside the word.
STATE_CLASSES: dict[str, str] = {
    DocumentState.DRAFT: "no",
    DocumentState.SUBMITTED: "wa",
    DocumentState.SIGNED: "ok",
    DocumentState.RETURNED: "ba",
}
FORMAT_WORDS: dict[str, str] = {
    FileFormat.PDF: "PDF",
    FileFormat.DOCX: "Word",
    FileFormat.HTML: "HTML",
}


@dataclass(frozen=True)
class ShownDocument:
    """One document in a list「报告」."""

    document: Document
    kind_words: str
    state_words: str
    state_class: str
    url: str


def shown_document(document: Document) -> ShownDocument:
    """Return a document with its words."""
    is_withdrawn = document.withdrawn_at is not None
    return ShownDocument(
        document,
        str(KIND_WORDS[document.kind]),
        str(_("已撤回") if is_withdrawn else STATE_WORDS[document.state]),
        "no" if is_withdrawn else STATE_CLASSES[document.state],
        reverse("reports:document_detail", args=[document.pk]),
    )
