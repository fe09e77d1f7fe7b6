"""Checking that what was frozen「冻结」 is still what it was (I1): content, hash, audit entry."""

from collections.abc import Iterator

from luoxuan.core.models import AuditEntry
from luoxuan.core.verification import Finding
from luoxuan.diagnosis.actions.diagnoses import content_hash
from luoxuan.diagnosis.models import Diagnosis
from luoxuan.diagnosis.rules import DiagnosisState


def verify_diagnoses() -> Iterator[Finding]:
    """Yield every frozen diagnosis whose content is not what was frozen and written down."""
    entries = AuditEntry.objects.filter(action="freeze_diagnosis", object_kind="Diagnosis")
    noted = {
        key: facts.get("content_hash") for key, facts in entries.values_list("object_key", "facts")
    }
    frozen = Diagnosis.objects.exclude(state=DiagnosisState.DRAFT).order_by("pk")
    rows = frozen.values_list("pk", "content", "content_hash")
    for key, content, stored in rows.iterator(chunk_size=200):
        name = f"diagnosis {key}"
        if content_hash(content or {}) != stored:
            yield Finding("I1", name, "its content was changed after it was frozen")
        elif noted.get(str(key)) != stored:
            yield Finding("I1", name, "is not the one that the audit entry names")
