"""Writing the audit chain."""

from datetime import datetime

from django.db import transaction

from luoxuan.core.chain import hash_of
from luoxuan.core.logs import request_id
from luoxuan.core.models import AuditEntry, AuditHead, User


@transaction.atomic(savepoint=False)
def record_audit(
    *,
    by: User | None,
    at: datetime,
    action: str,
    object_kind: str,
    object_key: str,
    facts: dict[str, object] | None = None,
    by_label: str = "",
) -> AuditEntry:
    """Write one audit entry「审计日志」 into the transaction of the act itself.

    ``by`` is None for a command; ``by_label`` then names it. The head of the chain stays locked
    until that transaction ends, so that no two entries follow the same one.
    """
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
    event: dict[str, object] = {
        "sequence": head.sequence + 1,
        "at": at,
        "by_id": by.pk if by else None,
        "by_label": by_label or (by.username if by else "luoxuan"),
        "action": action,
        "object_kind": object_kind,
        "object_key": object_key[:200],
        "facts": facts or {},
        "request_id": request_id.get(),
    }
    entry = AuditEntry(**event, previous_hash=head.hash, hash=hash_of(head.hash, event))
    entry.save(force_insert=True)
    AuditHead.objects.filter(pk=1).update(sequence=entry.sequence, hash=entry.hash)
    return entry
