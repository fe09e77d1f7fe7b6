"""The heads of the audit chain outside of the database「链头存证」: one small file a day.

Whoever rewrites the whole chain, or cuts off its end, leaves these files behind.
"""

import json
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from luoxuan.core.models import AuditEntry, AuditHead


def folder() -> Path:
    """Return where the heads lie."""
    return Path(settings.LUOXUAN_HOME) / "audit-heads"


def heads() -> dict[int, str]:
    """Return the hash of each remembered sequence number; an unreadable file counts as forged."""
    found = {}
    for path in sorted(folder().glob("*.json")):
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            found[int(document["sequence"])] = str(document["hash"])
        except (ValueError, KeyError, TypeError):
            found[0] = f"unreadable: {path.name}"
    return found


def write_head(*, at: datetime) -> Path | None:
    """Write where the chain ends into the file of the day, unless nothing was added.

    The day's older head must still stand in the chain; otherwise the file stays as it is, and
    `verify` tells of it.
    """
    head = AuditHead.objects.filter(pk=1).first()
    if head is None or not head.sequence:
        return None
    path = folder() / f"{timezone.localdate(at):%Y-%m-%d}.json"
    if path.exists() and not _may_follow(path, head):
        return None
    folder().mkdir(parents=True, exist_ok=True)
    document = {"sequence": head.sequence, "hash": head.hash, "at": at.isoformat()}
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return path


def _may_follow(path: Path, head: AuditHead) -> bool:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        sequence, mark = int(known["sequence"]), str(known["hash"])
    except (ValueError, KeyError, TypeError):
        return False
    if sequence >= head.sequence:
        return False
    return AuditEntry.objects.filter(sequence=sequence, hash=mark).exists()
