"""The hash chain「审计链」 over audit entries: what is hashed, and how."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

FIELDS = (
    "sequence",
    "at",
    "by_id",
    "by_label",
    "action",
    "object_kind",
    "object_key",
    "facts",
    "request_id",
)


def plain(value: object) -> Any:
    """Return a value as a database gives it back: members in any order, 2.0 and 2 the same."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        return str(value)
    return value


def canonical(event: dict[str, object]) -> bytes:
    """Return the one way to write an entry as JSON; its time is written in UTC."""
    at = event["at"]
    moment = at.astimezone(UTC).isoformat() if isinstance(at, datetime) else at
    document = {**{name: plain(event[name]) for name in FIELDS if name != "at"}, "at": moment}
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def hash_of(previous_hash: str, event: dict[str, object]) -> str:
    """Return the hash of an entry that follows the entry with ``previous_hash``."""
    return hashlib.sha256(previous_hash.encode() + canonical(event)).hexdigest()
