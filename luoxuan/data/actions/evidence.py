"""Writes of evidence: filing a file, withdrawing it."""

import hashlib
import tempfile
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from luoxuan.campus.models import Subject
from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked
from luoxuan.core.messages import register_texts
from luoxuan.core.models import User
from luoxuan.data.evidence_files import MOST_BYTES, EvidenceRefused, cleaned
from luoxuan.data.evidence_messages import TEXTS
from luoxuan.data.models import Evidence
from luoxuan.data.queries import store

# Whoever files evidence, by page or by command, needs the words of its refusals.
register_texts(TEXTS)


class EvidenceTitleMissing(Refused):
    """Evidence without a title cannot be found again."""


class EvidenceWithdrawalRefused(Refused):
    """It is withdrawn already, or without a reason."""


def file_evidence(
    *,
    subject: Subject,
    owner: User | None,
    title: str,
    path: Path,
    file_name: str,
    dated_on: date,
    document_number: str = "",
    origin_label: str = "",
    origin_url: str = "",
    by: User | None,
    at: datetime,
) -> Evidence:
    """File evidence「佐证材料」: check by its bytes, clean, keep under its hash, record.

    The same file for the same subject and origin is filed once. Raises EvidenceRefused and
    EvidenceTitleMissing; then nothing is kept.
    """
    if not title.strip():
        raise EvidenceTitleMissing("evidence_title_missing")
    if path.stat().st_size > MOST_BYTES:
        raise EvidenceRefused("evidence_too_large", megabytes=MOST_BYTES // 1024 // 1024)
    found = cleaned(path.read_bytes(), file_name)
    sha256 = hashlib.sha256(found.content).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "evidence"
        kept.write_bytes(found.content)
        store().keep_original(kept, sha256)
    seam("data.evidence.kept")
    with transaction.atomic():
        known = Evidence.objects.filter(
            subject=subject, sha256=sha256, origin_url=origin_url, withdrawn_at=None
        ).first()
        if known is not None:
            return known
        evidence = Evidence.objects.create(
            subject=subject,
            owner=owner,
            title=title.strip()[:200],
            file_name=found.file_name,
            media_type=found.media_type,
            sha256=sha256,
            n_bytes=len(found.content),
            document_number=document_number.strip()[:100],
            dated_on=dated_on,
            filed_at=at,
            origin_label=origin_label[:200],
            origin_url=origin_url[:300],
        )
        record_audit(
            by=by, at=at, action="file_evidence", object_kind="Evidence",
            object_key=str(evidence.pk), facts={"sha256": sha256, "subject": str(subject)},
        )  # fmt: skip
        seam("data.evidence.before_commit")
    return evidence


@transaction.atomic
def withdraw_evidence(
    *, evidence: Evidence, reason: str, by: User | None, at: datetime
) -> Evidence:
    """Withdraw evidence「撤回」; the file stays, and whoever relied on it still finds it.

    Raises EvidenceWithdrawalRefused.
    """
    here = locked(evidence)
    if here.withdrawn_at is not None:
        raise EvidenceWithdrawalRefused("evidence_already_withdrawn")
    if not reason.strip():
        raise EvidenceWithdrawalRefused("evidence_reason_missing")
    here.withdrawn_at, here.withdrawn_reason = at, reason.strip()[:500]
    here.save()
    record_audit(
        by=by, at=at, action="withdraw_evidence", object_kind="Evidence",
        object_key=str(here.pk), facts={"reason": here.withdrawn_reason},
    )  # fmt: skip
    return here
