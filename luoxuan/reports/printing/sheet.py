"""Everything that stands on the paper of one document「版面」; nothing changes by itself."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from luoxuan.core.queries import institution_settings
from luoxuan.reports.content import Content, fingerprint, from_json
from luoxuan.reports.models import Document
from luoxuan.reports.rules import DocumentState

# Raised when the drawing itself changes, so that files are made again.
LAYOUT = 1

_STATE_WORDS = {
    DocumentState.DRAFT: "草稿",
    DocumentState.RETURNED: "退回修改",
    DocumentState.SUBMITTED: "待签发",
    DocumentState.SIGNED: "已签发",
}


@dataclass(frozen=True)
class Sheet:
    """A document as it is printed「版面」: the same sheet gives the same bytes."""

    kind: str
    title: str
    institution: str
    edition: int
    state: str
    is_final: bool
    author: str
    submitted_on: str
    signer: str
    signed_on: str
    stamp: int
    content_hash: str
    content: Content
    layout: int = LAYOUT

    def values(self) -> dict[str, Any]:
        """Return the sheet as JSON values."""
        return asdict(self)

    @property
    def source_hash(self) -> str:
        """Return the SHA-256 of everything that is printed."""
        return fingerprint(self.values())

    @property
    def made_at(self) -> datetime:
        """Return the time that files carry: that of the last act, not of the making."""
        return timezone.localtime(
            datetime.fromtimestamp(self.stamp, tz=timezone.get_default_timezone())
        )


def sheet_of(document: Document) -> Sheet:
    """Return what is printed of a document in its present state."""
    last = document.signed_at or document.submitted_at or document.assembled_at
    withdrawn = "已撤回" if document.withdrawn_at else ""
    return Sheet(
        kind=document.kind,
        title=document.title,
        institution=institution_settings().get("title", ""),
        edition=document.edition,
        state=withdrawn or _STATE_WORDS[DocumentState(document.state)],
        is_final=document.state == DocumentState.SIGNED and not withdrawn,
        author=str(document.author),
        submitted_on=_day(document.submitted_at),
        signer=str(document.signer or ""),
        signed_on=_day(document.signed_at),
        stamp=int(last.timestamp()),
        content_hash=document.content_hash,
        content=from_json(document.content),
    )


def _day(at: datetime | None) -> str:
    return timezone.localdate(at).isoformat() if at else ""
