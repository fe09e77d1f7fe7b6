"""What learners did, as xAPI tells it「xAPI 语句」: checked and laid out as rows of a dataset."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime, parse_duration
from django.utils.translation import gettext

from luoxuan.portal.api.bodies import is_whole

DATASET = "xapi_statement"
MOST_RAW = 4000
"""A statement that is longer as JSON is kept without it."""
_LONGEST = 1000
_SPACE = uuid.UUID("5e0b6a3c-7a53-5d5e-9b7f-1d5f4c0d9e11")
_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid")
_PLACES = Decimal("0.0001")


class StatementFaulty(ValueError):
    """A statement that cannot be kept「语句有误」: where, and why."""

    def __init__(self, member: str, message: str) -> None:
        super().__init__(member, message)
        self.member, self.message = member, message


def row_of(statement: object, *, at: datetime) -> dict[str, str | None]:
    """Return the row of a statement; raises StatementFaulty.

    One without an id gets that of its content, so that sending it again has no effect either.
    Source: xAPI 1.0.3, part two, 2.4 (statement properties).
    """
    if not isinstance(statement, dict):
        raise StatementFaulty("", gettext("须为对象"))
    try:
        text = json.dumps(statement, ensure_ascii=False, sort_keys=True)
    except RecursionError as error:
        raise StatementFaulty("", gettext("嵌套过深")) from error
    if not is_whole(text) or "\\u0000" in text:
        raise StatementFaulty("", gettext("含有不能保存的字符"))
    told = {name: value for name, value in statement.items() if name not in {"id", "stored"}}
    digest = _digest(told)
    result, context = _part(statement, "result"), _part(statement, "context")
    return {
        "statement_id": _id_of(statement, digest),
        "actor": _actor(_part(statement, "actor", is_needed=True)),
        "actor_name": _name_of(_part(statement, "actor", is_needed=True)),
        "verb": _text(_part(statement, "verb", is_needed=True), "id", "verb.id"),
        "object": _object(_part(statement, "object", is_needed=True)),
        "score": _score(result),
        "success": _flag(result, "success"),
        "completion": _flag(result, "completion"),
        "duration_seconds": _seconds(result),
        "course": _course(context),
        "happened_at": _moment(statement.get("timestamp"), at),
        "stored_at": _local(at),
        "digest": digest,
        "raw": text if len(text) <= MOST_RAW else None,
    }


def _digest(told: Mapping[str, Any]) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _id_of(statement: Mapping[str, Any], digest: str) -> str:
    given = statement.get("id")
    if given is None:
        return str(uuid.uuid5(_SPACE, digest))
    try:
        return str(uuid.UUID(given))
    except (ValueError, AttributeError, TypeError) as error:
        raise StatementFaulty("id", gettext("须为 UUID")) from error


def _part(found: Mapping[str, Any], name: str, *, is_needed: bool = False) -> dict[str, Any]:
    part = found.get(name)
    if part is None and not is_needed:
        return {}
    if not isinstance(part, dict):
        raise StatementFaulty(name, gettext("须为对象"))
    return part


def _text(found: Mapping[str, Any], name: str, member: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
        raise StatementFaulty(member, gettext("须为文本，最长 1000 个字符"))
    return value


def _actor(actor: Mapping[str, Any]) -> str:
    for name in _IDENTIFIERS:
        if name in actor:
            return _text(actor, name, f"actor.{name}")
    account = _part(actor, "account", is_needed=True)
    name = _text(account, "name", "actor.account.name")
    return f"{name}@{_text(account, 'homePage', 'actor.account.homePage')}"


def _name_of(actor: Mapping[str, Any]) -> str | None:
    account = actor.get("account")
    name = account.get("name") if isinstance(account, dict) else actor.get("name")
    return name[:_LONGEST] if isinstance(name, str) and name.strip() else None


def _object(found: Mapping[str, Any]) -> str:
    if found.get("objectType") in {"Agent", "Group"}:
        return _actor(found)
    if found.get("objectType") == "SubStatement":
        return _object(_part(found, "object", is_needed=True))
    return _text(found, "id", "object.id")


def _score(result: Mapping[str, Any]) -> str | None:
    """Return the scaled score, -1 to 1, with four decimals."""
    value = _part(result, "score").get("scaled")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1:
        raise StatementFaulty("result.score.scaled", gettext("须为 -1 至 1 的数"))
    return format(Decimal(str(value)).quantize(_PLACES, ROUND_HALF_EVEN), "f")


def _flag(result: Mapping[str, Any], name: str) -> str | None:
    value = result.get(name)
    if value is None:
        return None
    if not isinstance(value, bool):
        raise StatementFaulty(f"result.{name}", gettext("须为 true 或 false"))
    return "true" if value else "false"


def _seconds(result: Mapping[str, Any]) -> str | None:
    value = result.get("duration")
    if value is None:
        return None
    found = parse_duration(value) if isinstance(value, str) and value.startswith("P") else None
    if found is None:
        raise StatementFaulty("result.duration", gettext("须为 ISO 8601 时长，如 PT30M"))
    return format(Decimal(str(found.total_seconds())).quantize(Decimal("0.01")), "f")


def _course(context: Mapping[str, Any]) -> str | None:
    """Return the activity that the statement belongs to: its grouping, else its parent."""
    activities = _part(context, "contextActivities")
    for name in ("grouping", "parent"):
        found = activities.get(name)
        first = found[0] if isinstance(found, list) and found else found
        if isinstance(first, dict):
            return _text(first, "id", f"context.contextActivities.{name}")
    return None


def _moment(given: object, at: datetime) -> str:
    if given is None:
        return _local(at)
    try:
        found = parse_datetime(given) if isinstance(given, str) else None
    except ValueError:
        found = None
    if found is None or not 1900 < found.year < 2200:
        raise StatementFaulty("timestamp", gettext("须为 ISO 8601 时间"))
    return _local(found if timezone.is_aware(found) else found.replace(tzinfo=UTC))


def _local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")
