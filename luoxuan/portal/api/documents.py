"""How values become JSON, declared once: the answer and its description come from the same."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.http import HttpResponse
from django.utils import timezone


class Kind(StrEnum):
    """What a member of a document「成员」 holds; a decimal is a text, so that no digit is lost."""

    TEXT = "TEXT"
    DECIMAL = "DECIMAL"
    INTEGER = "INTEGER"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    TIME = "TIME"
    TEXTS = "TEXTS"
    ANY = "ANY"


_SCHEMAS: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.DECIMAL: {"type": "string", "format": "decimal", "pattern": r"^-?\d+(\.\d+)?$"},
    Kind.INTEGER: {"type": "integer"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.TIME: {"type": "string", "format": "date-time"},
    Kind.TEXTS: {"type": "array", "items": {"type": "string"}},
    Kind.ANY: {},
}


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a document: its name, what it holds and where that is read from."""

    name: str
    read: Callable[[Any], Any]
    kind: Kind = Kind.TEXT
    is_nullable: bool = False

    def schema(self) -> dict[str, Any]:
        """Return the member as JSON Schema has it."""
        found = dict(_SCHEMAS[self.kind])
        if self.is_nullable and "type" in found:
            found["type"] = [found["type"], "null"]
        return found


def document_of(members: Iterable[Member], row: object) -> dict[str, Any]:
    """Return one thing as a document; what is missing is null."""
    return {member.name: member.read(row) for member in members}


def schema_of(members: Sequence[Member]) -> dict[str, Any]:
    """Return the JSON Schema of such documents."""
    return {
        "type": "object",
        "properties": {member.name: member.schema() for member in members},
        "required": [member.name for member in members],
    }


def json_response(document: object, *, status: int = 200) -> HttpResponse:
    """Return a document as an answer."""
    return HttpResponse(text_of(document), status=status, content_type="application/json")


def text_of(document: object) -> str:
    """Return a document as JSON."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, default=_plain)


def digits(value: Decimal) -> str:
    """Return every digit of a number but zeros at the end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return digits(value)
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
