"""The description of the interface (OpenAPI 3.1), built from the declarations of its addresses."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext, gettext_noop

from luoxuan import __version__
from luoxuan.portal.api.documents import schema_of
from luoxuan.portal.api.operations import Operation, Parameter, address_of, operations_of
from luoxuan.portal.api.problems import MEDIA_TYPE

_PLACEHOLDER = re.compile(r"<(?P<type>\w+):(?P<name>\w+)>")
_LATER = gettext_noop("行数较多，已交给后台任务")
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["type", "title", "status", "code"],
}


def openapi(views: Iterable[Callable[..., Any]]) -> dict[str, Any]:
    """Return the OpenAPI document of these views in the active language."""
    return {
        "openapi": "3.1.0",
        "info": {"title": gettext("螺旋接口"), "version": __version__},
        "servers": [{"url": "/api"}],
        "security": [{"token": []}, {"session": []}],
        "paths": {path_of(view): _methods(view) for view in views},
        "components": {
            "schemas": {"Problem": _PROBLEM},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
            },
        },
    }


def path_of(view: object) -> str:
    """Return the address of a view as OpenAPI writes it."""
    return "/" + _PLACEHOLDER.sub(r"{\g<name>}", address_of(view))


def _methods(view: Callable[..., Any]) -> dict[str, Any]:
    places = [
        {
            "name": found["name"],
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if found["type"] == "int" else "string"},
        }
        for found in _PLACEHOLDER.finditer(address_of(view))
    ]
    return {
        operation.method.lower(): _described(operation, view.__name__, places)
        for operation in operations_of(view)
    }


def _described(operation: Operation, name: str, places: list[dict[str, Any]]) -> dict[str, Any]:
    verb = "" if operation.method == "GET" else f"_{operation.method.lower()}"
    parameters = [*places, *(_parameter(row) for row in operation.taken)]
    found: dict[str, Any] = {
        "operationId": f"{name}{verb}",
        "summary": gettext(operation.title),
        "parameters": parameters,
        "responses": {
            **_success("200", operation.title, _answer(operation)),
            **{str(status): _problem() for status in operation.statuses},
        },
    }
    if operation.later:
        later = _success(
            "202", gettext_noop("行数较多，已交给后台任务"), schema_of(operation.later)
        )
        found["responses"] |= later
    if operation.takes_key:
        key = {"name": "Idempotency-Key", "in": "header", "required": True}
        parameters.append({**key, "schema": {"type": "string", "minLength": 1, "maxLength": 200}})
    if operation.body:
        body = {"content": {"application/json": {"schema": dict(operation.body)}}, "required": True}
        found["requestBody"] = body
    return found


def _success(status: str, title: str, schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {status: {"description": gettext(title), "content": content}}


def _parameter(row: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if row.name == "limit":
        schema = {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
    if row.choices:
        schema["enum"] = [str(choice) for choice in row.choices]
    found = {"name": row.name, "in": "query", "description": gettext(row.about), "schema": schema}
    return {**found, "required": True} if row.is_required else found


def _answer(operation: Operation) -> dict[str, Any]:
    row = schema_of(operation.members) if operation.members else {"type": "object"}
    if not operation.is_paged:
        return row
    more = schema_of(operation.more)
    page = {"rows": {"type": "array", "items": row}, "next": {"type": ["string", "null"]}}
    return {
        "type": "object",
        "properties": {**more["properties"], **page},
        "required": [*more["required"], *page],
    }


def _problem() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": gettext("未完成"), "content": {MEDIA_TYPE: {"schema": schema}}}
